/**
 * Kills what a room does to a project before its steps, as `fixtures/killed-at-step.ts` counts them: some of them, and
 * every one with `KILL_EVERY=1`, which takes several minutes of processor time.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { attemptsFolder, settleAttempts } from "#ops/project/attempt.ts";
import { settleProject } from "#ops/project/settle.ts";
import { keepTurn } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { DEED_NAMES, opened, prepareDeed } from "./fixtures/project-steps.ts";
import { ProjectRepository, stateOf } from "./project-repository.ts";

const EVERY = Number(Bun.env["KILL_EVERY"] ?? 13);
setDefaultTimeout(EVERY < 13 ? 3_600_000 : 240_000);

const SCRIPT = join(import.meta.dir, "fixtures/killed-at-step.ts");
const COPYING = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };

/** @param step 0: before none of them. @returns the names of all; `undefined` where it was killed. */
async function killedBefore(
  user: ProjectRepository,
  what: string,
  step: number,
): Promise<readonly string[] | undefined> {
  const command = [process.execPath, SCRIPT, user.root, user.projects, what, String(step)];
  await using child = Bun.spawn(["setsid", ...command], { stdio: ["ignore", "pipe", "pipe"] });
  const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  expect(errors).toBe("");
  return child.signalCode === "SIGKILL" ? undefined : text.split("\n");
}

describe.each(["capture", ...DEED_NAMES])("a %s that is killed", (what) => {
  test("leaves all as before it or as after it", async () => {
    using user = new ProjectRepository();
    user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
    await prepareDeed({ root: user.root, projects: user.projects, what });
    user.write("notes.txt", "mine\n");
    if (what === "rebase") user.commit("second", { "c.txt": "c\n" });
    using saved = new ProjectRepository();
    const move = (from: string, to: string) => {
      rmSync(to, { recursive: true });
      cpSync(from, to, COPYING);
    };
    move(user.folder, saved.folder);
    const lands = what === "promotion" || what === "rollback";
    const stateNow = () => (lands ? withoutTimes(user) : user.state());
    const before = stateNow();
    const roomBefore = await roomBehind(user);
    move(saved.folder, user.folder);
    const names = (await killedBefore(user, what, 0)) ?? [];
    const after = stateNow();
    if (!lands) expect(after).toEqual(before);
    const roomAfter = await roomBehind(user);
    expect(names.length).toBeGreaterThan(2);
    for (let step = 1; step <= names.length; step += EVERY) {
      move(saved.folder, user.folder);
      const isKilled = (await killedBefore(user, what, step)) === undefined;
      await settleProject(await user.place());
      // How many steps there are varies by a few with what Git does meanwhile.
      const where = `${isKilled ? "killed before" : "done without"} ${step} ${names[step - 1]}`;
      const isWhole = [before, after].some((one) => Bun.deepEquals(one, stateNow()));
      const room = await roomBehind(user);
      const isRoom = room === roomBefore || room === roomAfter;
      expect({ where, isWhole, room: isRoom ? "whole" : room }).toEqual({
        ...{ where, isWhole: true, room: "whole" },
      });
    }
  });
});

/** All of the user's but objects that nothing names, and when files and refs were written: index, refs, HEAD, files, locks. */
function withoutTimes(user: ProjectRepository): Readonly<Record<string, string>> {
  const files = Object.entries(user.state()).filter(
    ([path]) => !path.startsWith(".git/") || path === ".git/HEAD" || /lock|org/.test(path),
  );
  return {
    ...Object.fromEntries(files),
    refs: user.git("for-each-ref", "--format=%(refname) %(objectname)"),
    index: user.git("ls-files", "--stage", "-v"),
  };
}

/** Opens the room again: nothing is left over of what was cut off. @returns its files. */
async function roomBehind(user: ProjectRepository): Promise<string> {
  const work = await opened(user);
  await settleAttempts(work);
  await gitText(work.repository, ["fsck", "--connectivity-only"]);
  expect(await keepTurn(work, { persona: "agent", title: "nothing is left" })).toBeUndefined();
  const unfinished = join(work.place.folder, "new");
  expect(existsSync(unfinished) ? readdirSync(unfinished) : []).toEqual([]);
  expect(readdirSync(work.repository.gitDir).filter((name) => name.includes("lock"))).toEqual([]);
  const files = Object.entries(stateOf(work.copy)).map(([path, state]) => `${path} ${state}`);
  const attempts = existsSync(attemptsFolder(work)) ? readdirSync(attemptsFolder(work)) : [];
  return JSON.stringify([files.sort(), attempts.sort()]);
}
