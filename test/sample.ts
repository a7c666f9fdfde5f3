/** A part of a large fixed set of cases, another one in each run; with `ORG_ALL=1` all of it. */
import fc from "fast-check";

export interface Sampling<Item> {
  /** How many of a hundred cases of each class run, rounded up: at least one of each. */
  readonly percent: number;
  /** @default all are of one class */
  readonly classOf?: (item: Item) => string;
}

/**
 * Chooses cases by the seed of the run, `FC_SEED`, and prints it.
 *
 * @param what names the cases in what is printed.
 * @returns in their old order.
 */
export function sampled<Item>(
  what: string,
  items: readonly Item[],
  sampling: Sampling<Item>,
): readonly Item[] {
  if (Bun.env["ORG_ALL"] === "1") return items;
  const { seed = 0 } = fc.readConfigureGlobal();
  const chosen = sampleOf(items, sampling, seed);
  console.error(`${what}: ${chosen.length} of ${items.length}, FC_SEED=${seed}; all: ORG_ALL=1`);
  return chosen;
}

/** The same for the same seed. @returns in their old order. */
export function sampleOf<Item>(
  items: readonly Item[],
  { percent, classOf = () => "" }: Sampling<Item>,
  seed: number,
): readonly Item[] {
  const classes = [...Map.groupBy(items, classOf).values()];
  const chosen = classes.flatMap((cases, index) => {
    const length = Math.ceil((cases.length * percent) / 100);
    const some = fc.shuffledSubarray(cases, { minLength: length, maxLength: length });
    // Another seed for each class: else, the first of each would always run together.
    return fc.sample(some, { seed: seed + index, numRuns: 1 }).flat();
  });
  return items.filter((item) => chosen.includes(item));
}
