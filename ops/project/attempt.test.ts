import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, stateOf } from "#test/project-repository.ts";
import {
  attemptChange,
  attemptDiff,
  attemptsFolder,
  attemptWork,
  createAttempt,
  lockAttempts,
  removeAttempts,
  settleAttempts,
  takeAttempt,
} from "./attempt.ts";
import {
  type AttemptResult,
  type AttemptsRecord,
  readAttempts,
  writeAttempts,
} from "./attempts-record.ts";
import { recapture } from "./recapture.ts";
import { readRefs } from "./refs.ts";
import { moveRoom, readNotes, readState } from "./room-folder.ts";
import { changesOf, keepTurn, type ProjectWork, undoTurn } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };
const RESULT: AttemptResult = {
  ...{ outcome: "passes", why: "", checks: { passed: 1, all: 1 }, fixed: 1 },
  ...{ files: 1, added: 1, removed: 1, ms: 100, promptTokens: 10, completionTokens: 5 },
};

interface Trying {
  readonly main: ProjectWork;
  readonly start: string;
  readonly attempts: readonly ProjectWork[];
}

/** A room with one turn, and attempts of which each changes `a.txt` in another way; the last of them still runs. */
async function attemptsIn(user: ProjectRepository, count = 2): Promise<Trying> {
  user.commit("first", {
    "a.txt": "one\n",
    "b.txt": "b\n",
    "dir/c.txt": "c\n",
    ".env": "TOKEN=x\n",
  });
  user.write("new.txt", "not committed\n");
  const main = await user.open();
  writeFileSync(join(main.copy, "b.txt"), "B\n");
  await keepTurn(main, AGENT);
  const state = await readState(main.folder);
  const start = state.refs.work;
  const folder = attemptsFolder(main);
  mkdirSync(folder);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const attempts: ProjectWork[] = [];
  for (const number of numbers) {
    const attempt = await createAttempt(main, { number, start: state });
    writeFileSync(join(attempt.copy, "a.txt"), `attempt ${number}\n`);
    writeFileSync(join(attempt.copy, `only-${number}.txt`), "x\n");
    const maker = { model: "m", promptHash: "0123456789abcdef" };
    await keepTurn(attempt, { persona: `p${number}`, title: "mend it", ...maker });
    attempts.push(attempt);
  }
  const about = (number: number) => ({ number, persona: `p${number}`, model: "m" });
  const record: AttemptsRecord = {
    ...{ task: "mend it\nat once", start, taking: null },
    attempts: numbers.map((number) => ({
      ...about(number),
      result: number === count && count > 2 ? null : RESULT,
    })),
  };
  await writeAttempts(folder, record);
  return { main, start, attempts };
}

/** Everything in the folder of a room but what holds its attempts. */
function roomState({ folder }: ProjectWork): unknown {
  const own = Object.entries(stateOf(folder)).filter(([path]) => !path.startsWith("attempts"));
  return Object.fromEntries(own);
}

test("an attempt begins with the commits and the files of the room, and neither room nor user hears of it", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n", ".env": "TOKEN=x\n" });
  user.write("new.txt", "not committed\n");
  const main = await user.open();
  writeFileSync(join(main.copy, "a.txt"), "two\n");
  await keepTurn(main, AGENT);
  const before = [user.state(), roomState(main)];
  const state = await readState(main.folder);
  const start = state.refs.work;
  const attempt = await createAttempt(main, { number: 1, start: state });
  expect(await readRefs(attempt.repository)).toEqual(await readRefs(main.repository));
  const plain = (copy: string) => Object.keys(stateOf(copy)).sort();
  expect(plain(attempt.copy)).toEqual(["a.txt", "dir", "dir/b.txt", "new.txt"]);
  expect(plain(attempt.copy)).toEqual(plain(main.copy));
  expect(readFileSync(join(attempt.copy, "a.txt"), "utf8")).toBe("two\n");
  // What is in the way of nothing is not a change of the attempt.
  expect(await keepTurn(attempt, AGENT)).toBeUndefined();
  expect(await attemptChange(attempt, start)).toMatchObject({ files: 0, added: 0, removed: 0 });
  writeFileSync(join(attempt.copy, "a.txt"), "three\n");
  await keepTurn(attempt, AGENT);
  expect(await attemptChange(attempt, start)).toMatchObject({ files: 1, added: 1, removed: 1 });
  expect([user.state(), roomState(main)]).toEqual(before);
});

