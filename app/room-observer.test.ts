import { expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import type { Journal } from "#core/journal.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { type Observing, observing, offering } from "#test/memory/observing.ts";
import { until } from "#test/until.ts";

const SAID = "We deploy the shop on Fridays.";
const SOON = "[observer]\nsilent_seconds = 1\n";
const script = offering("deploy the shop on Fridays");

/** Starts the observer of a home. @param opened counts how often it opened the queue. */
function start({ observer, talk, queue }: Observing, opened: { count: number } = { count: 0 }) {
  return observer.start({
    journal: recent(talk.journal),
    openQueue: () => {
      opened.count += 1;
      return Promise.resolve({ queue, [Symbol.asyncDispose]: () => Promise.resolve() });
    },
    report: (error) => {
      throw error;
    },
  });
}

/** A journal in memory has no clock: its rooms would be old. */
function recent(journal: Journal): Journal {
  const rooms = async () =>
    (await journal.rooms()).map((room) => ({ ...room, lastAt: Date.now() }));
  return { ...journal, rooms };
}

const learnt = (home: Observing) => async () =>
  (await home.memory()).list("human", ["staged"]).length === 1;

test("a room is observed once it is silent, also one that a process before this one left", async () => {
  await using home = await observing(script, SOON);
  await home.talk.line("r", SAID);
  await using _observing = start(home);
  await until("a note", learnt(home));
  expect(home.picks()).toHaveLength(1);
});

test("no room is observed while a user waits for an answer in one of them", async () => {
  await using home = await observing(script, SOON);
  await using other = await observing(script, SOON);
  for (const one of [home, other]) await one.talk.line("r", SAID);
  const waits = home.observer.userWaits("s");
  const opened = { count: 0 };
  await using _observing = start(home, opened);
  await using _other = start(other);
  // Both have the same clock: this one would have been done by then.
  await until("the other's note", learnt(other));
  expect(opened.count).toBe(0);
  waits[Symbol.dispose]();
  await until("a note", learnt(home));
});

test("a user who begins to wait ends what is being observed", async () => {
  let isFirst = true;
  const stuck = Promise.withResolvers<void>();
  await using home = await observing((request, index) => {
    if (!isFirst) return script(request, index);
    isFirst = false;
    stuck.resolve();
    return [() => new Promise<void>(() => undefined)];
  }, SOON);
  await home.talk.line("r", SAID);
  await using _observing = start(home);
  await stuck.promise;
  home.observer.userWaits("s")[Symbol.dispose]();
  await until("a note", learnt(home));
  expect(home.picks()).toHaveLength(2);
});

test("where nothing is to be observed the queue is never opened", async () => {
  await using home = await observing(script, `${SOON}promotion = "off"\n`);
  await using other = await observing(script, SOON);
  for (const one of [home, other]) await one.talk.line("r", SAID);
  const opened = { count: 0 };
  await using _observing = start(home, opened);
  await using _other = start(other);
  await until("the other's note", learnt(other));
  expect(opened.count).toBe(0);
});

test("a room that every user left is observed soon, whatever the silence", async () => {
  await using home = await observing(script, SOON);
  await using _observing = start(home);
  home.observer.userWaits("r")[Symbol.dispose]();
  await home.talk.line("r", SAID);
  home.observer.roomClosed("r");
  home.observer.roomClosed("unknown");
  await until("a note", learnt(home));
});

test("a look of another process at the queue is waited for, and what else goes wrong is told once", async () => {
  await using home = await observing(script, SOON);
  await home.talk.line("r", SAID);
  const told: unknown[] = [];
  const failures = [new OrgError("Busy", { code: "HOME_BUSY", remedies: [] }), new Error("Broken")];
  const left = [...failures];
  await using _observing = home.observer.start({
    journal: recent(home.talk.journal),
    openQueue: () => Promise.reject(left.shift()),
    report: (error) => told.push(error),
  });
  await until("the report", () => Promise.resolve(told.length > 0));
  expect(told).toEqual([failures[1]]);
});

test("the queue is free for other processes while a model answers", async () => {
  const asked = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  await using home = await observing((request, index) => {
    asked.resolve();
    return [() => free.promise, ...script(request, index)];
  }, SOON);
  await using folder = await temporaryFolder("org-queue-");
  const path = `${folder.path}/queue.sqlite`;
  const open = async () => {
    const queue = await openSqliteQueue(path);
    return { queue, [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose]() };
  };
  await home.talk.line("r", SAID);
  await using _observing = home.observer.start({
    journal: recent(home.talk.journal),
    openQueue: open,
    report: (error) => {
      throw error;
    },
  });
  await asked.promise;
  {
    await using other = await open();
    expect(await other.queue.get("observe", "r:1")).toMatchObject({ state: "running" });
  }
  free.resolve();
  await until("a note", learnt(home));
  await until("the end of the job", async () => {
    // The observer may have it at this moment.
    await using other = await open().catch(() => undefined);
    return (await other?.queue.get("observe", "r:1"))?.state === "done";
  });
});

test("leaving waits for what is being written, and gives the rest back", async () => {
  const stuck = Promise.withResolvers<void>();
  await using home = await observing(() => {
    stuck.resolve();
    return [() => new Promise<void>(() => undefined)];
  }, SOON);
  await home.talk.line("r", SAID);
  const observer = start(home);
  await stuck.promise;
  await observer[Symbol.asyncDispose]();
  expect(await home.queue.get("observe", "r:1")).toMatchObject({ state: "queued", attempt: 0 });
});
