/** A loop after a promotion, and work trees that nothing needs. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { identityOf } from "#platform/process-record.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { candidate } from "#test/promoting.ts";
import { SupervisedHome } from "#test/supervised-home.ts";
import { readGeneration } from "../../processes/generation-record.ts";
import { stopGeneration } from "../../processes/generations.ts";
import { settle } from "../../settle.ts";

const PROGRAM = join(import.meta.dir, "../../../test/fixtures/small-generation.ts");

let repository: CandidateRepository;
let supervised: SupervisedHome;
beforeEach(async () => {
  repository = new CandidateRepository();
  supervised = await SupervisedHome.open(repository.checkout, { program: PROGRAM });
});
afterEach(async () => {
  await supervised[Symbol.asyncDispose]();
  await stopGeneration(repository.checkout, "current");
  repository[Symbol.dispose]();
});

async function loop(): Promise<void> {
  const run = join(repository.checkout, ".org", "run");
  await mkdir(run, { recursive: true });
  const dead = { ...(await identityOf()), startTime: 1, name: "current", port: 0, commit: "c" };
  await writeFile(join(run, "generation-current.json"), JSON.stringify(dead));
  for (const pid of [1, 2, 3, 4]) {
    supervised.store.addEnd("current", { pid, startTime: supervised.at }, supervised.at);
  }
}

test.each([
  ["a promotion just before it", [["promotion/1", 0]], true],
  ["no promotion", [], false],
  ["a promotion of an hour ago", [["promotion/1", 3600]], false],
  [
    "a promotion that was reverted before it",
    [
      ["promotion/1", 90],
      ["rollback/1", 60],
    ],
    false,
  ],
] as const)("a loop after %s", async (_what, tags, isReverted) => {
  for (const [tag, secondsAgo] of tags) {
    const date = new Date(Date.now() - secondsAgo * 1000).toISOString();
    Bun.spawnSync(["git", "-C", repository.checkout, "tag", "-m", "x", tag], {
      env: { ...Bun.env, GIT_COMMITTER_DATE: date },
    });
  }
  await loop();
  await supervised.beats(12, () => supervised.stateOf("crash-loop") === "verified");
  const [record] = supervised.records();
  expect(record).toMatchObject({ pattern: "crash-loop", state: "verified" });
  expect(record?.done?.["rolledBack"]).toBe(isReverted ? "promotion/1" : undefined);
  expect(supervised.store.givenUp()).toHaveLength(isReverted ? 0 : 1);
  const serves = (await readGeneration(repository.checkout, "current")) !== undefined;
  expect(serves).toBe(isReverted);
});

test("a supervisor that was killed between the rollback and the start goes on with the start", async () => {
  for (const tag of ["promotion/1", "rollback/1"]) {
    const date = new Date(Date.now() + (tag === "rollback/1" ? 1000 : 0)).toISOString();
    Bun.spawnSync(["git", "-C", repository.checkout, "tag", "-m", "x", tag], {
      env: { ...Bun.env, GIT_COMMITTER_DATE: date },
    });
  }
  await loop();
  await supervised.beats(12, () => supervised.stateOf("crash-loop") === "verified");
  expect(supervised.records()[0]?.done?.["rolledBack"]).toBe("rollback/1");
  expect(supervised.store.givenUp()).toEqual([]);
  expect(await readGeneration(repository.checkout, "current")).toBeDefined();
});

test("of work trees whose folders are gone only those of candidates are forgotten: a disk may be mounted again", async () => {
  const root = join(repository.checkout, ".org", "worktrees");
  await mkdir(root, { recursive: true });
  await using elsewhere = await temporaryFolder("elsewhere");
  const places = { candidate: join(root, "gone"), user: join(elsewhere.path, "mine") };
  for (const [name, place] of Object.entries({ ...places, making: join(root, "making") })) {
    candidate(repository, name);
    repository.git("worktree", "add", "--quiet", "--detach", place, `cand/${name}`);
    if (name === "making") repository.git("worktree", "lock", place);
    await rm(place, { recursive: true });
  }
  await supervised.beats(12, () => supervised.stateOf("worktree-zombie") === "verified");
  expect(supervised.stateOf("worktree-zombie")).toBe("verified");
  const left = repository.git("worktree", "list");
  expect([left.includes("/gone"), left.includes("/mine"), left.includes("/making")]).toEqual([
    false,
    true,
    true,
  ]);
});

test("a clean work tree whose branch has been gone for an hour is removed, but not while a process works in it", async () => {
  const root = join(repository.checkout, ".org", "worktrees");
  await mkdir(root, { recursive: true });
  for (const name of ["used", "unused"]) {
    candidate(repository, name);
    repository.git("worktree", "add", "--quiet", "--detach", join(root, name), `cand/${name}`);
  }
  await using worker = Bun.spawn(["sleep", "600"], {
    cwd: join(root, "used"),
    killSignal: "SIGKILL",
  });
  supervised.stepMs = 60_000;
  await supervised.beats(75, () => !existsSync(join(root, "unused")));
  expect([existsSync(join(root, "used")), existsSync(join(root, "unused"))]).toEqual([true, false]);
  worker.kill("SIGKILL");
});

test("where no promotion was cut off, settling changes nothing", async () => {
  const main = repository.id("main");
  expect(await settle(repository.checkout)).toBe(0);
  expect(repository.id("main")).toBe(main);
});

test("a home that cannot be settled is exit code 1", async () => {
  expect(await settle(join(repository.checkout, "nothing"))).toBe(1);
});
