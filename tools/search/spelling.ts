interface Word {
  readonly word: string;
  /** Which letters it has, a bit each. */
  readonly letters: number;
}

/** Finds the word of a vocabulary that a misspelt one stands for. */
export class Spelling {
  /** By length, because a slip changes it by little. */
  readonly #entries = new Map<number, Word[]>();
  readonly #vocabulary: ReadonlySet<string>;

  constructor(vocabulary: Iterable<string>) {
    this.#vocabulary = new Set(vocabulary);
    for (const word of this.#vocabulary) {
      // A number is not a slip of the pen.
      if (!/^[a-z]/.test(word)) continue;
      const one: Word = { word, letters: lettersOf(word) };
      const some = this.#entries.get(word.length);
      if (some === undefined) this.#entries.set(word.length, [one]);
      else some.push(one);
    }
  }

  has(word: string): boolean {
    return this.#vocabulary.has(word);
  }

  /** The nearest word, one slip away, or two in a long word; `undefined` where there is none. */
  corrected(word: string): string | undefined {
    const most = word.length < SHORTEST ? 0 : word.length < LONG ? 1 : 2;
    const letters = lettersOf(word);
    for (let slips = 1; slips <= most; slips += 1) {
      for (let length = word.length - slips; length <= word.length + slips; length += 1) {
        const found = this.#entries.get(length)?.find((one) => {
          // A slip changes at most two letters of a word, and most words differ by more.
          if (bitsIn(letters ^ one.letters) > 2 * slips) return false;
          return slipsBetween(word, one.word, slips);
        });
        if (found !== undefined) return found.word;
      }
    }
    return undefined;
  }
}

/** Shorter words are one slip away from too many others. In letters. */
const SHORTEST = 4;
const LONG = 8;

/** Whether at most `most` letters were added, left out, exchanged, or swapped with their neighbour. */
function slipsBetween(a: string, b: string, most: number): boolean {
  return differBy(a, b, { slips: most, i: 0, j: 0 });
}

/** The words from positions on, and how many slips are left; no copies, for it runs over all words. */
interface Rest {
  readonly slips: number;
  readonly i: number;
  readonly j: number;
}

function differBy(a: string, b: string, rest: Rest): boolean {
  let { i, j } = rest;
  while (i < a.length && j < b.length && a[i] === b[j]) {
    i += 1;
    j += 1;
  }
  if (i === a.length && j === b.length) return true;
  const slips = rest.slips - 1;
  if (slips < 0 || i > a.length || j > b.length) return false;
  const isSwapped = i + 1 < a.length && a[i] === b[j + 1] && a[i + 1] === b[j];
  return (
    differBy(a, b, { slips: slips, i: i + 1, j: j + 1 }) ||
    differBy(a, b, { slips: slips, i: i + 1, j }) ||
    differBy(a, b, { slips: slips, i, j: j + 1 }) ||
    (isSwapped && differBy(a, b, { slips: slips, i: i + 2, j: j + 2 }))
  );
}

/** A bit for each of the 26 letters; what is none shares theirs, which only lets more words through. */
function lettersOf(word: string): number {
  let bits = 0;
  for (let at = 0; at < word.length; at += 1) bits |= 1 << ((word.charCodeAt(at) - 97) & 31);
  return bits;
}

function bitsIn(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
