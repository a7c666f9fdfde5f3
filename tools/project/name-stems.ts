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

/** Some stems of a task as one number: a bit for each. */
export type StemSet = number;

/** Finds what {@link stemsIn} finds. */
export class NameStems {
  readonly #terms: TaskTerms;
  /** By two bytes, which may stand for others as well: whether a stem begins with them. */
  readonly #begins: Uint8Array = new Uint8Array(1 << 16);
  /** By the hash of a word: which stem it has, counted from 1; 0 for none. */
  readonly #byWord = new Map<number, number>();
  #low = 0;
  #high = 0;

  constructor(terms: TaskTerms) {
    this.#terms = terms;
    for (const [first = 0, second = 0] of terms.stems.map((one) => Buffer.from(one))) {
      this.#begins[((first | LOWER) << 8) | (second | LOWER)] = 1;
    }
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
      if (isFirst && this.#begins[((byte | LOWER) << 8) | (next | LOWER)] === 1) {
        this.#look(bytes, at, end);
      }
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
