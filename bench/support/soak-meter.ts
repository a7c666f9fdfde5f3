/** What a process that serves holds, and whether it holds ever more. */
import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { descendantsOf } from "#ops/processes/process-tree.ts";

/** While nothing is asked of the process. */
export interface Sample {
  readonly minute: number;
  readonly rssMib: number;
  readonly descriptors: number;
  readonly children: number;
  /** Names in the temporary folder. */
  readonly temporary: number;
  /** Journal and queue, with their logs. */
  readonly stateKib: number;
  /** Requests so far. */
  readonly requests: number;
}

export interface Measured {
  readonly pid: number;
  /** The process's own temporary folder. */
  readonly temporary: string;
  /** Path of the journal; the queue lies beside it or not at all. */
  readonly journal: string;
}

/** Looks at a process. @throws when it is gone. */
export async function sample(
  { pid, temporary, journal }: Measured,
  at: Pick<Sample, "minute" | "requests">,
): Promise<Sample> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const [descriptors, children, names, bytes] = await Promise.all([
    readdir(`/proc/${pid}/fd`),
    descendantsOf([pid]),
    readdir(temporary),
    bytesBelow(dirname(journal)),
  ]);
  return {
    ...at,
    rssMib: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024),
    descriptors: descriptors.length,
    children: children.length,
    temporary: names.length,
    stateKib: Math.round(bytes / 1024),
  };
}

async function bytesBelow(folder: string): Promise<number> {
  const files = (await readdir(folder)).filter((name) => /\.sqlite(?:-wal)?$/.test(name));
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Room for what one part of a run has more than another by chance. */
const SLACK = { rssMib: 48, descriptors: 8, children: 0, temporary: 2 } as const;
/** The later half of a run may take so much more memory, and so much more disk for each request. */
const MORE = 1.3;

/**
 * What grew without bound: between the middle and the end, for until the middle caches fill and code is compiled; and on
 * the disk for each request.
 *
 * @returns one sentence for each; empty: nothing did.
 */
export function growths(start: Sample, middle: Sample, end: Sample): readonly string[] {
  const found: string[] = [];
  const say = (what: string, from: number, to: number) => found.push(`${what}: ${from} → ${to}`);
  if (end.rssMib > middle.rssMib * MORE + SLACK.rssMib) {
    say("MiB of memory", middle.rssMib, end.rssMib);
  }
  for (const what of ["descriptors", "temporary"] as const) {
    if (end[what] > middle[what] + SLACK[what]) say(what, middle[what], end[what]);
  }
  if (end.children > start.children) say("child processes", start.children, end.children);
  const [first, second] = [perRequest(start, middle), perRequest(middle, end)];
  if (second > first * MORE + 1) say("KiB of state for each request", first, second);
  return found;
}

function perRequest(from: Sample, to: Sample): number {
  const requests = Math.max(1, to.requests - from.requests);
  return Number(((to.stateKib - from.stateKib) / requests).toFixed(2));
}
