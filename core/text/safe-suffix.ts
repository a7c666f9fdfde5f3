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

// What is not a letter at both ends of a word of prose is not a beginning of anything either.
const OPENING = "[(*#]*";
const CLOSING = "[.!?:)*%]*";
/** A number, or a word without a capital in the middle, where a name could begin. */
const ORDINARY = new RegExp(`^${OPENING}(?:\\d[\\d.]*|[A-Z]?[a-z]*)${CLOSING}$`);

const LETTERS_ONLY = STARTS.filter((start) => /^[a-z]+$/.test(start));
const FINISHED = new RegExp(`^${OPENING}(?:${[`(?:${OWNERS})[a-z]`, ...LETTERS_ONLY].join("|")})`);

/**
 * Whether no secret that is recognised by its form can begin in a word, however the word goes on: it is an
 * ordinary word, and no beginning of a secret is like it.
 */
export function isSafeSuffix(word: string): boolean {
  if (!ORDINARY.test(word)) return false;
  const small = word.toLowerCase();
  return !FINISHED.test(small) && !UNFINISHED.has(small.replace(/^[(*#]+/, ""));
}