test("attempts begin with the same base, although the room goes over to newer files in between", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "b.txt": "b\n" });
  const main = await user.open();
  writeFileSync(join(main.copy, "b.txt"), "B\n");
  await keepTurn(main, AGENT);
  const start = await readState(main.folder);
  const first = await createAttempt(main, { number: 1, start });
  user.commit("second", { "a.txt": "two\n" });
  const { signal } = new AbortController();
  expect(await recapture(main, { signal })).toMatchObject({ kind: "moved" });
  const second = await createAttempt(main, { number: 2, start });
  expect(await readRefs(second.repository)).toEqual(await readRefs(first.repository));
  expect(await changesOf(second)).toMatchObject({ files: 1, added: 1, removed: 1 });
  expect(stateOf(second.copy)).toEqual(stateOf(first.copy));
});

test("the attempt that is taken is one turn of the room, and the others are gone without a trace", async () => {
  using user = new ProjectRepository();
  const { main, start } = await attemptsIn(user);
  const before = user.state();
  const room = roomState(main);
  expect(await attemptDiff(main, 2)).toContain("-one\n+attempt 2\n");
  expect(await attemptDiff(main, 2)).not.toContain("b.txt");
  expect(roomState(main)).toEqual(room);
  expect(await takeAttempt(main, 2)).toMatchObject({ files: 2, added: 2, removed: 1 });
  const format = "--format=%an %s|%b%P";
  expect(await gitText(main.repository, ["log", "-1", format, "refs/org/work"])).toBe(
    `p2 mend it|Org-Model: m\nOrg-Prompt: 0123456789abcdef\n${start}`,
  );
  expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe("attempt 2\n");
  expect(existsSync(join(main.copy, "only-1.txt"))).toBe(false);
  expect(await changesOf(main)).toMatchObject({ files: 3 });
  expect(readdirSync(main.folder).filter((name) => /^attempts(?!\.lock)/.test(name))).toEqual([]);
  expect(user.state()).toEqual(before);
  // The room has all of it without what the attempt had borrowed.
  await gitText(main.repository, ["fsck", "--connectivity-only"]);
  expect(await undoTurn(main)).toMatchObject({ files: 2 });
  expect((await readRefs(main.repository)).work).toBe(start);
  expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe("one\n");
});

test("an attempt goes on top of what the room changed since, where both fit", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  writeFileSync(join(main.copy, "dir", "c.txt"), "later\n");
  expect(await takeAttempt(main, 1)).toMatchObject({ files: 2 });
  expect(readFileSync(join(main.copy, "dir", "c.txt"), "utf8")).toBe("later\n");
  expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe("attempt 1\n");
});

test("an attempt whose lines the room changed since is not taken, and nothing moves", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  writeFileSync(join(main.copy, "a.txt"), "mine\n");
  await keepTurn(main, AGENT);
  const room = roomState(main);
  const error = await takeAttempt(main, 1).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    code: "CANDIDATE_CONFLICT",
    why: expect.stringContaining("a.txt"),
  });
  expect(roomState(main)).toEqual(room);
  await undoTurn(main);
  expect(await takeAttempt(main, 1)).toMatchObject({ files: 2 });
});

test("an attempt that the room has already changes nothing, and goes", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  writeFileSync(join(main.copy, "a.txt"), "attempt 1\n");
  writeFileSync(join(main.copy, "only-1.txt"), "x\n");
  await keepTurn(main, AGENT);
  expect(await takeAttempt(main, 1)).toBeUndefined();
  expect(existsSync(attemptsFolder(main))).toBe(false);
});

test("a number that no attempt has is an error that names those that can be taken", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user, 3);
  const missing = { code: "INPUT_MISSING", why: "those that can be taken: 1, 2" };
  await expect(takeAttempt(main, 3)).rejects.toMatchObject(missing);
  await expect(attemptDiff(main, 9)).rejects.toMatchObject(missing);
  await removeAttempts(main);
  const why = "no attempts wait in this room";
  await expect(takeAttempt(main, 1)).rejects.toMatchObject({ code: "INPUT_MISSING", why });
});

test("attempts that were dropped leave the room as it was before them", async () => {
  using user = new ProjectRepository();
  const { main, attempts } = await attemptsIn(user);
  const before = [user.state(), roomState(main)];
  await removeAttempts(main);
  expect([user.state(), roomState(main)]).toEqual(before);
  for (const { folder } of attempts) expect(existsSync(folder)).toBe(false);
  expect(existsSync(`${attemptsFolder(main)}.gone`)).toBe(false);
});

