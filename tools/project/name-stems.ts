/** The words of a task in names, found in their bytes: of 200,000 names most need not become strings. */
import { stem } from "#language/stem.ts";
import { stemsIn, type TaskTerms } from "./task-terms.ts";

const [OTHER, SMALL, LARGE, DIGIT] = [0, 1, 2, 3];
/** Has to be looked at as text. */
const UNKNOWN = 4;
/** Of each byte. */
const KINDS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return UNKNOWN;
  if (byte >= 0x61 && byte <= 0x7a) return SMALL;
  if (byte >= 0x41 && byte <= 0x5a) return LARGE;
  return byte >= 0x30 && byte <= 0x39 ? DIGIT : OTHER;
});
/** Letters of ASCII without the bit that makes them small. */
const LOWER = 0x20;
const [BASIS, PRIME] = [0x811c9dc5, 0x01000193];
/** Bits of a number that count as its own in JavaScript's whole numbers. */
const LOW_BITS = 32;
const HIGH = 2 ** LOW_BITS;

/** Bits of a letter that are the same whether it is large or small. */
const [LETTER, WIDTH] = [0x1f, 5];
/** Letters that a head tells. */
const HEAD_LETTERS = 3;
/** So many heads there are. */
const HEADS: number = 1 << (HEAD_LETTERS * WIDTH);
/** Instead of the heads of a name that has to be looked at as text; no letters give it. */
const ANY_HEAD: number = HEADS - 1;

/** The first letters of a word as one number, which other words may have as well. @param at where it begins in the bytes */
function headAt(bytes: Buffer, at: number, end: number): number {
  const second = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  const third = at + 2 < end ? (bytes[at + 2] ?? 0) : 0;
  const pair = (((bytes[at] ?? 0) & LETTER) << WIDTH) | (second & LETTER);
  return (pair << WIDTH) | (third & LETTER);
}

/**
 * The heads of the words of a name, reported one by one: where {@link NameStems.heads} has none of them, it finds nothing.
 *
 * @param start where the name begins in the bytes; `end` where it ends.
 */
export function headsIn(
  bytes: Buffer,
  [start, end]: readonly [number, number],
  onHead: (head: number) => void,
): void {
  let last = OTHER;
  for (let at = start; at < end; at += 1) {
    const kind = KINDS[bytes[at] ?? 0] ?? OTHER;
    if (kind === UNKNOWN) {
      onHead(ANY_HEAD);
      return;
    }
    const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
    if (kind !== OTHER && (last === OTHER || begins(last, kind, next))) {
      onHead(headAt(bytes, at, end));
    }
    last = kind;
  }
}

/** Some stems of a task as one number: a bit for each. */
export type StemSet = number;

/** Finds what {@link stemsIn} finds. */
export class NameStems {
  readonly #terms: TaskTerms;
  /** By the head of a word: 1 where it may have a stem of the task. */
  readonly heads: Uint8Array = new Uint8Array(HEADS);
  /** By the hash of a word: which stem it has, counted from 1; 0 for none. */
  readonly #byWord = new Map<number, number>();
  #low = 0;
  #high = 0;

  constructor(terms: TaskTerms) {
    this.#terms = terms;
    for (const one of terms.stems.map((word) => Buffer.from(word))) this.#want(one);
    this.heads[ANY_HEAD] = 1;
  }

  /** A short stem may end in another letter than its word: "try" is that of "tries". */
  #want(stem: Buffer): void {
    const fixedLetters = Math.min(stem.length > HEAD_LETTERS ? HEAD_LETTERS : 2, stem.length);
    const width = (HEAD_LETTERS - fixedLetters) * WIDTH;
    const from = headAt(stem, 0, fixedLetters);
    this.heads.fill(1, from, from + (1 << width));
  }

  /** @param start where the name begins in the bytes; `end` where it ends. */
  in(bytes: Buffer, start: number, end: number): StemSet {
    [this.#low, this.#high] = [0, 0];
    let last = OTHER;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      const kind = KINDS[byte] ?? OTHER;
      if (kind === UNKNOWN) return this.of(bytes.toString("utf8", start, end));
      const next = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
      const isFirst = kind !== OTHER && (last === OTHER || begins(last, kind, next));
      last = kind;
      // Most words begin as none of the stems does.
      if (isFirst && this.heads[headAt(bytes, at, end)] === 1) this.#look(bytes, at, end);
    }
    return this.#high * HIGH + (this.#low >>> 0);
  }

  /** The same of a text. */
  of(text: string): StemSet {
    [this.#low, this.#high] = [0, 0];
    for (const one of stemsIn(text, this.#terms)) this.#set(this.#terms.stems.indexOf(one));
    return this.#high * HIGH + (this.#low >>> 0);
  }

  /** The stems of a set. */
  named(set: StemSet): readonly string[] {
    if (set === 0) return [];
    const [low, high] = [set >>> 0, Math.floor(set / HIGH)];
    return this.#terms.stems.filter((_, index) =>
      index < LOW_BITS ? (low >>> index) & 1 : (high >>> (index - LOW_BITS)) & 1,
    );
  }

  /** @param from where a word begins. */
  #look(bytes: Buffer, from: number, end: number): void {
    let hash = BASIS;
    let last = OTHER;
    let to = from;
    for (; to < end; to += 1) {
      const byte = bytes[to] ?? 0;
      const kind = KINDS[byte] ?? OTHER;
      const next = to + 1 < end ? (bytes[to + 1] ?? 0) : 0;
      if (kind === OTHER || (last !== OTHER && begins(last, kind, next))) break;
      last = kind;
      hash = Math.imul(hash ^ (byte | LOWER), PRIME);
    }
    let index = this.#byWord.get(hash);
    if (index === undefined) {
      const word = bytes.toString("latin1", from, to).toLowerCase();
      index = this.#terms.stems.indexOf(stem(word)) + 1;
      this.#byWord.set(hash, index);
    }
    if (index > 0) this.#set(index - 1);
  }

  #set(index: number): void {
    if (index < LOW_BITS) this.#low |= 1 << index;
    else this.#high |= 1 << (index - LOW_BITS);
  }
}

/** Whether a word begins behind another one, as `wordsOf` takes names apart: `parseHTTPDate2x` is parse, http, date2, x. */
function begins(last: number, kind: number, next: number): boolean {
  if (kind === DIGIT) return false;
  if (last === DIGIT || (last === SMALL && kind === LARGE)) return true;
  return last === LARGE && kind === LARGE && KINDS[next] === SMALL;
}
