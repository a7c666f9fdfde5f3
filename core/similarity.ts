/**
 * How much two texts say the same, from 0 to 1: the Dice coefficient of their word pairs.
 *
 * Case, punctuation and audience tags do not count, so that "@@a done." and "@@b Done" are equal.
 * Linear in the length of both texts.
 *
 * @see Dice, L. R. (1945), "Measures of the amount of ecologic association between species".
 */
export function similarity(a: string, b: string): number {
  const [left, right] = [wordPairs(a), wordPairs(b)];
  const total = size(left) + size(right);
  if (total === 0) return 1;
  let shared = 0;
  for (const [pair, count] of left) shared += Math.min(count, right.get(pair) ?? 0);
  return (2 * shared) / total;
}

function wordPairs(text: string): Map<string, number> {
  const words = text
    .toLowerCase()
    .replace(/@@[\w-]+/g, " ")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const pairs = new Map<string, number>();
  // A start mark makes a text of one word comparable too.
  let before = "";
  for (const word of words) {
    const pair = `${before} ${word}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    before = word;
  }
  return pairs;
}

function size(pairs: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of pairs.values()) total += count;
  return total;
}
