/** Commands of homes that share a database; `test/cluster.e2e.test.ts` starts them on several machines. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { createHome } from "#home/home-paths.ts";
import { databaseSettings } from "#home/settings/database-settings.ts";
import type { Change } from "#ops/release/ledger.ts";
import { openMainRemote } from "#ops/travel/main-remote.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { candidate, promoteIn } from "#test/promoting.ts";
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

test("a main travels by the remote that the homes name, once the key of the other is trusted", async () => {
  await using _tables = await cluster.client({ schema: "org" });
  using a = new CandidateRepository();
  using b = new CandidateRepository({});
  const url = join(a.folder, "remote.git");
  a.git("init", "--quiet", "--bare", "--initial-branch=main", url);
  b.git("fetch", "--quiet", a.checkout, "main");
  b.git("reset", "--quiet", "--hard", "FETCH_HEAD");
  const on = (node: "a" | "b", path: string): CommandHome => ({
    path,
    environment: { ...at(node).environment, ORG_REMOTE: url },
  });

  const { to, tag } = await promoteOn(a, on("a", a.checkout));
  await expect(runCommand(on("b", b.checkout), "tools", "pull")).rejects.toMatchObject({
    code: "REMOTE_REFUSED",
  });
  const signers = readFileSync(promotionPaths(a.checkout).signers, "utf8").trim();
  const config = `[database]\nsigners = ["${signers.replace(/^\S+ /, "")}"]\n`;
  await Bun.write(join(b.checkout, "org.config"), config);
  const pulled = await runCommand(on("b", b.checkout), "tools", "pull");
  expect(pulled).toMatchObject({ code: 0, stdout: expect.stringContaining(`tag ${tag}`) });
  expect(b.id("main")).toBe(to);
  const again = await runCommand(on("b", b.checkout), "tools", "push", "--json");
  expect(JSON.parse(again.stdout)).toEqual({ changes: [], pushed: null });
  expect((await runCommand(on("b", b.checkout), "tools", "pull")).stdout).toBe(
    "main is the same as on the remote\n",
  );
});

/** As the gate promotes what has passed. */
async function promoteOn(home: CandidateRepository, { environment }: CommandHome): Promise<Change> {
  await using own = new AsyncDisposableStack();
  const { database } = databaseSettings({}, environment ?? {}, "org.config");
  const remote = openMainRemote({ database, onPending: () => undefined }, own);
  return (await promoteIn(home, candidate(home), { remote })).change;
}
