import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { ProjectRepository, stateOf } from "#test/project-repository.ts";
import { readRefs, writeRefs } from "./refs.ts";
import { changesOf, keepTurn, type ProjectWork } from "./work.ts";

const AGENT = { persona: "agent", title: "change it" };

/**
 * Opens a room in another process, and kills that while a file of it exists. A busy machine may let the process get past
 * that step before the kill: then its room goes, and another process opens it.
 */
async function killCapture(user: ProjectRepository, room: string, file: string): Promise<void> {
  const place = await user.place();
  const script = `import { openWork } from ${JSON.stringify(import.meta.resolve("./work.ts"))};
const { signal } = new AbortController();
await openWork(${JSON.stringify(place)}, ${JSON.stringify(room)}, { signal });
`;
  const path = join(user.folder, "open.ts");
  writeFileSync(path, script);
  const awaited = join(place.folder, "new", file);
  do {
    rmSync(join(place.folder, "rooms", room), { recursive: true, force: true });
    await using child = Bun.spawn(["setsid", process.execPath, path], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    while (!existsSync(awaited) && child.exitCode === null) await Bun.sleep(1);
    // With Git, which it started.
    if (child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await child.exited;
    expect([0, null]).toContain(child.exitCode);
  } while (!existsSync(awaited));
}

const FILES = ["a.txt", "dir", "dir/b.txt", "new.txt"];

test("a capture that is killed at any step leaves the user's files alone, and the next one is whole", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n", "dir/b.txt": "b\n" });
  user.write("new.txt", "new\n");
  const before = user.state();
  const { id, folder } = await user.place();
  const steps = ["work.git", "work.git/info/exclude", "capture.git/index", "capture.json"];
  for (const [index, file] of steps.entries()) {
    const room = `project-${id}-step${index}`;
    await killCapture(user, room, join(room, file));
    expect(user.state()).toEqual(before);
    expect(existsSync(join(folder, "rooms", room))).toBe(false);
  }
  for (const index of steps.keys()) {
    const work = await user.open(`step${index}`);
    expect(Object.keys(stateOf(work.copy)).sort()).toEqual(FILES);
  }
  expect(readdirSync(join(folder, "new"))).toEqual([]);
  expect(user.state()).toEqual(before);
});

/** A room with two turns, and the commit before the second one. */
async function twoTurns(user: ProjectRepository): Promise<[work: ProjectWork, before: string]> {
  user.commit("first", { "a.txt": "one\n" });
  const work = await user.open();
  writeFileSync(join(work.copy, "a.txt"), "two\n");
  await keepTurn(work, AGENT);
  const before = (await readRefs(work.repository)).work;
  writeFileSync(join(work.copy, "a.txt"), "three\n");
  writeFileSync(join(work.copy, "more.txt"), "more\n");
  await keepTurn(work, AGENT);
  return [work, before];
}

for (const step of ["the intent", "the refs", "the index", "a lock of Git"] as const) {
  test(`an undo that was cut off after ${step} is brought to its end by the next opening`, async () => {
    using user = new ProjectRepository();
    const [work, before] = await twoTurns(user);
    const { repository, folder } = work;
    const refs = await readRefs(repository);
    const intent = {
      refs: { ...refs, work: before },
      from: refs.work,
      notes: { left: [], absent: [] },
    };
    writeFileSync(join(folder, "move.json"), JSON.stringify(intent));
    if (step !== "the intent") await writeRefs(repository, intent.refs);
    if (step === "the index") {
      const listed = await gitText(repository, ["ls-tree", "-r", before]);
      await gitText(repository, ["update-index", "--force-remove", "more.txt"]);
      await gitText(repository, ["update-index", "--index-info"], { stdin: `${listed}\n` });
    }
    if (step === "a lock of Git") {
      writeFileSync(join(repository.gitDir, "index.lock"), "");
      writeFileSync(join(repository.gitDir, "refs", "org", "work.lock"), "");
    }
    const again = await user.open();
    expect((await readRefs(again.repository)).work).toBe(before);
    expect(Object.keys(stateOf(again.copy))).toEqual(["a.txt"]);
    expect(readFileSync(join(again.copy, "a.txt"), "utf8")).toBe("two\n");
    expect(existsSync(join(folder, "move.json"))).toBe(false);
    expect(await keepTurn(again, AGENT)).toBeUndefined();
  });
}

test("a turn that was cut off after its files were staged is kept under a name that says so", async () => {
  using user = new ProjectRepository();
  const [work, before] = await twoTurns(user);
  // The index has the second turn, the ref does not yet.
  const refs = await readRefs(work.repository);
  await writeRefs(work.repository, { ...refs, work: before });
  const again = await user.open();
  const format = "--format=%s %P";
  expect(await gitText(again.repository, ["log", "-1", format, "refs/org/work"])).toBe(
    `changes of a turn that was cut off ${before}`,
  );
  expect(await changesOf(again)).toMatchObject({ files: 2 });
});

test("a room whose borrowed objects the user's Git has removed says how to save its files", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "dir/a.txt": "one\n" });
  const work = await user.open();
  rmSync(join(user.root, ".git", "objects"), { recursive: true });
  user.git("init", "--quiet", "--template=");
  await expect(user.open()).rejects.toMatchObject({
    code: "INPUT_INVALID",
    remedies: [expect.stringContaining("cp -r"), expect.stringContaining(dirname(work.copy))],
  });
  expect(readFileSync(join(work.copy, "dir", "a.txt"), "utf8")).toBe("one\n");
});

test("what a writer that was killed left half is removed, and what a promotion makes is not", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "one\n" });
  const { folder, repository, copy } = await user.open();
  const packs = join(repository.gitDir, "objects", "pack");
  const half = `.${crypto.randomUUID()}.tmp`;
  writeFileSync(join(folder, half), "ha");
  const loose = join(repository.gitDir, "objects", "c5");
  mkdirSync(loose, { recursive: true });
  for (const at of [join(packs, "tmp_pack"), join(loose, "tmp_obj")]) {
    for (const age of ["old", "new"]) writeFileSync(`${at}_${age}`, "half");
    utimesSync(`${at}_old`, new Date(0), new Date(0));
  }
  // In the copy it is a file of the user's, whatever it is called.
  writeFileSync(join(copy, half), "mine");
  await user.open();
  expect(readdirSync(folder)).not.toContain(half);
  expect(readdirSync(packs)).toEqual(["tmp_pack_new"]);
  expect(readdirSync(loose)).toEqual(["tmp_obj_new"]);
  expect(readdirSync(copy).sort()).toEqual([half, "a.txt"]);
});
