/** Finds the word that somebody meant among the words that there are. */
export class Spelling {
  /** By length, because a slip changes it by little. */
  readonly #words = new Map<number, string[]>();
  readonly #known: ReadonlySet<string>;

  constructor(words: Iterable<string>) {
    this.#known = new Set(words);
    for (const word of this.#known) {
      const some = this.#words.get(word.length);
      if (some === undefined) this.#words.set(word.length, [word]);
      else some.push(word);
    }
  }

  has(word: string): boolean {
    return this.#known.has(word);
  }

  /** The nearest word, one slip away, or two in a long word; `undefined` where there is none. */
  meant(word: string): string | undefined {
    const most = word.length < SHORTEST ? 0 : word.length < LONG ? 1 : 2;
    for (let slips = 1; slips <= most; slips += 1) {
      for (let length = word.length - slips; length <= word.length + slips; length += 1) {
        const found = this.#words.get(length)?.find((one) => slipsBetween(word, one, slips));
        if (found !== undefined) return found;
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
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  if (start === a.length && start === b.length) return true;
  if (most === 0) return false;
  const [left, right] = [a.slice(start), b.slice(start)];
  return (
    slipsBetween(left.slice(1), right.slice(1), most - 1) ||
    slipsBetween(left.slice(1), right, most - 1) ||
    slipsBetween(left, right.slice(1), most - 1) ||
    (left.length > 1 &&
      left[0] === right[1] &&
      left[1] === right[0] &&
      slipsBetween(left.slice(2), right.slice(2), most - 1))
  );
}
