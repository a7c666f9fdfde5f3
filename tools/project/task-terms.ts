/** The words of a task as a search of paths and symbols needs them. */
import { stem } from "#language/stem.ts";
import { wordsOf } from "#language/text.ts";
import { LetterFilter } from "./letter-filter.ts";

// Fewer than a search for tools leaves out: "user" and "help" are names of files.
const FUNCTION_WORDS: ReadonlySet<string> = new Set(
  `a about all also an and any are as at be been but by can could did do does for from had has have here how i if in into
  is it its me must my no not of on one or our please shall should so some such than that the their them then there these
  they this those to us was we were what when where which while who why will with would you your`.split(
    /\s+/,
  ),
);
/** Words of a task that are looked for. */
const MOST_TERMS = 40;
/** Of a task, in characters. */
const LONGEST_TASK = 8000;

/** What a task is about. */
export interface TaskTerms {
  /** Stems of its words, each once. */
  readonly stems: readonly string[];
  /** What is written as one: `parseDate`, `src/date.ts`; in small letters. */
  readonly exact: ReadonlySet<string>;
  /** What stands in quotation marks, and names, to the letter. */
  readonly quotations: readonly string[];
  /** A text that does not match has none of the stems. */
  readonly mayMatch: RegExp;
  /** Likewise for one word in small letters. */
  readonly mayBe: RegExp;
  /** A name whose bytes it passes over is in none of {@link TaskTerms.exact}. */
  readonly mayBeExact: LetterFilter;
}

/** Whether a name has a word of the task. */
export function isNamed(name: string, terms: TaskTerms): boolean {
  if (terms.exact.has(name.toLowerCase())) return true;
  return terms.mayMatch.test(name) && stemsIn(name, terms).length > 0;
}

/** Whether a task is about tests, so that they fit as well as other files. */
export function isAboutTests({ stems }: TaskTerms): boolean {
  return stems.some((one) => one === "test" || one === "spec");
}

/** Takes a task apart. */
export function taskTerms(task: string): TaskTerms {
  const text = task.slice(0, LONGEST_TASK);
  const words = wordsOf(text).filter((word) => word.length > 1 && !FUNCTION_WORDS.has(word));
  const stems = [...new Set(words.map(stem))].slice(0, MOST_TERMS);
  const exact = text.match(/[\p{L}\p{N}_$][\p{L}\p{N}_$./-]{1,200}/gu) ?? [];
  const isName = (word: string) => /[._$/-]\w|\p{Ll}\p{Lu}/u.test(word);
  const names = exact.map((word) => word.replace(/[./-]+$/, "")).filter(isName);
  // A stem may end in another letter than its word: "try" is the stem of "tries".
  const shortened = stems.map((one) => one.replace(/(?<=..)[ly]$/, ""));
  const beginnings = shortened.map((one) => RegExp.escape(one));
  const small = names.slice(0, MOST_TERMS).map((name) => name.toLowerCase());
  return {
    stems,
    exact: new Set(small),
    quotations: [...new Set([...quotationsIn(text), ...names])].slice(0, MOST_TERMS),
    mayMatch: new RegExp([...beginnings, "[^\\0-\\x7f]"].join("|"), "i"),
    mayBe: new RegExp(stems.length === 0 ? "$^" : `^(?:${beginnings.join("|")})`, "u"),
    mayBeExact: new LetterFilter(small.map((name) => name.slice(name.lastIndexOf("/") + 1))),
  };
}

const QUOTATIONS: readonly RegExp[] = [
  /"([^"\n]{4,200})"/g,
  /`([^`\n]{4,200})`/g,
  /[“„]([^“”„\n]{4,200})[”“]/g,
  // Not within a word, where it is an apostrophe.
  /(?<![\p{L}\p{N}])'([^\n]{4,200}?)'(?![\p{L}\p{N}])/gu,
];

function quotationsIn(text: string): readonly string[] {
  return QUOTATIONS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, quotation = ""]) => quotation),
  );
}

/** The stems of the task that are in a text, as often as they are. */
export function stemsIn(text: string, { stems, mayBe }: TaskTerms): readonly string[] {
  // To find the stem of a word takes longer than all else: most words cannot have one of these.
  const words = wordsOf(text).filter((word) => mayBe.test(word));
  return words.map(stem).filter((one) => stems.includes(one));
}
