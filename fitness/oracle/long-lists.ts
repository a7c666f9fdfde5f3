/** Long lists that are meant: what is made of a schema may be refused for what one of its items is. */
import { leavesOf, withValue } from "./near-inputs.ts";

/** So many items of the cases have a list of their own. */
const MOST_SAMPLES = 3;

/** @returns of each of some items, lists of these lengths in which each whole number is greater than the one before. */
export function longLists(
  samples: readonly unknown[],
  lengths: readonly number[],
): readonly (readonly unknown[])[] {
  return samples
    .slice(0, MOST_SAMPLES)
    .flatMap((sample) =>
      lengths
        .filter((length) => length > 1)
        .map((length) => Array.from({ length }, (_, at) => moved(sample, 2 * at))),
    );
}

function moved(value: unknown, by: number): unknown {
  return leavesOf(value).reduce(
    (whole, { path, value: leaf }) =>
      Number.isInteger(leaf) ? withValue(whole, path, Number(leaf) + by) : whole,
    value,
  );
}
