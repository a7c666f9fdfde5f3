/** Secrets of every kind in one text, and whether any of them is in another. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { SECRET_SAMPLES } from "./secret-samples.ts";

/** A secret that looks like nothing: only who knows its value can tell. */
export const KNOWN_SECRET = 'plain words "quoted"/1';

const known = Buffer.from(KNOWN_SECRET);
const KNOWN_FORMS = [
  KNOWN_SECRET,
  encodeURIComponent(KNOWN_SECRET),
  known.toString("hex"),
  known.toString("base64"),
];

/** In the words of a model a line `user:` would be another speaker's. */
const SAMPLES = SECRET_SAMPLES.filter(({ text }) => !/^\s*user:/m.test(text));
const KINDS = [
  ...SAMPLES.map(({ kind, secret }) => ({ kind, secret })),
  ...KNOWN_FORMS.map((secret, form) => ({ kind: `known value, form ${form}`, secret })),
];

export const KIND_COUNT: number = KINDS.length;

/** Every kind once, some 6,000 characters. */
export const ALL_SECRETS: string = [
  ...SAMPLES.map(({ text }) => text),
  ...KNOWN_FORMS.map((form) => `known: ${form} .`),
].join("\n\n");

/** Those that fit on a line, each on its own. */
export const SECRET_LINES: readonly string[] = ALL_SECRETS.split("\n\n").filter(
  (text) => !text.includes("\n"),
);

/** The kinds of which anything can be read in a text: as it is, or as JSON holds it once or twice. */
export function leaksIn(text: string): readonly string[] {
  const isThere = (part: string): boolean => {
    const once = JSON.stringify(part).slice(1, -1);
    const twice = JSON.stringify(once).slice(1, -1);
    return [part, once, twice].some((form) => text.includes(form));
  };
  return KINDS.filter(({ secret }) => partsOf(secret).some(isThere)).map(({ kind }) => kind);
}

/** A key file leaks with any of its lines. */
function partsOf(secret: string): readonly string[] {
  if (!secret.includes("-----")) return [secret];
  return secret.split(/\\?\n|\\n/).filter((line) => !line.startsWith("-----"));
}

/** The bytes of every file below a folder, but for those with one of these names. */
export async function bytesBelow(folder: string, except: readonly string[]): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !except.includes(entry.name));
  const texts = files.map(({ parentPath, name }) => Bun.file(join(parentPath, name)).text());
  return (await Promise.all(texts)).join("\n");
}
