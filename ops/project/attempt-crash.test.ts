import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, stateOf } from "#test/project-repository.ts";
import { attemptsFolder, createAttempt, settleAttempts, takeAttempt } from "./attempt.ts";
import { type AttemptResult, readAttempts, writeAttempts } from "./attempts-record.ts";
import { readRefs } from "./refs.ts";
import { readState } from "./room-folder.ts";
import { keepTurn, type ProjectWork, undoTurn } from "./work.ts";

const RESULT: AttemptResult = {
  ...{ outcome: "passes", why: "", checks: { passed: 1, all: 1 }, fixed: 1 },
  ...{ files: 1, added: 1, removed: 1, ms: 100, promptTokens: 10, completionTokens: 5 },
};

async function oneAttempt(main: ProjectWork): Promise<void> {
  const state = await readState(main.folder);
  const start = state.refs.work;
  const folder = attemptsFolder(main);
  mkdirSync(folder);
  const attempt = await createAttempt(main, { number: 1, start: state });
  writeFileSync(join(attempt.copy, "a.txt"), "attempt\n");
  writeFileSync(join(attempt.copy, "dir", "new.txt"), "new\n");
  await keepTurn(attempt, { persona: "agent", title: "mend it" });
  const attempts = [{ number: 1, persona: "agent", model: "m", result: RESULT }];
  await writeAttempts(folder, { task: "mend it", start, attempts, taking: null });
}

/** Takes the attempt in another process, and kills that so long after it began. @returns whether it was too late. */
async function killTaking(
  user: ProjectRepository,
  room: string,
  afterMs: number,
): Promise<boolean> {
  const place = await user.place();
  const path = join(user.folder, "take.ts");
  const named = (name: string) => JSON.stringify(import.meta.resolve(name));
  writeFileSync(
    path,
    `import { openWork } from ${named("./work.ts")};
import { takeAttempt } from ${named("./attempt.ts")};
const { signal } = new AbortController();
const work = await openWork(${JSON.stringify(place)}, ${JSON.stringify(room)}, { signal });
console.log("opened");
await takeAttempt(work, 1);
`,
  );
  await using child = Bun.spawn(["setsid", process.execPath, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  await reader.read();
  await Promise.race([Bun.sleep(afterMs), child.exited]);
  const isLate = child.exitCode !== null;
  // With Git, which it started.
  if (!isLate) process.kill(-child.pid, "SIGKILL");
  await child.exited;
  return isLate;
}

test("a taking that is killed at any moment leaves the room as before it or as after it, and nothing of the user's", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  let main = await user.open();
  const before = user.state();
  const seen = { before: 0, after: 0 };
  await oneAttempt(main);
  const { work: start } = await readRefs(main.repository);
  // The pause grows until the whole of it is done before the kill.
  for (let afterMs = 0, isLate = false; !isLate; afterMs += 30) {
    isLate = await killTaking(user, main.room, afterMs);
    expect(user.state()).toEqual(before);
    main = await user.open();
    expect(await settleAttempts(main)).toBeUndefined();
    await gitText(main.repository, ["fsck", "--connectivity-only"]);
    const isTaken = (await readRefs(main.repository)).work !== start;
    expect(readFileSync(join(main.copy, "a.txt"), "utf8")).toBe(isTaken ? "attempt\n" : "one\n");
    expect(
      await keepTurn(main, { persona: "agent", title: "nothing is left over" }),
    ).toBeUndefined();
    expect(existsSync(attemptsFolder(main))).toBe(!isTaken);
    seen[isTaken ? "after" : "before"] += 1;
    if (!isTaken) {
      expect((await readAttempts(attemptsFolder(main)))?.taking).toBeNull();
      continue;
    }
    expect(Object.keys(stateOf(main.copy)).sort()).toEqual([
      "a.txt",
      "dir",
      "dir/b.txt",
      "dir/new.txt",
    ]);
    await undoTurn(main);
    expect((await readRefs(main.repository)).work).toBe(start);
    await oneAttempt(main);
  }
  expect(seen.before).toBeGreaterThan(0);
  expect(seen.after).toBeGreaterThan(0);
  expect(await takeAttempt(main, 1)).toMatchObject({ files: 2 });
});
