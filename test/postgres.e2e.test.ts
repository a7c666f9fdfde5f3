/** Homes that share a database: real processes, and a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Client } from "pg";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { PgCluster } from "./postgres-cluster.ts";
import { call, gate, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { serveJobs } from "./served-jobs.ts";
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

/** Says something over HTTP. @param see told of each piece that is streamed. @returns all of it. */
async function post(
  address: string,
  body: { text: string; room?: string },
  see: (soFar: string) => void = () => undefined,
): Promise<string> {
  const headers = { "content-type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify(body) };
  const { body: stream } = await fetch(`${address}/v1/messages`, asked);
  const decoder = new TextDecoder();
  let soFar = "";
  for await (const piece of stream ?? []) {
    soFar += decoder.decode(piece, { stream: true });
    see(soFar);
  }
  return soFar;
}

/** How many lines and answers others have sent to a node. */
async function jobsFor(name: string, db: string): Promise<number> {
  const client = new Client({ connectionString: db });
  await client.connect();
  const { rows } = await client.query("select from org.job where queue = $1", [`room:${name}`]);
  await client.end();
  return rows.length;
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
    stdout: expect.stringContaining("The tables were created: 0001-journal"),
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
}, 600_000);

test("while a room is open on one node, it answers there what another is asked", async () => {
  await using parts = new AsyncDisposableStack();
  const held = Promise.withResolvers<void>();
  await using server = scriptedServer(async ({ index }) => {
    if (index === 1) await held.promise;
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
  const twin = await node("first", db, parts);
  expect(await twin.run(["ask", "hi"], server.url)).toMatchObject({
    exitCode: 75,
    stderr: expect.stringContaining('The node "first" is already running'),
  });
  const relayed = second.run(["ask", `--room=${id}`, "me too"], server.url);
  await until("it is sent", async () => (await jobsFor("first", db)) === 1);
  held.resolve();
  expect(await asking).toMatchObject({ exitCode: 0, stdout: "Done.\n" });
  expect(await relayed).toMatchObject({ exitCode: 0, stdout: "Done.\n" });
  expect(server.requests).toHaveLength(3);
}, 600_000);

test("lines and a screen are answered by the node of their room, and once that is killed by the one that was asked", async () => {
  await using parts = new AsyncDisposableStack();
  const never = Promise.withResolvers<void>();
  parts.defer(() => never.resolve());
  const rest = gate();
  await using one = scriptedServer(async ({ index }) => {
    if (index === 4) await never.promise;
    if (index === 2) return several(say("First"), rest, say(" 2."));
    return index === 0 ? call("sh", { cmd: "echo begun" }) : say(`First ${index}.`);
  });
  await using two = scriptedServer(({ index }) => say(`Second ${index}.`));
  const db = await database("killed");
  const first = await node("first", db, parts);
  const second = await node("second", db, parts);
  await first.run(["db", "init"]);
  const about = (name: string) => ({ workers: 1, environment: { ORG_DB: db, ORG_NODE: name } });
  const here = await serveJobs(first.home, { url: one.url, ...about("first") });
  const there = await serveJobs(second.home, { url: two.url, ...about("second") });
  expect(await post(here.address, { text: "one" })).toContain("First 1.");
  const room = await onlyRoom(first);
  // It is answered to its end once its beginning was seen at the other node.
  const see = (soFar: string) => (soFar.includes('"text":"First"') ? rest.open() : undefined);
  expect(await post(there.address, { text: "two", room }, see)).toContain('"text":"First 2."');
  const environment = { ORG_DB: db, ORG_NODE: "second" };
  const screen = parts.use(
    second.home.start(["chat", "--plain", `--room=${room}`], {
      ...{ environment, keepsTyping: true, stdin: "from a screen\n" },
    }),
  );
  await screen.stdout.shows("First 3.");
  const third = post(there.address, { text: "three", room });
  await until("the model is asked", async () => one.requests.length === 5);
  here.process.signal("SIGKILL");
  await here.process.ended;
  // The lock of the dead node ends after 15 s, for it renews it no more.
  expect(await third).toContain('"reason":"cut"');
  expect(await post(there.address, { text: "four", room })).toContain("Second 0.");
  const asked = two.requests[0]?.body.messages.map(({ content }) => content).join("\n");
  const said = ["one", "begun", "First 1.", "two", "First 2.", "from a screen", "First 3."];
  for (const text of [...said, "three", "four"]) expect(asked).toContain(text);
  // The screen went on with the room.
  await screen.stdout.shows("Second 0.");
  const log = (await second.run(["log", "--raw", "--json"])).stdout;
  const ends = [...log.matchAll(/"type":"turn-end".*"reason":"(\w+)"/g)].map(([, end]) => end);
  expect(ends).toEqual(["complete", "complete", "complete", "cut", "complete"]);
  expect(log.match(/"type":"tool-call"/g)).toHaveLength(1);
  there.process.signal("SIGTERM");
  await there.process.ended;
}, 600_000);

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
      /^Both sides hold the same:\n1 rooms, \d+ entries, sha256 [\da-f]{64}\n0 jobs, sha256 [\s\S]* tokens and keys, sha256 [\da-f]{64}\n$/,
    ),
  });
  await alone.run(["ask", "--resume", "second"], { url: server.url, environment });
  expect((await alone.run(["backup", "now"], { environment })).stderr).toContain("pg_dump");
  // The home itself knows nothing of that, until it is brought back.
  const before = await alone.run(["log"]);
  expect(before.stdout).not.toContain("second");
  expect(await alone.run(["db", "copy", "from"], { environment })).toMatchObject({ exitCode: 0 });
  expect((await alone.run(["log"])).stdout).toContain("Two.");
}, 600_000);

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
