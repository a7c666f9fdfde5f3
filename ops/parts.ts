/** What costs much in a run of everything takes turns: a run has a part of it, and continuous integration all parts. */
import timings from "../test/timings.json";
import type { Durations } from "./totals.ts";

export const PARTS = 3;

/**
 * The part that a run takes: `ORG_PART`, or one by chance.
 *
 * @returns undefined for all parts: `ORG_PART=all`, or `ORG_ALL=1`.
 * @throws {Error} for another value of `ORG_PART`.
 */
export function chosenPart(
  environment: Readonly<Record<string, string | undefined>>,
): number | undefined {
  const { ORG_PART: setting, ORG_ALL: all } = environment;
  if (setting === "all" || (setting === undefined && all === "1")) return undefined;
  const part = setting === undefined ? 1 + Math.floor(Math.random() * PARTS) : Number(setting);
  if (Number.isInteger(part) && part >= 1 && part <= PARTS) return part;
  throw new Error(
    `ORG_PART is a number from 1 to ${PARTS}, or "all", and not "${setting}"; nothing was run`,
  );
}

/** What a run takes of the files that cost much. */
export interface Part {
  /** From 1 to {@link PARTS}. */
  readonly number: number;
  /** Paths of changed files, from the root of the checkout: what tests them runs in each part. */
  readonly changed: readonly string[];
}

interface Costs {
  /** More processor time than this is much. */
  readonly dearMs: number;
  /** @default the record of this checkout */
  readonly record?: Durations;
}

/**
 * The test files that a part leaves out: each file that costs much is in one part, so that all parts cost about the same.
 * What costs little, and what is not recorded because it is new, is in each.
 *
 * @param paths from the root of the checkout.
 * @param part from 1 to {@link PARTS}.
 */
export function otherParts(
  paths: readonly string[],
  part: number,
  { dearMs, record = timings.files }: Costs,
): readonly string[] {
  const costOf = (path: string): number => record[path.replace(/^\.\//, "")] ?? 0;
  const dear = paths.filter((path) => costOf(path) > dearMs);
  const sums = Array.from({ length: PARTS }, () => 0);
  return dear
    .toSorted((one, other) => costOf(other) - costOf(one))
    .filter((path) => {
      const least = sums.indexOf(Math.min(...sums));
      sums[least] = (sums[least] ?? 0) + costOf(path);
      return least !== part - 1;
    });
}
