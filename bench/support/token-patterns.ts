/** Patterns that look like the beginnings of secrets, to be repeated without end. Equal seeds give equal patterns. */
import { ENDLESS } from "#test/endless-secrets.ts";
import { SECRET_SAMPLES } from "#test/secret-samples.ts";

const SPACES = [" ", "\t", "\n", "  ", "\r\n", " ", ""];
const MARKS = [
  '"',
  "'",
  "`",
  '\\"',
  "\\",
  "\\n",
  "=",
  ":",
  "=>",
  "{",
  "}",
  ";",
  ",",
  ".",
  "/",
  "-",
  "_",
  "=",
];
const SCRIPTS = [
  "é",
  "漢字",
  "пароль",
  "κλειδί",
  "שלום",
  "한국",
  "👩‍👩‍👧",
  "\u200b",
  "\u202e",
  "\u001b[1m",
  "ﬁ",
  "à́",
];
const WORDS = [
  "a",
  "the ",
  "x9",
  "password",
  "token",
  "key",
  "secret",
  "Bearer",
  "authorization",
  "0",
  "AAAA",
];

/** So many beginnings are put together at most. */
const MOST_PARTS = 7;

/** Numbers from 0 to 1, one after the other. @see mulberry32 */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns a pattern of beginnings of secrets, blanks, quotation marks, escapes and letters of several scripts. */
export function tokenPattern(random: () => number): string {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const beginning = (): string => {
    const { text } = SECRET_SAMPLES[Math.floor(random() * SECRET_SAMPLES.length)] ?? { text: "" };
    const from = random() < 0.5 ? 0 : Math.floor(random() * text.length);
    return text.slice(from, from + 1 + Math.floor(random() ** 2 * 60));
  };
  const sources = [
    beginning,
    beginning,
    () => pick(ENDLESS),
    () => pick(SPACES),
    () => pick(MARKS),
  ];
  sources.push(
    () => pick(SCRIPTS),
    () => pick(WORDS),
  );
  const parts = Array.from({ length: 1 + Math.floor(random() * MOST_PARTS) }, () => {
    const part = sources[Math.floor(random() * sources.length)]?.() ?? "";
    return random() < 0.2 ? part.repeat(1 + Math.floor(random() * 30)) : part;
  });
  return parts.join("") || " ";
}
