/** Lines as rules see them: whole ones, in plain words, and perhaps a slot at the end. */

/** Of what type the end of a line is; what it stands for is checked by code before a rule answers. */
export type SlotKind = "folder" | "file" | "query";

/** What a line must be to fit a rule. */
export interface Pattern {
  /** The words that are always the same, in small letters, without those that say nothing. */
  readonly head: string;
  /** What follows the head; `undefined` where nothing may follow. */
  readonly slot: SlotKind | undefined;
}

/** A line in words as they were typed, without "please" and the stop at its end; "the" and "all" are still there. */
export type PlainLine = readonly string[];

/** Longest line that a rule looks at, in characters: wishes are short, and what is long is pasted. */
const LONGEST = 120;

/** Printable ASCII without what quotes, addresses, redirects or calls: a look-alike of a letter is not a letter. */
const PLAIN = /^[A-Za-z0-9 .,!?':/_-]+$/;

/** Four blanks make code of a line. */
const INDENTED = /^ {4}/;

const POLITE_START = /^(?:please,? +|(?:can|could|would|will) you (?:please )?)+/i;
const POLITE_END = /,? +please$/i;
/** One stop, or marks that only stress. */
const STOP = /(?<![.!?])(?:\.|[!?]{1,3})$/;

/** What it was about did not come: "list the files of the". */
const BROKEN_OFF = / (?:the|an?|of)$/i;

/** Words without which a wish is the same. */
const EMPTY: ReadonlySet<string> = new Set(["the", "a", "an", "all", "of", "me"]);

/** @returns `undefined` for a line that no rule can be about. */
export function plainLine(typed: string): PlainLine | undefined {
  // A pipe ends a line with a break; anything else behind one was pasted.
  const line = typed.replace(/\r?\n$/, "");
  if (line.length > LONGEST || !PLAIN.test(line) || INDENTED.test(line)) return undefined;
  const wish = line
    .trim()
    .replace(STOP, "")
    .replace(POLITE_START, "")
    .replace(POLITE_END, "")
    .replace(STOP, "")
    .trim();
  return wish === "" || BROKEN_OFF.test(wish) ? undefined : wish.split(/ +/);
}

/** The words of a line, or of its beginning, that tell it from others. */
export function headOf(words: PlainLine): string {
  return words
    .map((word) => word.toLowerCase())
    .filter((word) => !EMPTY.has(word))
    .join(" ");
}

/** A way to take a line apart. */
export interface Cut {
  readonly head: string;
  /** As it was typed; empty where all of the line is the head. */
  readonly rest: string;
}

/** All ways to take a line apart, the whole line first; heads without a word are none. */
export function cutsOf(words: PlainLine): readonly Cut[] {
  const cuts: Cut[] = [{ head: headOf(words), rest: "" }];
  for (let at = words.length - 1; at > 0; at -= 1) {
    // A word that says nothing belongs to neither side.
    if (EMPTY.has((words[at - 1] ?? "").toLowerCase())) continue;
    cuts.push({ head: headOf(words.slice(0, at)), rest: withoutEmpty(words.slice(at)).join(" ") });
  }
  return cuts.filter(({ head }) => head !== "");
}

/** A value begins with the first word that says something. */
function withoutEmpty(words: PlainLine): PlainLine {
  const first = words.findIndex((word) => !EMPTY.has(word.toLowerCase()));
  return first === -1 ? [] : words.slice(first);
}

/** What a line fills into a pattern: the slot as it was typed, `""` without one; `undefined` where it does not fit. */
export function fill(cuts: readonly Cut[], { head, slot }: Pattern): string | undefined {
  const cut = cuts.find((one) => one.head === head && (one.rest === "") === (slot === undefined));
  return cut?.rest;
}
