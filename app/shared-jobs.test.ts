import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import type { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openPgQueue } from "#home/postgres/pg-queue.ts";
import { readSettings } from "#home/settings/settings.ts";
import { jobsOfHome } from "#server/jobs/jobs-of-home.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { until } from "#test/until.ts";
import { App } from "./app.ts";
import { openWorker, type WorkerOptions } from "./shared-jobs.ts";

let cluster: PgCluster;
let home: TestHome;
beforeAll(async () => {
  cluster = await PgCluster.start();
  await using _tables = await cluster.client({ schema: "org" });
  home = await testHome();
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const lost: OrgError[] = [];
const told: string[] = [];

async function opened(parts: AsyncDisposableStack): Promise<WorkerOptions> {
  const env = {
    ...{ ORG_HOME: home.path, ORG_DB: cluster.url(), ORG_NODE: "a" },
    // The language model that this machine may have must not be asked.
    ORG_ENGINE_DIR: join(home.path, "engine"),
  };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const cleaner = new TextCleaner(settings.secrets);
  const app = parts.use(new App({ settings, cleaner }));
  const client = await app.database();
  if (client === undefined) throw new Error("ORG_DB names a database");
  const output = { say: (text: string) => void told.push(text) };
  return {
    ...{ app, client, workers: 1, context: { settings, cleaner, output, signal } },
    ...{ roles: ["goals"], onLost: (error: OrgError) => lost.push(error) },
  };
}

test("a worker does what it is for, leaves all else, and is one under its name", async () => {
  await using parts = new AsyncDisposableStack();
  const options = await opened(parts);
  const { settings, cleaner } = options.context;
  const look = await jobsOfHome({ settings, cleaner, signal }, parts);
  await look.submit({ work: { kind: "tool", tool: "sh", args: {} }, requestId: "tool" });
  await look.submit({ work: { kind: "message", text: "Hi" }, requestId: "message" });
  // Answered by code, for no model is at hand.
  await look.submit({ work: { kind: "goal", text: "jobs" }, requestId: "goal" });
  await look.submit({ work: { kind: "goal", text: "Think." }, requestId: "hard", maxAttempts: 1 });
  const jobs = parts.use(await openWorker(options, parts));
  await using again = new AsyncDisposableStack();
  await expect(openWorker(options, again)).rejects.toMatchObject({ code: "NODE_TWICE" });
  await jobs.start();
  await Array.fromAsync(look.events("goal", 1, signal));
  const { state, attempts, result } = await look.get("goal");
  expect({ state, attempts }).toEqual({ state: "done", attempts: 1 });
  expect(Object(result).text).toContain("message queued");
  await Array.fromAsync(look.events("hard", 1, signal));
  expect(await look.get("hard")).toMatchObject({ state: "dead", attempts: 1 });
  // The worker may hear of its own commit after the one that looks.
  const end = await until("it is told", async () => told.find((line) => line.includes(" dead ")));
  expect(end).toMatch(/^job hard \(goal\): dead after attempt 1: .*PROVIDER_UNREACHABLE\]\n$/);
  // The message waits for the machine that took it.
  await using queue = await openPgQueue({ client: options.client, node: "look" });
  const { jobs: rows } = await queue.list("jobs", { state: "queued", limit: 9 });
  expect(rows.map(({ kind }) => kind)).toEqual(["tool", "message@a"]);
  expect(lost).toEqual([]);
});
