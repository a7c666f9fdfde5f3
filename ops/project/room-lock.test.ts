import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProjectRepository } from "#test/project-repository.ts";
import { codeOf } from "#test/promoting.ts";
import { recapture } from "./recapture.ts";
import { RoomLock } from "./room-lock.ts";
import { changesOf, openWork, undoTurn } from "./work.ts";

const { signal } = new AbortController();

async function opened(user: ProjectRepository) {
  user.commit("first", { "a.txt": "a\n" });
  const place = await user.place();
  const room = `project-${place.id}`;
  return { place, room, work: await openWork(place, room, { signal }) };
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

test("turns come one after the other, the first to ask first", async () => {
  using user = new ProjectRepository();
  const lock = new RoomLock(await user.place(), "room");
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

test("one that waits can be stopped, and is no longer in anybody's way", async () => {
  using user = new ProjectRepository();
  const lock = new RoomLock(await user.place(), "room");
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
  const { place, room, work } = await opened(user);
  const script = `
    import { openWork, changesOf } from "#ops/project/work.ts";
    const [place, room] = JSON.parse(process.argv[1]);
    const work = await openWork(place, room, { signal: new AbortController().signal });
    console.log((await Bun.file(work.copy + "/a.txt").text()).trim(), (await changesOf(work))?.files ?? "none");`;
  const other = async () => {
    const { stdout, stderr, exitCode } = Bun.spawnSync(
      [process.execPath, "-e", script, JSON.stringify([place, room])],
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
  // Nobody works on it any more: now it is what a crash has left.
  expect(await other()).toBe("half 1");
});

test("two that open a new room at once find one and the same", async () => {
  using user = new ProjectRepository();
  user.commit("first", { "a.txt": "a\n" });
  const place = await user.place();
  const room = `project-${place.id}`;
  const works = await Promise.all([1, 2, 3].map(() => openWork(place, room, { signal })));
  expect(new Set(works.map(({ copy }) => readFileSync(join(copy, "a.txt"), "utf8")))).toEqual(
    new Set(["a\n"]),
  );
  expect(existsSync(join(place.folder, "rooms", `${room}.new`))).toBe(false);
});
