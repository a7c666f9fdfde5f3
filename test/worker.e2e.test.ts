/** Two machines, each with a home of its own, that share one database. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { PgCluster } from "./postgres-cluster.ts";
import { call, say } from "./scripted-answers.ts";
import { type RecordedRequest, scriptedServer } from "./scripted-server.ts";
import { serveJobs } from "./served-jobs.ts";

let cluster: PgCluster;
let homes: readonly [TestHome, TestHome];
beforeAll(async () => {
  cluster = await PgCluster.start();
  await using _tables = await cluster.client({ schema: "org" });
  homes = [await testHome(), await testHome()];
});
afterAll(async () => {
  for (const home of homes) await home[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

const at = (node: string) => ({ environment: { ORG_DB: cluster.url(), ORG_NODE: node } });

async function working(home: TestHome, node: string, ...roles: string[]): Promise<OrgProcess> {
  const worker = home.start(["worker", ...roles], at(node));
  await worker.stderr.line((line) => line.startsWith(`node ${node} does `));
  return worker;
}

test("what is asked on one machine is done by the worker of another, and seen on both", async () => {
  const [one, other] = homes;
  const worker = await working(other, "b", "goals");
  // Answered by code, for no model is at hand.
  const ran = await one.run(["goal", "help"], at("a"));
  expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("list files") });
  const [here, there] = await Promise.all(
    homes.map((home, index) => home.run(["jobs"], at(`look${index}`))),
  );
  expect(here?.stdout).toContain("done");
  expect(there?.stdout).toBe(here?.stdout ?? "");
  worker.signal("SIGTERM");
  expect(await worker.ended).toMatchObject({ exitCode: 143 });
});

test("a second process under the same name is refused, and takes it once the first was killed", async () => {
  const [one, other] = homes;
  const first = await working(other, "twin", "tools");
  const { exitCode, stderr } = await one.run(["worker"], at("twin"));
  expect(exitCode).toBe(75);
  expect(stderr).toContain("NODE_TWICE");
  expect(stderr).not.toContain("geheim");
  first.signal("SIGKILL");
  await first.ended;
  const second = await working(one, "twin");
  second.signal("SIGTERM");
  await second.ended;
});

test("a machine that serves takes jobs for all, and does itself what lies with it", async () => {
  const [one, other] = homes;
  // The machine that serves has a model: where it is first at the goal, its model is asked and not code.
  const isGoal = ({ body: { tools = [] } }: RecordedRequest) =>
    tools.some((tool) => tool.function.name === "done");
  await using model = scriptedServer((request) =>
    isGoal(request) ? call("done", { why: "", text: "By the model." }) : say("Good morning."),
  );
  const worker = await working(other, "w", "goals");
  const { address, process, jobs } = await serveJobs(one, {
    ...{ url: model.url, workers: 1 },
    ...at("s"),
  });
  const post = async (body: object): Promise<number> => {
    const headers = { "content-type": "application/json" };
    const asked = { method: "POST", headers, body: JSON.stringify(body) };
    return (await fetch(`${address}/v1/jobs`, asked)).status;
  };
  expect(await post({ message: "Hi", persona: "agent", request_id: "said" })).toBe(202);
  // As another machine asks; the first to claim it does it.
  expect((await other.run(["goal", "help"], at("look"))).exitCode).toBe(0);
  const { signal } = new AbortController();
  await Array.fromAsync(jobs.events("said", 1, signal));
  expect(await jobs.get("said")).toMatchObject({ state: "done", attempts: 1 });
  expect(model.requests.filter((request) => !isGoal(request))).toHaveLength(1);
  expect((await jobs.list()).jobs.length).toBeGreaterThan(2);
  for (const ended of [process, worker]) {
    ended.signal("SIGTERM");
    expect(await ended.ended).toMatchObject({ exitCode: 143 });
  }
});

test("a worker needs a database, and roles that there are", async () => {
  const [one] = homes;
  const [without, unknown] = await Promise.all([
    one.run(["worker"]),
    one.run(["worker", "coffee"], at("a")),
  ]);
  expect(without).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("ORG_DB=") });
  expect(unknown).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('"coffee" is not a role of a worker'),
  });
});
