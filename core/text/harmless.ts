import { OWNERS } from "./assignment.ts";
import { KINDS } from "./kinds.ts";

/** All beginnings of secrets in small letters. */
const STARTS = KINDS.flatMap(({ starts }) => starts.map((start) => start.toLowerCase()));

/** What may yet become one of them. */
const UNFINISHED: ReadonlySet<string> = new Set(
  STARTS.flatMap((start) =>
    Array.from({ length: start.length }, (_, at) => start.slice(0, at + 1)),
  ),
);

// Those with other characters than letters in them are no beginning of a word of letters.
const FINISHED = [`(?:${OWNERS})[a-z]`, ...STARTS.filter((start) => /^[a-z]+$/.test(start))];
const HARMLESS = new RegExp(`^(?!${FINISHED.join("|")})[a-z]+$`);

/**
 * Whether no secret that is known by its looks can begin in a word, however the word goes on: it is
 * nothing but small letters, with or without a capital, and no beginning of a secret is like it.
 */
export function isHarmless(word: string): boolean {
  const small = isCapital(word.charCodeAt(0)) ? word.charAt(0).toLowerCase() + word.slice(1) : word;
  return HARMLESS.test(small) && !UNFINISHED.has(small);
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}
