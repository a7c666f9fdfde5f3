/** Lists and figures of a queue. */
import { OrgError } from "#core/errors.ts";
import type { JobPage, JobRecord, ListOptions, QueueStats } from "#core/queue.ts";
import { type JobStatements, recordOf, STORED } from "./job-rows.ts";
import { nextLane } from "./ranks.ts";

/** Most leases that the figures tell one by one. */
export const MAX_LEASES_LISTED = 1000;

/** @throws {OrgError} `INPUT_INVALID` for an `after` that no page gave. */
export function listJobs(
  { newest, page }: JobStatements,
  queue: string,
  { state, after, limit }: ListOptions,
): JobPage {
  const cursor = after === undefined ? undefined : readCursor(after);
  if (state === undefined) {
    const rows = newest.all(queue, cursor?.number ?? Number.MAX_SAFE_INTEGER, limit);
    const last = rows.length === limit ? rows.at(-1) : undefined;
    return { jobs: rows.map(recordOf), next: last && cursorOf({ ...last, index: 0 }) };
  }
  const jobs: JobRecord[] = [];
  for (const [index, stored] of STORED[state].entries()) {
    if (cursor !== undefined && index < cursor.index) continue;
    const { rank, number } = index === cursor?.index ? cursor : { rank: -1, number: -1 };
    const rows = page.all(queue, stored, rank, number, limit - jobs.length);
    jobs.push(...rows.map(recordOf));
    const last = rows.at(-1);
    if (last !== undefined && jobs.length === limit) {
      return { jobs, next: cursorOf({ ...last, index }) };
    }
  }
  return { jobs };
}

/** @param now milliseconds since the epoch. */
export function agesOf(
  { upTo, firstFrom }: JobStatements,
  queue: string,
  now: number,
): Pick<QueueStats, "oldestMs" | "leasedMs"> {
  const running = upTo.all(queue, "running", Number.MAX_SAFE_INTEGER, MAX_LEASES_LISTED);
  const leasedMs = running.map(({ changedAt }) => Math.max(0, now - changedAt));
  let oldestMs = 0;
  // In each priority the first is the oldest, and there are few priorities.
  for (let rank = 0; ; ) {
    const first = firstFrom.get(queue, "ready", rank);
    if (first === null) return { oldestMs, leasedMs: leasedMs.sort((a, b) => b - a) };
    oldestMs = Math.max(oldestMs, now - first.createdAt);
    rank = nextLane(first.rank);
  }
}

/** The last job of a page. */
export interface JobCursor {
  /** Of its sort among those that its state is stored as. */
  readonly index: number;
  readonly rank: number;
  readonly number: number;
}

export function cursorOf({ index, rank, number }: JobCursor): string {
  return `${index}-${rank}-${number}`;
}

/** @throws {OrgError} `INPUT_INVALID` */
export function readCursor(text: string): JobCursor {
  const [, index, rank, number] = /^([01])-(\d{1,16})-(\d{1,16})$/.exec(text) ?? [];
  if (index !== undefined) {
    return { index: Number(index), rank: Number(rank), number: Number(number) };
  }
  throw new OrgError(`Invalid cursor ${JSON.stringify(text.slice(0, 40))}`, {
    code: "INPUT_INVALID",
    why: "the cursor is the value of `next` in the page before",
    remedies: ["begin with the first page, without a cursor"],
    unchanged: "Nothing was read.",
  });
}
