/** Commands of homes that share a database; `test/cluster.e2e.test.ts` starts them on several machines. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHome } from "#home/home-paths.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { type CommandHome, runCommand, startCommand } from "#test/run-command.ts";
import { call } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";

const parts = new AsyncDisposableStack();
let cluster: PgCluster;
let model: ScriptedServer;
let homes: readonly [TestHome, TestHome];
beforeAll(async () => {
  cluster = parts.use(await PgCluster.start());
  model = parts.use(scriptedServer(() => call("done", { why: "", text: "Forty-two." })));
  homes = [parts.use(await testHome()), parts.use(await testHome())];
});
afterAll(() => parts.disposeAsync());

function at(node: "a" | "b"): CommandHome {
  const [a, b] = homes;
  return {
    path: (node === "a" ? a : b).path,
    environment: {
      ...{ ORG_DB: cluster.url(), ORG_NODE: node },
      ...{ OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" },
    },
  };
}

test("a database gets its tables once, and what a home keeps goes there and back", async () => {
  const [a] = homes;
  await createHome(a.paths);
  expect((await runCommand(at("a"), "db", "init")).stdout).not.toBe("");
  const checked = await runCommand(at("a"), "db", "check", "--json");
  expect(JSON.parse(checked.stdout)).toMatchObject({ role: "primary", entries: 0 });
  expect((await runCommand(at("a"), "db", "copy", "to")).code).toBe(0);
  expect((await runCommand(at("a"), "db", "copy", "from")).code).toBe(0);
  await expect(runCommand(at("a"), "db", "copy")).rejects.toMatchObject({ code: "USAGE" });
});

test("leases and tokens of one node are those of the other", async () => {
  const granted = await runCommand(at("a"), "lease", "grant", "--tool", "sh", "--uses", "2");
  expect(granted).toMatchObject({ code: 0, stderr: "" });
  expect((await runCommand(at("b"), "lease")).stdout).toContain("sh");
  const made = await runCommand(at("a"), "token", "create", "--name", "phone");
  expect(made.code).toBe(0);
  expect((await runCommand(at("b"), "token", "list")).stdout).toContain("phone");
});

test("a worker does what another node was asked for, until it is told to leave", async () => {
  await using worker = startCommand(at("b"), "worker", "goals", "--workers", "2");
  expect(await worker.said("node b does")).toMatch(/^node b does goals of \S+.*, 2 at once$/);
  const goal = await runCommand(at("a"), "goal", "What is known?");
  expect(goal).toMatchObject({ code: 0, stdout: "Forty-two.\n" });
  expect((await runCommand(at("a"), "goal", "list")).stdout).toContain("What is known?");
  expect((await runCommand(at("b"), "jobs")).stdout).toContain("What is known?");
  expect(await worker.leave()).toMatchObject({ code: 0, stdout: "" });
});
