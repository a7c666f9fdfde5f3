#!/usr/bin/env bun
/** What a job costs with 1, 2, 4 and 8 nodes at one database, and what a node holds in memory. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import { testHome } from "../test/org-process.ts";
import { PgCluster } from "../test/postgres-cluster.ts";
import type { NodeFigures, NodeOptions } from "./support/queue-node.ts";
import { type Grid, publish } from "./support/report.ts";
import { cpuMs } from "./support/server-cpu.ts";

const NODE = join(import.meta.dir, "support/queue-node.ts");
const JOBS = 2000;
const WORKERS = 8;
/** As long as an ordinary request. */
const TEXT = "Sort the lines of the report by date and sum up each week. ".repeat(6);
const MIB = 1024 ** 2;

await using cluster = await PgCluster.start({ durable: true });
publish([await costs(), await memory()]);

async function costs(): Promise<Grid> {
  const rows: (readonly string[])[] = [];
  for (const count of [1, 2, 4, 8]) rows.push(await costOf(count));
  return {
    title: `nodes: ${JOBS} jobs that wait, ${WORKERS} workers a node, one job a lease, disk waited for`,
    head: [
      "",
      "jobs/s",
      "ms of nodes a job",
      "of the server",
      "together",
      "MiB a node",
      "least, most",
    ],
    rows,
  };
}

async function costOf(count: number): Promise<readonly string[]> {
  await using client = await cluster.client();
  await using queue = await openPgQueue({ client, node: "bench" });
  const ids = Array.from({ length: JOBS }, (_, n) => `${n}`);
  await Promise.all(ids.map((id) => queue.enqueue("q", TEXT, { id })));
  const nodes = Array.from({ length: count }, (_, n) => {
    const options: NodeOptions = {
      ...{ url: cluster.url(), schema: client.schema, node: `n${n}`, workers: WORKERS },
    };
    const command = [process.execPath, NODE, JSON.stringify(options), `${JOBS}`];
    return Bun.spawn(command, { stdin: "pipe", stderr: "inherit" });
  });
  const lines = nodes.map(({ stdout }) => linesOf(stdout));
  for (const one of lines) await one.next();
  const server = serverMs();
  const begun = performance.now();
  for (const { stdin } of nodes) await stdin.end();
  const told = await Promise.all(lines.map(async (one) => (await one.next()).value ?? "{}"));
  const seconds = (performance.now() - begun) / 1000;
  const serverPerJob = (serverMs() - server) / JOBS;
  await Promise.all(nodes.map(({ exited }) => exited));
  const figures = told.map((line): NodeFigures => JSON.parse(line));
  const own = figures.reduce((sum, one) => sum + one.cpuMs, 0) / JOBS;
  const rss = Math.max(...figures.map((one) => one.rss)) / MIB;
  const jobs = figures.map((one) => one.jobs);
  return [
    `${count} ${count === 1 ? "node" : "nodes"}`,
    (JOBS / seconds).toFixed(0),
    ...[own, serverPerJob, own + serverPerJob].map((ms) => ms.toFixed(2)),
    rss.toFixed(0),
    `${Math.min(...jobs)}, ${Math.max(...jobs)}`,
  ];
}

/** Of whole programs that wait for something to do. */
async function memory(): Promise<Grid> {
  await using _tables = await cluster.client({ schema: "org" });
  const shared = { ORG_DB: cluster.url(), ORG_NODE: "memory" };
  return {
    title: "nodes: memory of a node that waits (MiB resident, and of that its own)",
    head: ["", "resident", "its own"],
    rows: [
      ["org serve, SQLite", ...(await memoryOf(["serve", "--port", "0", "--workers", "8"], {}))],
      [
        "org serve, PostgreSQL",
        ...(await memoryOf(["serve", "--port", "0", "--workers", "8"], shared)),
      ],
      ["org worker, PostgreSQL", ...(await memoryOf(["worker", "--workers", "8"], shared))],
    ],
  };
}

async function memoryOf(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  await using home = await testHome();
  await using org = home.start(words, { environment });
  await org.stderr.line((line) => /serves on|^node memory does/.test(line));
  const text = readFileSync(`/proc/${org.pid}/smaps_rollup`, "utf8");
  const mib = (name: string): string => {
    const kib = [...text.matchAll(new RegExp(`^${name}:\\s+(\\d+)`, "gm"))].map(([, n]) =>
      Number(n),
    );
    return (kib.reduce((sum, one) => sum + one, 0) / 1024).toFixed(0);
  };
  org.signal("SIGTERM");
  await org.ended;
  return [mib("Rss"), mib("Private_(?:Clean|Dirty)")];
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of stream) {
    text += decoder.decode(part, { stream: true });
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

function serverMs(): number {
  const [pid] = readFileSync(join(cluster.data, "postmaster.pid"), "utf8").split("\n");
  return cpuMs(Number(pid));
}
