/** Homes that share a database: real processes, and a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { PgCluster } from "./postgres-cluster.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

let cluster: PgCluster;

beforeAll(async () => {
  cluster = await PgCluster.start();
});

afterAll(async () => await cluster[Symbol.asyncDispose]());

/** A database of its own for each test. */
async function database(name: string): Promise<string> {
  const client = new Client({ connectionString: cluster.url() });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return cluster.url({ database: name });
}

interface Node {
  readonly home: TestHome;
  readonly run: (args: readonly string[], url?: string) => Promise<OrgRan>;
}

async function node(name: string, db: string, parts: AsyncDisposableStack): Promise<Node> {
  const home = parts.use(await testHome());
  const environment = { ORG_DB: db, ORG_NODE: name };
  return {
    home,
    run: (args, url) => home.run(args, { environment, ...(url === undefined ? {} : { url }) }),
  };
}

async function onlyRoom({ run }: Node): Promise<string> {
  const [id = ""] = (await run(["log", "--list"])).stdout.split("\t");
  return id;
}

test("a room that one node began goes on at another, with all that was said and done", async () => {
  await using parts = new AsyncDisposableStack();
  await using server = scriptedServer([
    call("sh", { cmd: "echo from the first node" }),
    say("It says: from the first node."),
    say("I remember."),
  ]);
  const db = await database("two_nodes");
  const first = await node("first", db, parts);
  const second = await node("second", db, parts);
  const early = await first.run(["ask", "too early"], server.url);
  expect(early).toMatchObject({ exitCode: 78, stderr: expect.stringContaining("org db init") });
  expect(await first.run(["db", "init"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining("The tables are made: 0001-journal"),
  });
  const asked = await first.run(["ask", "what does it say?"], server.url);
  expect(asked).toEqual({ stdout: "It says: from the first node.\n", stderr: "", exitCode: 0 });
  const room = `--room=${await onlyRoom(second)}`;
  const again = await second.run(["ask", room, "do you remember?"], server.url);
  expect(again).toEqual({ stdout: "I remember.\n", stderr: "", exitCode: 0 });
  const texts = server.requests[2]?.body.messages.map(({ content }) => content) ?? [];
  expect(texts.join("\n")).toContain("It says: from the first node.");
  const log = (await first.run(["log"])).stdout;
  expect(log).toContain("do you remember?");
  expect((await second.run(["log"])).stdout).toBe(log);
  expect((await second.run(["db", "check"])).stdout).toMatch(
    /: primary, no standby\n1 rooms, \d+ entries/,
  );
}, 60_000);

test("while a room is open on one node, another says whose it is", async () => {
  await using parts = new AsyncDisposableStack();
  const held = Promise.withResolvers<void>();
  await using server = scriptedServer(async ({ index }) => {
    if (index > 0) await held.promise;
    return say("Done.");
  });
  const db = await database("one_owner");
  const first = await node("first", db, parts);
  const second = await node("second", db, parts);
  await first.run(["db", "init"]);
  await first.run(["ask", "hi"], server.url);
  const id = await onlyRoom(second);
  const asking = first.run(["ask", `--room=${id}`, "hi again"], server.url);
  await until("the model is asked", async () => server.requests.length === 2);
  expect(await second.run(["ask", `--room=${id}`, "me too"], server.url)).toMatchObject({
    exitCode: 75,
    stderr: expect.stringContaining(`The room "${id}" is open on node "first"`),
  });
  const twin = await node("first", db, parts);
  expect(await twin.run(["ask", "hi"], server.url)).toMatchObject({
    exitCode: 75,
    stderr: expect.stringContaining('The node "first" runs already'),
  });
  held.resolve();
  expect(await asking).toMatchObject({ exitCode: 0, stdout: "Done.\n" });
}, 60_000);

test("what a node that is killed leaves behind, another one takes up with the whole history", async () => {
  await using parts = new AsyncDisposableStack();
  const never = Promise.withResolvers<void>();
  await using server = scriptedServer(async ({ index }) => {
    if (index === 2) await never.promise;
    return index === 0 ? call("sh", { cmd: "echo begun" }) : say(`Answer ${index}.`);
  });
  const db = await database("killed");
  const first = await node("first", db, parts);
  const second = await node("second", db, parts);
  await first.run(["db", "init"]);
  await first.run(["ask", "one"], server.url);
  const room = `--room=${await onlyRoom(first)}`;
  const environment = { ORG_DB: db, ORG_NODE: "first" };
  const killed = first.home.start(["ask", room, "two"], { url: server.url, environment });
  await until("the model is asked", async () => server.requests.length === 3);
  killed.signal("SIGKILL");
  await killed.ended;
  never.resolve();
  // Waits for the end of the lock, which the dead node renews no more.
  const next = await second.run(["ask", room, "three"], server.url);
  expect(next).toEqual({ stdout: "Answer 3.\n", stderr: "", exitCode: 0 });
  const asked = server.requests[3]?.body.messages.map(({ content }) => content).join("\n");
  for (const text of ["one", "begun", "Answer 1.", "two"]) expect(asked).toContain(text);
  const ends = (await second.run(["log", "--raw", "--json"])).stdout.matchAll(
    /"type":"turn-end".*"reason":"(\w+)"/g,
  );
  expect([...ends].map(([, end]) => end)).toEqual(["complete", "cut", "complete"]);
  expect((await second.run(["db", "check"])).exitCode).toBe(0);
}, 120_000);

test("a journal moves into the database and back, and is the same", async () => {
  await using parts = new AsyncDisposableStack();
  await using server = scriptedServer([say("One."), say("Two.")]);
  const db = await database("moved");
  const alone = parts.use(await testHome());
  await alone.run(["ask", "first"], { url: server.url });
  const environment = { ORG_DB: db, ORG_NODE: "moved" };
  await alone.run(["db", "init"], { environment });
  const copied = await alone.run(["db", "copy", "to"], { environment });
  expect(copied).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Both hold the same: 1 rooms, \d+ entries, sha256 [\da-f]{64}\n$/,
    ),
  });
  await alone.run(["ask", "--resume", "second"], { url: server.url, environment });
  expect((await alone.run(["backup", "now"], { environment })).stderr).toContain("pg_dump");
  // The home itself knows nothing of that, until it is brought back.
  const before = await alone.run(["log"]);
  expect(before.stdout).not.toContain("second");
  expect(await alone.run(["db", "copy", "from"], { environment })).toMatchObject({ exitCode: 0 });
  expect((await alone.run(["log"])).stdout).toContain("Two.");
}, 60_000);

describe("an ORG_DB that cannot be used", () => {
  test("is said, without the password in it", async () => {
    await using home = await testHome();
    const ORG_DB = cluster.url({ password: "hunter2-hunter2" });
    const ran = await home.run(["ask", "hi"], { environment: { ORG_DB } });
    expect(ran.stderr).toContain("28P01");
    expect(ran.stderr).not.toContain("hunter2");
    expect(ran.exitCode).toBe(77);
  });

  test("no command of the database works without one", async () => {
    await using home = await testHome();
    expect(await home.run(["db", "check"])).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining("No database is named"),
    });
  });
});