test("after a crash what ran is removed and what was judged can be taken; both are said once", async () => {
  using user = new ProjectRepository();
  const { main, attempts } = await attemptsIn(user, 3);
  mkdirSync(join(attemptsFolder(main), "3.new"));
  const again = await user.open();
  expect(await settleAttempts(again)).toEqual({ removed: 1, left: 2 });
  expect(readdirSync(attemptsFolder(main)).sort()).toEqual(["1", "2", "attempts.json"]);
  expect(existsSync(attempts[2]?.folder ?? "")).toBe(false);
  expect(await settleAttempts(again)).toBeUndefined();
  expect(await takeAttempt(again, 2)).toMatchObject({ files: 2 });
});

test("half a list that a crash left is removed, and the attempts can be taken", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  const half = join(attemptsFolder(main), `.${crypto.randomUUID()}.tmp`);
  writeFileSync(half, '{"task":');
  expect(await settleAttempts(main)).toBeUndefined();
  expect(readdirSync(attemptsFolder(main)).sort()).toEqual(["1", "2", "attempts.json"]);
  expect(await takeAttempt(main, 2)).toMatchObject({ files: 2 });
});

test("after a crash nothing stays of attempts of which none was judged", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  const folder = attemptsFolder(main);
  const record = await readAttempts(folder);
  if (record === undefined) throw new Error("There are no attempts");
  const running = record.attempts.map((attempt) => ({ ...attempt, result: null }));
  await writeAttempts(folder, { ...record, attempts: running });
  expect(await settleAttempts(main)).toEqual({ removed: 2, left: 0 });
  expect(existsSync(folder)).toBe(false);
  // Killed before the list was there, and in the middle of the removal.
  mkdirSync(join(folder, "1.new"), { recursive: true });
  mkdirSync(join(`${folder}.gone`, "1"), { recursive: true });
  expect(await settleAttempts(main)).toBeUndefined();
  expect(readdirSync(main.folder).filter((name) => /^attempts(?!\.lock)/.test(name))).toEqual([]);
});

test("a taking that was cut off is either not begun or done", async () => {
  using user = new ProjectRepository();
  const { main, start } = await attemptsIn(user);
  const folder = attemptsFolder(main);
  const record = await readAttempts(folder);
  if (record === undefined) throw new Error("There are no attempts");
  const { repository } = attemptWork(main, 1);
  const taking = (await readRefs(repository)).work;
  // Before the room moved: it knows nothing of the commit.
  await writeAttempts(folder, { ...record, taking });
  expect(await settleAttempts(main)).toBeUndefined();
  expect(await readAttempts(folder)).toEqual(record);
  expect((await readRefs(main.repository)).work).toBe(start);
  // After the room moved, before the attempts went.
  await takeAttemptCutOff(main, 1);
  const again = await user.open();
  expect(await settleAttempts(again)).toBeUndefined();
  expect(existsSync(folder)).toBe(false);
  expect(readFileSync(join(again.copy, "a.txt"), "utf8")).toBe("attempt 1\n");
  expect(await changesOf(again)).toMatchObject({ files: 3 });
});

/** Takes an attempt and has its folder come back, as it is before the last step. */
async function takeAttemptCutOff(main: ProjectWork, number: number): Promise<void> {
  const folder = attemptsFolder(main);
  const record = await readAttempts(folder);
  const refs = await readRefs(main.repository);
  await takeAttempt(main, number);
  const taking = (await readRefs(main.repository)).work;
  mkdirSync(folder);
  await writeAttempts(folder, { ...(record as AttemptsRecord), taking });
  // The files of the room lag behind its refs: the opening brings them there.
  const notes = await readNotes(main.folder);
  await moveRoom(main.folder, { refs, from: taking, notes });
  const move = { refs: { ...refs, work: taking }, from: refs.work, notes };
  writeFileSync(join(main.folder, "move.json"), JSON.stringify(move));
}

test("while one process works on attempts, another one leaves them alone and says who has them", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user, 3);
  using _held = lockAttempts(main);
  const held = { code: "LOCK_HELD", why: expect.stringContaining(`process ${process.pid}`) };
  await expect(takeAttempt(main, 1)).rejects.toMatchObject(held);
  expect(await settleAttempts(main)).toBeUndefined();
  expect(readdirSync(attemptsFolder(main))).toContain("3");
});

test("a list of attempts that is damaged is not taken for a crash", async () => {
  using user = new ProjectRepository();
  const { main } = await attemptsIn(user);
  writeFileSync(join(attemptsFolder(main), "attempts.json"), "{");
  await expect(settleAttempts(main)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  rmSync(attemptsFolder(main), { recursive: true });
  expect(await settleAttempts(main)).toBeUndefined();
});
