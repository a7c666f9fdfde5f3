/** The gate of the dashboard, over real repositories. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSettings } from "#home/settings/settings.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { inGateLog } from "#ops/release/gate-log.ts";
import { recordService } from "#platform/process-record.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { candidate, promoteIn, rollbackIn } from "#test/promoting.ts";
import { candidatesApi } from "./candidates-api.ts";
import { gateSource } from "./gate-source.ts";
import { readLineage } from "./lineage.ts";

let repository: CandidateRepository;
let started: (readonly string[])[];
beforeEach(() => {
  repository = new CandidateRepository();
  started = [];
});
afterEach(() => repository[Symbol.dispose]());

function sourceOf(home: string) {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home });
  const context = {
    ...{ settings, cleaner: new TextCleaner(["correct-horse"]) },
    ...{ signal: new AbortController().signal, output: { say: () => undefined } },
  };
  return gateSource({
    ...{ context, candidates: candidatesApi(context) },
    registry: async () => ({ list: async () => [] }),
    start: (words) => void started.push(words),
    // A machine that is busy is not a generation that is ill.
    healthMs: 300_000,
  });
}

test("a home without a repository has nothing to decide about", async () => {
  await using home: TestHome = await testHome();
  const source = sourceOf(home.path);
  expect(await source.overview()).toMatchObject({
    ...{ main: "", candidates: [], underWay: undefined, alarms: [], evidence: [] },
    figures: { verdicts: 0, promotions: 0, stoppedAt: [] },
  });
  await expect(source.candidate("shout")).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", why: "there is none at all" },
  });
  expect(await readLineage(home.path, { from: 0, most: 9 })).toEqual({
    ...{ main: "", entries: [], total: 0 },
  });
});

test("candidates wait, are looked at, and are told apart from those that main has", async () => {
  const id = candidate(repository);
  repository.git("branch", "cand/old", "main");
  const source = sourceOf(repository.checkout);
  const { main, candidates } = await source.overview();
  expect(main).toBe(repository.id("main"));
  expect(candidates.map(({ id: name, isMerged }) => [name, isMerged]).toSorted()).toEqual([
    ["old", true],
    ["shout", false],
  ]);
  expect(await source.candidate("shout")).toMatchObject({
    ...{
      id: "shout",
      commit: id,
      main,
      author: "Maker",
      title: "shout",
      verdictDetails: undefined,
    },
    ...{ serves: { main: null, candidate: null }, isMerged: false },
    diff: { text: expect.stringContaining("+export const input = 1;"), omitted: 0 },
  });
  await expect(source.candidate("shuot")).rejects.toMatchObject({
    ...{ message: 'There is no candidate "shuot"', why: "there are 2" },
  });
});

test("a long difference is cut at 60,000 characters, and how much is left out is said", async () => {
  candidate(
    repository,
    "shout",
    `export const text = "correct-horse";\n${"// x\n".repeat(20_000)}`,
  );
  const { diff } = await sourceOf(repository.checkout).candidate("shout");
  expect(diff.text.length).toBeGreaterThan(59_900);
  expect(diff.text.length).toBeLessThanOrEqual(60_000);
  expect(diff.omitted).toBeGreaterThan(50_000);
  expect(diff.text).not.toContain("correct-horse");
});

test("what a person looked at is promoted by its commit, and nothing that has moved since", async () => {
  const commit = candidate(repository);
  const source = sourceOf(repository.checkout);
  await source.promote({ id: "shout", commit, judgedAt: "" });
  expect(started).toEqual([["promote", commit]]);
  const stale = source.promote({ id: "shout", commit: "0".repeat(40), judgedAt: "" });
  await expect(stale).rejects.toMatchObject({
    ...{
      code: "CANDIDATE_STALE",
      message: 'The candidate "shout" is not the one that you looked at',
    },
    why: `it was ${"0".repeat(12)} then, and is ${commit.slice(0, 12)} now`,
  });
  const judged = source.promote({ id: "shout", commit, judgedAt: "2026-01-01" });
  await expect(judged).rejects.toMatchObject({ why: "it was 2026-01-01 then, and is none now" });
  await source.reject("shout", "too loud");
  const after = source.promote({ id: "shout", commit, judgedAt: "" });
  await expect(after).rejects.toMatchObject({ message: expect.stringContaining("The verdict") });
  const { verdictDetails: verdict } = await source.candidate("shout");
  await source.promote({ id: "shout", commit, judgedAt: verdict?.at ?? "" });
  // What was rejected is judged anew, and no word approves it.
  expect(started.at(-1)).toEqual(["promote", commit]);
  const { figures } = await source.overview();
  expect(figures).toMatchObject({ verdicts: 1, stoppedAt: [{ stage: "S9", count: 1 }] });
});

test("a change of main is rolled back by its tag, as long as main is what was looked at", async () => {
  const before = repository.id("main");
  const { change } = await promoteIn(repository, candidate(repository));
  const source = sourceOf(repository.checkout);
  const main = repository.id("main");
  await source.rollback(change.tag, main);
  expect(started).toEqual([["rollback", change.tag]]);
  await expect(source.rollback(change.tag, before)).rejects.toMatchObject({
    ...{ code: "CANDIDATE_STALE", message: "Main is not the one that you looked at" },
    why: `it was ${before.slice(0, 12)} then, and is ${main.slice(0, 12)} now`,
  });
  await expect(source.rollback("promoted/none", main)).rejects.toMatchObject({
    ...{ code: "INPUT_MISSING", message: 'There is no change "promoted/none"' },
  });
  expect(started).toHaveLength(1);
});

test("where main comes from is told from the newest on, with what was undone", async () => {
  const { change } = await promoteIn(repository, candidate(repository));
  const back = await rollbackIn(repository);
  const source = sourceOf(repository.checkout);
  const { entries, total, main } = await source.lineage(0, 9);
  expect([total, main]).toEqual([2, repository.id("main")]);
  expect(entries).toMatchObject([
    { tag: back.tag, kind: "rollback", undoes: change.tag, isReverted: false, isSigned: true },
    { tag: change.tag, kind: "promotion", undoes: null, isReverted: true, isSigned: true },
  ]);
  expect((await source.lineage(1, 1)).entries.map(({ tag }) => tag)).toEqual([change.tag]);
  expect((await source.lineage(0, 1)).entries.map(({ tag }) => tag)).toEqual([back.tag]);
});

test("a promotion is said to be under way while its process lives", async () => {
  const source = sourceOf(repository.checkout);
  const home = repository.checkout;
  {
    await using _own = await recordService(home, {
      ...{ role: "promotion", command: "org promote", pid: process.pid },
    });
    expect((await source.overview()).underWay).toEqual({
      ...{ what: "org promote: the gate judges", since: 0 },
    });
  }
  expect((await source.overview()).underWay).toBeUndefined();
});

test("why a promotion or a rollback failed is told until the next one begins", async () => {
  const home = repository.checkout;
  const source = sourceOf(home);
  const run = async (what: string, subject: string, work: () => Promise<void>): Promise<void> =>
    await inGateLog({ home, cleaner: new TextCleaner(), what, subject }, work).catch(
      () => undefined,
    );
  const refuse = () => Promise.reject(new Error("its checkout has correct-horse in the way"));
  expect((await source.overview()).failed).toBeUndefined();
  await run("promote", "cand/shout", refuse);
  // What is only judged is no move of main.
  await run("fitness", "cand/other", () => Promise.reject(new Error("judged")));
  const { failed } = await source.overview();
  expect(failed).toMatchObject({ what: "promote", subject: "cand/shout" });
  expect(failed?.why).toContain("its checkout has");
  expect(failed?.why).not.toContain("correct-horse");
  expect(Date.now() - (failed?.at ?? 0)).toBeLessThan(3_600_000);
  {
    await using _own = await recordService(home, { role: "promotion", command: "org promote" });
    expect((await source.overview()).failed).toBeUndefined();
  }
  await run("rollback", "promoted/1", async () => undefined);
  expect((await source.overview()).failed).toBeUndefined();
  await run("rollback", "promoted/1", refuse);
  expect((await source.overview()).failed).toMatchObject({ what: "rollback" });
});

test("what serves is well where it answers as the commit that was written down", async () => {
  const home = repository.checkout;
  const commit = candidate(repository);
  const main = repository.id("main");
  await using server = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: () => Response.json({ commit: main }),
  });
  await using gone = Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: () => Response.json({ commit }, { status: 503 }),
  });
  const { port = 0 } = server;
  const branch = "cand/shout";
  const serves = async () => (await sourceOf(home).candidate("shout")).serves;
  {
    await using _current = await recordGeneration(home, { name: "current", port, commit: main });
    await using _other = await recordGeneration(home, { name: "candidate", port, commit, branch });
    expect(await serves()).toEqual({
      ...{ main: { port, isWell: true }, candidate: { port, isWell: false } },
    });
  }
  const ill = { name: "candidate", port: gone.port ?? 0, commit } as const;
  {
    await using _ill = await recordGeneration(home, { ...ill, branch });
    expect(await serves()).toMatchObject({ main: null, candidate: { isWell: false } });
  }
  await using _foreign = await recordGeneration(home, { ...ill, branch: "cand/other" });
  expect(await serves()).toEqual({ main: null, candidate: null });
});
