import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { codeOf } from "#test/promoting.ts";
import { recapture } from "./recapture.ts";
import { readRefs, writeRefs } from "./refs.ts";
import { readNotes } from "./room-folder.ts";
import { RoomLock } from "./room-lock.ts";
import { keepFiles } from "./turns.ts";
import { changesOf, keepTurn, openWork, type ProjectWork, undoTurn } from "./work.ts";

const { signal } = new AbortController();
const AGENT = { persona: "agent", title: "change it" };

async function opened(user: ProjectRepository) {
  user.commit("first", { "a.txt": "a\n" });
  const location = await user.place();
  const room = `project-${location.id}`;
  return { location, room, work: await openWork(location, room, { signal }) };
}

function pathOf({ location, room }: ProjectWork): string {
  return join(location.folder, "locks", `${room}.lock`);
}

test("while a turn holds the files, undo and rebase say so and change nothing", async () => {
  using user = new ProjectRepository();
  const { work } = await opened(user);
  writeFileSync(join(work.copy, "a.txt"), "half\n");
  using _turn = await work.lock.take({ owner: "agent" });
  const error = await undoTurn(work).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: "LOCK_HELD", why: "agent works on the files of the room." });
  expect(await codeOf(recapture(work, { signal }))).toBe("LOCK_HELD");
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("half\n");
  expect(await changesOf(work)).toBeUndefined();
});

/** What an undo leaves whose process was killed once the refs had moved: the files lag behind. */
async function undoCutOff({ repository, folder }: ProjectWork): Promise<void> {
  const refs = await readRefs(repository);
  const undone = { ...refs, work: refs.base };
  const move = { refs: undone, from: refs.work, notes: await readNotes(folder) };
  writeFileSync(join(folder, "move.json"), JSON.stringify(move));
  await writeRefs(repository, undone);
}

test("a move that another process was killed in is at its end before the next turn, which is not lost later", async () => {
  using user = new ProjectRepository();
  const { location, room, work } = await opened(user);
  writeFileSync(join(work.copy, "a.txt"), "b\n");
  await keepTurn(work, AGENT);
  await undoCutOff(work);
  {
    using _turn = await work.lock.take({ owner: "agent" });
    expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("a\n");
    work.touched.add("new.txt");
    writeFileSync(join(work.copy, "new.txt"), "new\n");
    const kept = await keepFiles(work, AGENT);
    expect(kept).toMatchObject({ files: 1 });
  }
  const again = await openWork(location, room, { signal });
  expect(existsSync(join(again.copy, "new.txt"))).toBe(true);
  expect(await changesOf(again)).toMatchObject({ files: 1, added: 1, removed: 0 });
});

test.each([
  ["undo", async (work: ProjectWork) => void (await undoTurn(work))],
  ["rebase", async (work: ProjectWork) => void (await recapture(work, { signal }))],
  ["keep", async (work: ProjectWork) => void (await keepTurn(work, AGENT))],
])("%s begins where a move that was cut off ends", async (_name, act) => {
  using user = new ProjectRepository();
  const { work } = await opened(user);
  writeFileSync(join(work.copy, "a.txt"), "b\n");
  await keepTurn(work, AGENT);
  await undoCutOff(work);
  await act(work);
  expect(readFileSync(join(work.copy, "a.txt"), "utf8")).toBe("a\n");
  expect(await changesOf(work)).toBeUndefined();
});

test("what Git left locked when it was killed costs no turn of a room that stays open", async () => {
  using user = new ProjectRepository();
  const { work } = await opened(user);
  writeFileSync(join(work.repository.gitDir, "index.lock"), "");
  writeFileSync(join(work.copy, "a.txt"), "b\n");
  expect(await keepTurn(work, AGENT)).toMatchObject({ files: 1 });
});

