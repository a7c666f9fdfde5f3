/** Credentials in a text of a candidate, with the line that holds each. */
import { TextCleaner } from "#core/text/text-cleaner.ts";

/** What is called a password and looks like none of anybody's: in examples and fields it is one of many. */
export const ASSIGNED = "password or key";

/** Keys that their makers print in documentation: they open nothing. */
const DOCUMENTED = /AKIA[A-Z0-9]{9}EXAMPLE|wJalrXUtnFEMI\/K7MDENG\/bPxRfiCYEXAMPLEKEY/g;

const CLEANER = new TextCleaner();

export interface LocatedSecret {
  readonly kind: string;
  /** From 1. */
  readonly line: number;
}

/** Every kind once, where it stands first. */
export function secretsIn(text: string): readonly LocatedSecret[] {
  const plain = text.replace(DOCUMENTED, "documented-example");
  const kinds = CLEANER.secretsIn(plain);
  if (kinds.length === 0) return [];
  const byLine = plain.split("\n").map((line) => CLEANER.secretsIn(line));
  // What goes over several lines begins where it says so.
  const begin = plain.split("\n").findIndex((line) => line.includes("-----BEGIN"));
  return kinds.map((kind) => {
    const index = byLine.findIndex((found) => found.includes(kind));
    return { kind, line: Math.max(index, index < 0 ? begin : 0, 0) + 1 };
  });
}
