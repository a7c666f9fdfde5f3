/**
 * Kills what a room does to a project before its steps, as `fixtures/killed-at-step.ts` counts them: some of them, and
 * every one with `KILL_EVERY=1`, which takes several minutes of processor time; with `KILL_FROM=341` none before that.
 */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { bundleProgram } from "#ops/bundle-program.ts";
import { attemptsFolder, settleAttempts } from "#ops/project/attempt.ts";
import { settleProject } from "#ops/project/settle.ts";
import { keepTurn } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import { DEED_NAMES, opened, prepareDeed } from "./fixtures/project-steps.ts";
import { ProjectRepository, stateOf } from "./project-repository.ts";

const { KILL_EVERY, KILL_FROM } = Bun.env;
setDefaultTimeout(KILL_EVERY === undefined ? 600_000 : 7_200_000);

// It is started a hundred times: what it needs is read from some files instead of four hundred.
const bundle = await bundleProgram(join(import.meta.dir, "fixtures/killed-at-step.ts"));
const SCRIPT = bundle.environment.ORG_TEST_PROGRAM;
afterAll(() => bundle[Symbol.asyncDispose]());
const COPYING = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true };

/** @param step 0: before none of them. @returns the names of all; `undefined` where it was killed. */
async function killedBefore(
  user: ProjectRepository,
  what: string,
  step: number,
): Promise<readonly string[] | undefined> {
  const command = [process.execPath, SCRIPT, user.root, user.projects, what, String(step)];
  const env = { ...Bun.env, TMPDIR: temporaryOf(user), HOME: user.folder };
  mkdirSync(env.TMPDIR, { recursive: true });
  await using child = Bun.spawn(["setsid", ...command], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [text, errors] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  expect(errors).toBe("");
  return child.signalCode === "SIGKILL" ? undefined : text.split("\n");
}

/** The user's branch has moved behind the room: the others begin where it stands. */
const MOVES: ReadonlySet<string> = new Set(["rebase", "judge"]);

function move(from: string, to: string): void {
  rmSync(to, { recursive: true });
  cpSync(from, to, COPYING);
}

describe.each(["capture", ...DEED_NAMES])("a %s that is killed", (what) => {
  test("leaves all as before it or as after it", async () => {
    using user = new ProjectRepository();
    await prepare(user, what);
    using saved = new ProjectRepository();
    move(user.folder, saved.folder);
    const before = await stateBehind(user, what);
    move(saved.folder, user.folder);
    const names = (await killedBefore(user, what, 0)) ?? [];
    console.error("STEPS", what, names.length);
    const after = await stateBehind(user, what);
    if (!LANDS.has(what)) expect(after.user).toEqual(before.user);
    expect(names.length).toBeGreaterThan(2);
    const lies = new Set([...before.lies, ...after.lies]);
    for (const step of stepsOf(names.length)) {
      move(saved.folder, user.folder);
      const isKilled = (await killedBefore(user, what, step)) === undefined;
      const state = await stateBehind(user, what);
      const left = state.lies.filter((path) => !lies.has(path));
      const [own, room] = [
        Bun.deepEquals(state.user, before.user) ? before.user : after.user,
        state.room === before.room ? before.room : after.room,
      ];
      // How many steps there are varies by a few with what Git does meanwhile.
      const where = `${isKilled ? "killed before" : "done without"} ${step} ${names[step - 1]}`;
      expect({ where, user: state.user, room: state.room, left }).toEqual({
        where,
        user: own,
        room,
        left: [],
      });
    }
  });
});

async function prepare(user: ProjectRepository, what: string): Promise<void> {
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  await prepareDeed({ root: user.root, projects: user.projects, what });
  user.write("notes.txt", "mine\n");
  if (MOVES.has(what)) user.commit("second", { "c.txt": "c\n" });
}

/** What write to the user's repository. */
const LANDS: ReadonlySet<string> = new Set(["promotion", "rollback"]);

/** How everything stands once the next start, or the next judging, has ended what was cut off. */
async function stateBehind(user: ProjectRepository, what: string) {
  await settleProject(await user.place());
  const own = LANDS.has(what) ? withoutTimes(user) : user.state();
  letAnHourPass(user);
  const room = await roomBehind(user);
  if (what === "judge") expect(await killedBefore(user, what, 0)).toBeDefined();
  return { user: own, room, lies: lyingAbout(user) };
}

/** Only then is half a pack or half an object known to be of a Git that died. */
function letAnHourPass(user: ProjectRepository): void {
  for (const path of lyingAbout(user).filter((one) => /\/objects\/\w+\/tmp_/.test(one)))
    utimesSync(join(user.folder, path), new Date(0), new Date(0));
}

/** Those of so many steps that are killed before: by default every 13th, and not many more than half a dozen. */
function stepsOf(count: number): readonly number[] {
  const every = Number(KILL_EVERY ?? Math.max(13, Math.ceil(count / 6)));
  const from = Number(KILL_FROM ?? 1);
  return Array.from(
    { length: Math.ceil((count + 1 - from) / every) },
    (_, index) => from + index * every,
  );
}

/** Where a process that is killed keeps what is temporary. */
function temporaryOf({ folder }: ProjectRepository): string {
  return join(folder, "tmp");
}

/**
 * Paths of all that the home and the machine keep, but for whole objects of Git: some are of commits that no ref has; and
 * but for two folders of fixed names, which the next capture and the next rollback begin with removing, and a record of
 * promotions that was half written, which goes with a later one.
 */
function lyingAbout(user: ProjectRepository): readonly string[] {
  const isObject = (path: string) =>
    /\/objects\/(?:pack$|pack\/pack-|[0-9a-f]{2}$|[0-9a-f]{2}\/[0-9a-f]{38}$)/.test(path);
  const isReplaced = (path: string) =>
    /\/(?:capture\.git|rollback)(?:\/|$)|^home\/projects\/[0-9a-f]+\/\.[0-9a-f-]{36}\.tmp$/.test(
      path,
    );
  const isOurs = (path: string) =>
    !(path.startsWith("user/") || isObject(path) || isReplaced(path));
  return Object.keys(stateOf(user.folder)).filter(isOurs);
}

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
  const unfinished = join(work.location.folder, "new");
  expect(existsSync(unfinished) ? readdirSync(unfinished) : []).toEqual([]);
  expect(readdirSync(work.repository.gitDir).filter((name) => name.includes("lock"))).toEqual([]);
  const files = Object.entries(stateOf(work.copy)).map(([path, state]) => `${path} ${state}`);
  const attempts = existsSync(attemptsFolder(work)) ? readdirSync(attemptsFolder(work)) : [];
  return JSON.stringify([files.sort(), attempts.sort()]);
}