test("turns come one after the other, the first to ask first", async () => {
  using user = new ProjectRepository();
  const lock = new RoomLock(join(user.folder, "lock"), join(user.folder, "room"));
  const order: string[] = [];
  const turn = async (owner: string) => {
    using _held = await lock.take({ owner, waitMs: Infinity });
    order.push(`${owner} begins`);
    await Bun.sleep(1);
    order.push(`${owner} ends`);
  };
  await Promise.all([turn("one"), turn("two"), turn("three")]);
  const expected = ["one", "two", "three"].flatMap((name) => [`${name} begins`, `${name} ends`]);
  expect(order).toEqual(expected);
});

test("one that waits can be stopped, and delays no other", async () => {
  using user = new ProjectRepository();
  const lock = new RoomLock(join(user.folder, "lock"), join(user.folder, "room"));
  const stop = new AbortController();
  {
    using _held = await lock.take({ owner: "one" });
    const waiting = lock.take({ owner: "two", waitMs: Infinity, signal: stop.signal });
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
  }
  using held = lock.takeNow();
  expect(held).toBeDefined();
});

test("another process that opens the room in the middle of a turn keeps nothing of it", async () => {
  using user = new ProjectRepository();
  const { location, room, work } = await opened(user);
  const script = `
    import { openWork, changesOf } from "#ops/project/work.ts";
    const [location, room] = JSON.parse(process.argv[1]);
    const work = await openWork(location, room, { signal: new AbortController().signal });
    console.log((await Bun.file(work.copy + "/a.txt").text()).trim(), (await changesOf(work))?.files ?? "none");`;
  const other = async () => {
    const { stdout, stderr, exitCode } = Bun.spawnSync(
      [process.execPath, "-e", script, JSON.stringify([location, room])],
      { cwd: join(import.meta.dir, "../..") },
    );
    if (exitCode !== 0) throw new Error(stderr.toString());
    return stdout.toString().trim();
  };
  {
    using _turn = await work.lock.take({ owner: "agent" });
    writeFileSync(join(work.copy, "a.txt"), "half\n");
    expect(await other()).toBe("half none");
  }
  // No process works on it any more: now it is what a crash has left.
  expect(await other()).toBe("half 1");
});

test("two that open a new room at once find one and the same", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  const location = await user.place();
  const room = `project-${location.id}`;
  const works = await Promise.all([1, 2, 3].map(() => openWork(location, room, { signal })));
  expect(new Set(works.map(({ copy }) => readFileSync(join(copy, "a.txt"), "utf8")))).toEqual(
    new Set(["a\n"]),
  );
  expect(readdirSync(join(location.folder, "rooms"))).toEqual([room]);
  expect(readdirSync(join(location.folder, "new"))).toEqual([]);
});

test("what is done behind the opening has the lock, and the next turn waits for it", async () => {
  using user = new ProjectRepository();
  const { work } = await opened(user);
  const { promise, resolve } = Promise.withResolvers<void>();
  const order: string[] = [];
  work.lock.keepBehind(async () => {
    expect(await codeOf(new RoomLock(pathOf(work), work.folder).take({ owner: "other" }))).toBe(
      "LOCK_HELD",
    );
    await promise;
    order.push("behind");
  });
  const turn = work.lock.take({ owner: "agent", waitMs: 0 });
  resolve();
  using _turn = await turn;
  expect(order).toEqual(["behind"]);
});

test("where another process has the lock nothing is done behind the opening, and no fault is told", async () => {
  using user = new ProjectRepository();
  const { work } = await opened(user);
  const done: string[] = [];
  {
    using _other = await new RoomLock(pathOf(work), work.folder).take({ owner: "other" });
    work.lock.keepBehind(async () => void done.push("behind"));
    await expect(work.lock.take({ owner: "agent", waitMs: 100 })).rejects.toMatchObject({
      code: "LOCK_HELD",
    });
  }
  expect(done).toEqual([]);
  work.lock.keepBehind(() => Promise.reject(new Error("full")));
  using _turn = await work.lock.take({ owner: "agent" });
});
