/** How steeply a rank further down counts less; small, because few ranks are looked at. */
const RANK_OFFSET = 10;

/** A ranking, best first, and how much it counts. */
export interface WeightedRanking {
  readonly ranking: readonly number[];
  readonly weight: number;
}

/**
 * One ranking out of several, by the sum of reciprocal ranks: it needs no scores that can be compared.
 *
 * @see https://plg.uwaterloo.ca/~gvcormac/cormacksigir09-rrf.pdf
 */
export function fused(rankings: readonly WeightedRanking[]): readonly number[] {
  const scores = new Map<number, number>();
  for (const { ranking, weight } of rankings) {
    for (const [rank, item] of ranking.entries()) {
      scores.set(item, (scores.get(item) ?? 0) + weight / (RANK_OFFSET + rank));
    }
  }
  return [...scores].sort(([a, x], [b, y]) => y - x || a - b).map(([item]) => item);
}
