/** Judges what was written down of a queue by those who used it, and by the queue itself. */
import type { JobEvent, JobRecord } from "#core/queue.ts";
import type { WorkerLine } from "../fixtures/queue-worker.ts";

/** A job as the queue has it in the end. */
export interface EndedJob {
  readonly record: JobRecord | undefined;
  readonly events: readonly JobEvent[];
}

export interface History {
  /** Ids whose `enqueue` was confirmed. */
  readonly confirmed: readonly string[];
  readonly jobs: ReadonlyMap<string, EndedJob>;
  readonly lines: readonly WorkerLine[];
  /** Nodes that were never killed nor stopped, and whose leases never ran out. */
  readonly well: ReadonlySet<string>;
}

/** What must not be, each as a list of ids; and how many late workers were turned away, as it must be. */
export interface Verdict {
  /** Confirmed, and not done. */
  readonly lost: readonly string[];
  /** Two ends, or two workers that were told that theirs counts. */
  readonly twice: readonly string[];
  /** Ended by a worker that had lost it. */
  readonly late: readonly string[];
  /** Taken from a worker that was well. */
  readonly robbed: readonly string[];
  /** Events that are not numbered 1, 2, 3. */
  readonly gaps: readonly string[];
  readonly refused: number;
}

export function judge({ confirmed, jobs, lines, well }: History): Verdict {
  const ids = [...jobs.keys()];
  const eventsOf = (id: string): readonly JobEvent[] => jobs.get(id)?.events ?? [];
  const acked = new Map<string, readonly WorkerLine[]>();
  for (const line of lines) {
    if (line.what === "acked") acked.set(line.id, [...(acked.get(line.id) ?? []), line]);
  }
  const acksOf = (id: string): readonly WorkerLine[] => acked.get(id) ?? [];
  const startsOf = (id: string): number =>
    eventsOf(id).filter(({ type }) => type === "started").length;
  const refused = lines.filter(({ what }) => what === "refused");
  return {
    lost: confirmed.filter((id) => jobs.get(id)?.record?.state !== "done"),
    twice: ids.filter((id) => {
      const ends = eventsOf(id).filter(({ type }) => type === "done").length;
      return ends > 1 || acksOf(id).length > 1;
    }),
    // The token counts how often it was leased: the last one alone may end it.
    late: ids.filter((id) => acksOf(id).some(({ token }) => token !== startsOf(id))),
    robbed: refused.filter(({ node }) => well.has(node)).map(({ id }) => id),
    gaps: ids.filter((id) => eventsOf(id).some(({ seq }, index) => seq !== index + 1)),
    refused: refused.length,
  };
}
