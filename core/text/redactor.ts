import { unmarked } from "./marks.ts";
import { type Finding, LONGEST_MATCH, OPEN_END, type SecretFinder } from "./secret-finder.ts";
import { isSeparator } from "./secret-kind.ts";

/** What stands where a secret stood. */
const GONE = "[redacted]";

/** So much of the released text is retained for patterns that look at the characters before them. */
const LOOK_BEHIND = 48;
/** Longer pieces are searched at once, in characters. */
const LONGEST_GLANCE = 512;
/** Longest beginning of a secret of several words, key files aside, in characters. */
const LONGEST_OPEN = 8192;
/** How often each character is looked at, on average: else a long secret in small pieces takes quadratic time. */
const MOST_LOOKS = 64;
/** So much is retained of a word that was released before it ended, in characters. */
const LONGEST_BEGUN = 32;
// Behind a backslash the first letter is none of the word.
const BEGUN: RegExp = new RegExp(`\\\\?[A-Za-z]{0,${LONGEST_BEGUN}}$`);

/**
 * Takes secrets out of one stream of sanitised text. Held back is only what a secret could still grow
 * from: the last word where it is not a safe suffix, an unfinished `password =`, an open key file. Feeding a
 * text whole or in any pieces gives the same, joined.
 */
export class Redactor {
  readonly #finder: SecretFinder;
  /** An attempt to find something that has read so many characters is decided. */
  readonly #reach: number;
  #held = "";
  /** Characters that came since the last look. */
  #unseen = 0;
  /** What was let go last, as it came: at least so much as patterns look back. */
  #behind = "";
  /** The beginning of the last word where it was let go, with a backslash before it. */
  #begun = "";
  /** Labels of what was redacted so far. */
  readonly kinds: Set<string> = new Set<string>();

  constructor(finder: SecretFinder) {
    this.#finder = finder;
    this.#reach = Math.max(LONGEST_MATCH, finder.forms[0]?.length ?? 0);
  }

  push(text: string): string {
    const held = this.#held === "" ? text : this.#held + text;
    this.#held = held;
    this.#unseen += text.length;
    if (held.length <= LONGEST_GLANCE && this.#finder.isQuiet(held)) return this.#letGo(held);
    // A part of a word decides nothing.
    const isPart = afterSeparator(text, 0) === 0 && held.length < 2 * this.#reach;
    return isPart || this.#unseen * MOST_LOOKS < held.length ? "" : this.#settle(false);
  }

  /** Takes the last text of the stream. @returns it, and what was still held back. */
  end(text = ""): string {
    this.#held += text;
    return this.#settle(true);
  }

  /** What a whole text holds that is secret, one entry for each finding. */
  kindsIn(text: string): readonly string[] {
    return this.#read(unmarked(text, text.length).plain, 0, true).secrets.map(({ kind }) => kind);
  }

  /** The fast way for prose: all of it, or all but the last word. */
  #letGo(held: string): string {
    const word = afterSeparator(held, 0);
    const end = held.slice(word);
    const isEscape = word > 0 && held.charAt(word - 1) === "\\";
    const begun = word === 0 ? this.#begun : isEscape ? "\\" : "";
    const isSafeSuffix = this.#finder.isSafeSuffix(end, begun + end);
    const gone = isSafeSuffix ? held : held.slice(0, word);
    this.#begun = isSafeSuffix ? (begun + end).slice(0, LONGEST_BEGUN) : begun;
    this.#held = isSafeSuffix ? "" : end;
    this.#unseen = 0;
    // Cut only now and then: a short string costs less to grow than to cut.
    const isLong = this.#behind.length > 8 * LOOK_BEHIND;
    const behind = isLong ? this.#behind.slice(-LOOK_BEHIND) : this.#behind;
    this.#behind = gone.length < LOOK_BEHIND ? behind + gone : gone;
    return gone;
  }

  #settle(isEnd: boolean): string {
    this.#unseen = 0;
    const held = this.#held;
    // Marks without end would let what is held grow without end.
    const { plain, indexOf } = unmarked(held, isEnd ? held.length : 2 * this.#reach);
    const behind = this.#behind.slice(-LOOK_BEHIND);
    const text = behind + plain;
    const start = behind.length;
    const { secrets, decided } = this.#read(text, start, isEnd);
    let clean = "";
    let at = 0;
    for (const secret of secrets) {
      clean += held.slice(at, indexOf(secret.start - start)) + GONE;
      at = indexOf(secret.end - 1 - start) + 1;
      this.kinds.add(secret.kind);
    }
    const end = decided === text.length ? held.length : indexOf(decided - start);
    this.#held = held.slice(end);
    this.#behind = text.slice(Math.max(0, decided - LOOK_BEHIND), decided);
    this.#begun = begunIn(this.#behind);
    return clean + held.slice(at, end);
  }

  /** What is secret in a text, and up to where that is certain whatever follows. */
  #read(
    text: string,
    start: number,
    isEnd: boolean,
  ): { readonly secrets: readonly Finding[]; readonly decided: number } {
    let decided = isEnd ? text.length : this.#decidedTo(text, start);
    const secrets: Finding[] = [];
    const search = this.#finder.search(text);
    for (let at = start; ; ) {
      const found = search.next(at);
      if (found === undefined || found.from >= decided) break;
      const mayGrow = found.end > decided || found.end === text.length;
      if (!isEnd && mayGrow && text.length - found.from < this.#reach) {
        decided = found.from;
        break;
      }
      if (!found.isRejected) secrets.push(found);
      at = found.isRejected ? found.from + 1 : found.end;
    }
    return { secrets, decided: Math.max(decided, secrets.at(-1)?.end ?? 0) };
  }

  /** Where the last word begins, or the unfinished secret of several words before it. */
  #decidedTo(text: string, start: number): number {
    const word = Math.max(afterSeparator(text, start), text.length - this.#reach);
    const open = this.#openBefore(text, word, start);
    if (open < word) return Math.max(open, text.length - this.#reach);
    const end = text.slice(word);
    const begun = begunIn(text.slice(0, word));
    return this.#finder.isSafeSuffix(end, begun + end) ? text.length : word;
  }

  /** Where something begins that is not finished at `word`; from the beginning of its own word on. */
  #openBefore(text: string, word: number, start: number): number {
    OPEN_END.lastIndex = Math.max(start, word - LONGEST_OPEN);
    let from = OPEN_END.exec(text.slice(0, word))?.index ?? word;
    for (const form of this.#finder.openForms) {
      if (form.length > word - from && text.endsWith(form, word)) from = word - form.length;
    }
    // The pattern of another secret could reach from the beginning of its word into it.
    while (from < word && from > start && !isSeparator(text.charCodeAt(from - 1))) from -= 1;
    return Math.max(from, start);
  }
}

/** The index behind the last separator from `start` on, or `start`. */
function afterSeparator(text: string, start: number): number {
  let at = text.length;
  while (at > start && !isSeparator(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

function begunIn(text: string): string {
  return BEGUN.exec(text.slice(-LONGEST_BEGUN - 1))?.[0] ?? "";
}
