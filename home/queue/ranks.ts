/** What orders the jobs that may be leased: priority, then age, in one number that SQLite holds exactly. */
import type { JobRow } from "./job-rows.ts";

export const MAX_PRIORITY = 1000;
/** Room for the numbers of one priority; the highest rank, behind 2,000 of them, is below 2 ** 53. */
const LANE = 2 ** 41;

export function readyRank({ priority, number }: Pick<JobRow, "priority" | "number">): number {
  return (MAX_PRIORITY - priority) * LANE + number;
}

/** The lowest rank of all that come behind those of the priority of a rank. */
export function nextLane(rank: number): number {
  return (Math.floor(rank / LANE) + 1) * LANE;
}
