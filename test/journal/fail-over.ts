/** Writers of lines and jobs while their server is killed and its standby takes over, judged by what they were told. */
import type { Entry } from "#core/journal.ts";
import { openPgJournal } from "#home/postgres/pg-journal.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import type { PgCluster } from "../postgres-cluster.ts";
import type { PostgresProxy } from "../postgres-proxy.ts";
import { until } from "../until.ts";
import { notice } from "./conformance-bench.ts";
import { type ConfirmedLine, judgeRooms, type RoomVerdict } from "./room-history.ts";

export interface FailOverOptions {
  readonly primary: PgCluster;
  readonly standby: PgCluster;
  /** Between the two. */
  readonly way: PostgresProxy;
  readonly isSynchronous: boolean;
  /** Lines that are confirmed before, and after. */
  readonly lines: number;
}

export interface FailOverResult extends RoomVerdict {
  readonly confirmed: number;
  /** Jobs that were confirmed, and are not there. */
  readonly lostJobs: readonly string[];
}

const ROOMS = ["r0", "r1", "r2", "r3"];

/** The standby is cut off from its primary, which goes on for as long as it can, and is killed then. */
export async function failOver(options: FailOverOptions): Promise<FailOverResult> {
  const { primary, standby, way, isSynchronous, lines } = options;
  const urls = `${standby.url()},${primary.url()}`;
  const servers = readDatabaseUrls(urls, "ORG_DB");
  await using client = await PgClient.open({ servers, deadlineMs: 5000 });
  await using journal = await openPgJournal({ client });
  await using queue = await openPgQueue({ client, node: "writer" });
  const confirmed: ConfirmedLine[] = [];
  const jobs: string[] = [];
  const tried = new Set<string>();
  const over = new AbortController();
  const write = async (room: string): Promise<void> => {
    for (let line = 1; !over.signal.aborted; line += 1) {
      const key = `${room} ${line}`;
      tried.add(key);
      const enqueued = queue.enqueue("q", key, { id: key }).then(() => jobs.push(key));
      const { seq } = await journal.append(room, { key, event: notice(key) });
      confirmed.push({ room, key, seq });
      await enqueued;
    }
  };
  const more = async (count: number): Promise<void> => {
    const wanted = confirmed.length + count;
    await until(`${count} more lines`, async () => confirmed.length >= wanted);
  };
  const writing = ROOMS.map(write);
  await more(lines);
  way.deaf = true;
  if (isSynchronous) await waitsForStandby(primary);
  else await more(lines);
  await primary.stop("SIGQUIT");
  await standby.promote();
  await more(lines);
  over.abort();
  await Promise.all(writing);
  const rooms = new Map<string, readonly Entry[]>();
  for (const room of ROOMS) rooms.set(room, await Array.fromAsync(journal.read(room, 1)));
  const there = await Promise.all(jobs.map((id) => queue.get("q", id)));
  const verdict = judgeRooms({ confirmed, tried, rooms, ownerOf: () => "writer" });
  const lostJobs = jobs.filter((_id, index) => there[index] === undefined);
  return { ...verdict, confirmed: confirmed.length + jobs.length, lostJobs };
}

/** Until a commit is on the primary alone, and not confirmed. */
async function waitsForStandby(primary: PgCluster): Promise<void> {
  const servers = readDatabaseUrls(primary.url(), "ORG_DB");
  await using look = await PgClient.open({ servers, application: "look" });
  await until("a commit waits for the standby", async () => {
    const rows = await look.query("select from pg_stat_activity where wait_event = 'SyncRep'");
    return rows.length > 0;
  });
}
