/** Two homes, a database and a bare repository: what one node promotes, the other one serves. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { databaseSettings } from "#home/settings/database-settings.ts";
import { readGeneration } from "#ops/processes/generation-record.ts";
import type { Change } from "#ops/release/ledger.ts";
import { openMainRemote } from "#ops/travel/main-remote.ts";
import { CandidateRepository } from "./candidate-repository.ts";
import { OrgProcess, type OrgRan } from "./org-process.ts";
import { PgCluster } from "./postgres-cluster.ts";
import { candidate, promoteIn, SHOUT } from "./promoting.ts";
import { until } from "./until.ts";

let cluster: PgCluster;
let a: CandidateRepository;
let b: CandidateRepository;
let remote: string;

beforeAll(async () => {
  cluster = await PgCluster.start();
  await using _tables = await cluster.client({ schema: "org" });
  a = new CandidateRepository();
  remote = join(a.folder, "remote.git");
  a.git("init", "--quiet", "--bare", "--initial-branch=main", remote);
  b = new CandidateRepository({});
  b.git("fetch", "--quiet", a.checkout, "main");
  b.git("reset", "--quiet", "--hard", "FETCH_HEAD");
});

afterAll(async () => {
  await org(b, "stop");
  a[Symbol.dispose]();
  b[Symbol.dispose]();
  await cluster[Symbol.asyncDispose]();
});

async function org(home: CandidateRepository, ...args: readonly string[]): Promise<OrgRan> {
  const environment = {
    ...{ ORG_DB: cluster.url(), ORG_NODE: home === a ? "a" : "b", ORG_REMOTE: remote },
  };
  await using process = new OrgProcess(args, home.checkout, { environment });
  return await process.ended;
}

/** As the gate promotes what has passed, on node a. */
async function promoteOnA(name?: string): Promise<Change> {
  await using parts = new AsyncDisposableStack();
  const env = { ORG_DB: cluster.url(), ORG_NODE: "a", ORG_REMOTE: remote };
  const { database } = databaseSettings({}, env, "org.config");
  const shared = openMainRemote({ database, onPending: () => undefined }, parts);
  const { change } = await promoteIn(a, candidate(a, name), { remote: shared });
  return change;
}

test("a promotion is taken over once the key is trusted, is served, and its rollback, too", async () => {
  const { to, tag } = await promoteOnA();
  const untrusted = await org(b, "tools", "pull");
  expect(untrusted).toMatchObject({ exitCode: 77, stdout: "" });
  expect(untrusted.stderr).toContain(`${tag} is not signed by a key that this node trusts`);
  expect(existsSync(join(b.checkout, SHOUT))).toBe(false);

  const doctor = (await org(a, "doctor")).stdout;
  const key = /this node signs with (ssh-ed25519 \S+)/.exec(doctor)?.[1] ?? "";
  expect(readFileSync(promotionPaths(a.checkout).signers, "utf8")).toContain(key);
  b.commit("trust", { "org.config": `[database]\nsigners = ["${key}"]\n` });
  // Its own commit is not known elsewhere: main would not be ahead of the one here.
  const aside = await org(b, "tools", "pull");
  expect(aside.stderr).toContain("neither holds the other");
  b.git("reset", "--quiet", "--mixed", "HEAD^");

  const pulled = await org(b, "tools", "pull");
  expect(pulled).toMatchObject({ exitCode: 0, stderr: "" });
  expect(pulled.stdout).toContain(`tag ${tag}`);
  expect(pulled.stdout).toMatch(/^taken over: main moved from [0-9a-f]{12} to [0-9a-f]{12}, tag /);
  expect([b.id("main"), existsSync(join(b.checkout, SHOUT))]).toEqual([to, true]);
  expect((await org(b, "tools", "pull")).stdout).toBe("main is the same as on the remote\n");

  // What serves hears of the next one by itself, and is started anew with it.
  await org(b, "serve", "--background", "--port", "0");
  const back = await org(a, "rollback");
  expect(back).toMatchObject({ exitCode: 0 });
  const main = a.id("main");
  await until("the rollback is served on b", async () => {
    return (await readGeneration(b.checkout, "current"))?.commit === main;
  });
  expect(existsSync(join(b.checkout, SHOUT))).toBe(false);
  expect(b.git("status", "--porcelain", "tools")).toBe("");
});
