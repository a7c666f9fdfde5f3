#!/usr/bin/env bun
/** A node of `bench/nodes.ts`: does jobs of a shared queue until there are none, and says what that took. */
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import { readDatabaseUrls } from "#platform/postgres/database-url.ts";
import { PgClient } from "#platform/postgres/pg-client.ts";
import { WorkerPool } from "#server/jobs/worker-pool.ts";

export interface NodeOptions {
  readonly url: string;
  readonly schema: string;
  readonly node: string;
  readonly workers: number;
}

/** What a node tells at its end, as JSON in one line. */
export interface NodeFigures {
  readonly jobs: number;
  /** Processor time of its work, in milliseconds. */
  readonly cpuMs: number;
  /** Memory in use, in bytes. */
  readonly rss: number;
}

const { url, schema, node, workers }: NodeOptions = JSON.parse(process.argv[2] ?? "");
await using client = await PgClient.open({ servers: readDatabaseUrls(url, "the bench"), schema });
await using queue = await openPgQueue({ client, node });
let jobs = 0;
const pool = new WorkerPool({
  ...{ queue, name: "q", workers },
  report: (error) => process.stderr.write(`${error}\n`),
  run: async () => {
    jobs += 1;
    return "1";
  },
});
process.stdout.write("ready\n");
// All nodes begin in one moment.
await Bun.stdin.text();
const begun = process.cpuUsage();
await pool.start();
while ((await queue.stats("q")).depth.done < Number(process.argv[3])) await Bun.sleep(50);
const { user, system } = process.cpuUsage(begun);
const figures: NodeFigures = {
  ...{ jobs, cpuMs: (user + system) / 1000 },
  rss: process.memoryUsage.rss(),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
await pool.drain(1000);
