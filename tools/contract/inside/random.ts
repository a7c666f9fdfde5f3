/**
 * Random numbers that are the same for the same seed: sfc32, of PractRand.
 *
 * @param seed four 32-bit numbers.
 * @returns numbers from 0 up to, but not including, 1.
 * @see https://pracrand.sourceforge.net/RNG_engines.txt
 */
export function randomFrom(seed: readonly number[]): () => number {
  let [a = 0, b = 0, c = 0, counter = 1] = seed;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers still show how the seed was put together.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}
