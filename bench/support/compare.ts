/** Measures several ways of doing one job side by side. */

/** One way to do the job. */
export interface Contestant {
  readonly name: string;
  /** Does the job once and returns the figure of that round. */
  readonly round: () => number | Promise<number>;
}

export interface Rounds {
  /** Rounds that do not count: code is compiled and caches fill. */
  readonly warmUp: number;
  readonly counted: number;
}

export interface Series {
  readonly name: string;
  /** One figure for each counted round. */
  readonly samples: readonly number[];
}

/**
 * Lets everybody do one round, then everybody the next: what else goes on in the machine, and it never
 * is quiet, then meets all of them alike. A different one begins each time.
 */
export async function compare(
  contestants: readonly Contestant[],
  rounds: Rounds,
): Promise<readonly Series[]> {
  const samples = contestants.map((): number[] => []);
  for (let round = 0; round < rounds.warmUp + rounds.counted; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const index = (turn + round) % contestants.length;
      const figure = await contestants[index]?.round();
      if (figure !== undefined && round >= rounds.warmUp) samples[index]?.push(figure);
    }
  }
  return contestants.map(({ name }, index) => ({ name, samples: samples[index] ?? [] }));
}

/** The middle value: one slow or one lucky round does not move it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return (low + high) / 2;
}

/** How many times `other` fits into `one`: the median over the rounds, each compared with its own. */
export function ratio(one: Series, other: Series): number {
  return median(one.samples.map((figure, round) => figure / (other.samples[round] ?? Number.NaN)));
}
