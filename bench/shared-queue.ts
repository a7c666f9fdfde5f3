#!/usr/bin/env bun
/** The queue of several machines beside that of one, and beside the queues that others keep in PostgreSQL. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Queue } from "#core/queue.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { PgCluster } from "../test/postgres-cluster.ts";
import { compare, ratio } from "./support/compare.ts";
import { graphileWorker, pgBoss, type QueuePeer, WORKERS } from "./support/queue-peers.ts";
import { type Grid, named, publish, type Section } from "./support/report.ts";
import { cpuMs } from "./support/server-cpu.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROUNDS = { warmUp: 1, counted: 3 };
const PRODUCERS = 50;
const JOBS = 500;
const MINUTE_MS = 60_000;
/** As long as an ordinary request. */
const TEXT = "Sort the lines of the report by date and sum up each week. ".repeat(6);

await using folder = await temporaryFolder();
await using cluster = await PgCluster.start({ durable: true });
await using client = await cluster.client();
await using shared = await openPgQueue({ client, node: "bench" });
await using file = await openSqliteQueue(join(folder.path, "queue.sqlite"));
await using boss = await pgBoss(cluster.url());
await using graphile = await graphileWorker(cluster.url());
// biome-ignore lint/nursery/useDisposables: it is the shared queue, which is disposed of
const ours = peerOf("PostgreSQL", shared);
const peers = [peerOf("SQLite, one machine", file), ours, boss, graphile];

publish([await enqueues(), await claims(), await processorTime()]);

function peerOf(name: string, queue: Queue): QueuePeer {
  return {
    name,
    put: (text) => queue.enqueue("q", text, { id: crypto.randomUUID() }),
    work: (count) => workAsPool(queue, count),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** As the pool of a node does: who ends a job asks for the next one in the same moment, and both are one commit. */
async function workAsPool(queue: Queue, count: number): Promise<void> {
  const take = () => queue.lease("q", { max: 1, leaseMs: MINUTE_MS });
  let left = count;
  const worker = async (): Promise<void> => {
    let [job] = await take();
    for (; job !== undefined; ) {
      left -= 1;
      const [, [next]] = await Promise.all([queue.ack(job), left > 0 ? take() : []]);
      job = next;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
}

async function put(peer: QueuePeer, count: number): Promise<void> {
  let left = count;
  const producer = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      await peer.put(TEXT);
    }
  };
  await Promise.all(Array.from({ length: PRODUCERS }, producer));
}

async function enqueues(): Promise<Section> {
  const series = await compare(
    peers.map((peer) => ({
      name: peer.name,
      round: async () => {
        const figure = await rate(JOBS, () => put(peer, JOBS));
        // Each round begins with an empty queue.
        await peer.work(JOBS);
        return figure;
      },
    })),
    ROUNDS,
  );
  return {
    title: `shared queue: jobs that are on disk when \`enqueue\` resolves, ${PRODUCERS} producers`,
    unit: "enqueues per second, more is better",
    series,
    aims: [boss, graphile].map(({ name }) => {
      const measured = ratio(named(series, ours.name), named(series, name));
      return { text: `${ours.name} ≥ 3 × ${name}`, measured, isMet: measured >= 3 };
    }),
  };
}

async function claims(): Promise<Section> {
  const series = await compare(
    peers.map((peer) => ({
      name: peer.name,
      round: async () => {
        await put(peer, JOBS);
        return await rate(JOBS, () => peer.work(JOBS));
      },
    })),
    ROUNDS,
  );
  return {
    title: `shared queue: claim and ack of jobs that wait, ${WORKERS} workers, one job a lease`,
    unit: "jobs per second, more is better",
    series,
    aims: [boss, graphile].map(({ name }) => {
      const measured = ratio(named(series, ours.name), named(series, name));
      return { text: `${ours.name} ≥ ${name}`, measured, isMet: measured >= 1 };
    }),
  };
}

/** Of this process and of the server, a job. */
async function processorTime(): Promise<Grid> {
  const rows: string[][] = [];
  const measure = async (what: string, work: () => Promise<void>): Promise<void> => {
    const [own, server] = [process.cpuUsage(), serverMs()];
    await work();
    const { user, system } = process.cpuUsage(own);
    const [ownMs, theirMs] = [(user + system) / 1000 / JOBS, (serverMs() - server) / JOBS];
    rows.push([what, ownMs.toFixed(2), theirMs.toFixed(2), (ownMs + theirMs).toFixed(2)]);
  };
  await measure(`enqueue, ${PRODUCERS} producers`, () => put(ours, JOBS));
  await measure(`claim and ack, ${WORKERS} workers`, () => ours.work(JOBS));
  return {
    title: "shared queue: processor time a job, PostgreSQL (ms, less is better; aim: at most 1)",
    head: ["", "our process", "the server", "together"],
    rows,
  };
}

function serverMs(): number {
  const [pid] = readFileSync(join(cluster.data, "postmaster.pid"), "utf8").split("\n");
  return cpuMs(Number(pid));
}

/** How many of something per second of wall-clock time: a disk that is waited for takes no processor time. */
async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}
