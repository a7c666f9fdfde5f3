import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { UseStore } from "#home/use-store.ts";
import { keepAlarm } from "#ops/release/alarms.ts";
import { ChangeLedger } from "#ops/release/ledger.ts";
import { keyOf } from "#room/entries.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { testJournal } from "#test/room-fixture.ts";
import { UseObserver } from "./watch-uses.ts";

/** A call of a promoted tool whose program gave nothing that could be believed. */
const BREAKDOWN: JournaledEvent = {
  ...{ type: "tool-result", turn: "t", persona: "agent", id: "1", size: 1 },
  ...{
    name: "shout",
    ok: false,
    ms: 20,
    output: '"shout" broke down and gave no result (exit code 1)',
  },
};

interface Watched extends AsyncDisposable {
  readonly alarms: readonly string[];
  readonly reverted: readonly string[];
}

/**
 * A home with a promotion of `shout`, which is watched.
 *
 * @param uses opened anew at each start.
 * @param earlier was called in a room before.
 * @param about `meanwhile` is called while the watch opens; an alarm for the promotion `known` was raised before.
 */
async function watching(
  uses: UseObserver,
  earlier: readonly JournaledEvent[] = [],
  { meanwhile, known }: { readonly meanwhile?: () => void; readonly known?: string } = {},
): Promise<Watched> {
  await using parts = new AsyncDisposableStack();
  const repository = parts.use(new CandidateRepository());
  const disk = parts.use(await testJournal());
  const service = parts.use(
    new RoomHost({
      journal: disk.journal,
      openRoom: () => Promise.reject(new Error("no room is asked for")),
    }),
  );
  const from = repository.id("main");
  const to = repository.commit("x", { "tools/generated/shout/tool.ts": "export {};\n" });
  {
    using ledger = new ChangeLedger(promotionPaths(repository.checkout).ledger);
    const about = { from, to, tagId: to, candidate: null, undoes: null, at: 1 } as const;
    ledger.close(ledger.open({ ...about, kind: "promotion", tag: "promotion/1" }).id, "done");
  }
  if (known !== undefined) {
    await keepAlarm(repository.checkout, { at: 1, why: "earlier", reverts: known });
  }
  const [alarms, reverted]: [string[], string[]] = [[], []];
  for (const event of earlier) {
    await disk.journal.append("room", { key: keyOf(event), event });
  }
  const opening = uses.watch({
    ...{ home: repository.checkout, service },
    onAlarm: (_alarm, text) => void alarms.push(text),
    revert: (tag) => void reverted.push(tag),
    signal: new AbortController().signal,
  });
  meanwhile?.();
  await opening;
  const all = parts.move();
  return { alarms, reverted, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-uses-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const observer = (): UseObserver => new UseObserver(join(folder, "uses.sqlite"), new Set(["sh"]));
const ALARM = "alarm: shout breaks down in more than 3 % of its calls; promotion/1 is reverted";

test("a promoted tool that breaks down again and again is an alarm, and its promotion is reverted once", async () => {
  using uses = observer();
  await using watched = await watching(uses);
  for (let count = 0; count < 50; count += 1) uses.see({ ...BREAKDOWN, name: "sh" });
  // No use of a tool.
  uses.see({ type: "mode", mode: "group", by: "user" });
  expect(watched.alarms).toEqual([]);
  for (let count = 0; count < 50; count += 1) uses.see(BREAKDOWN);
  expect([watched.alarms, watched.reverted]).toEqual([[ALARM], ["promotion/1"]]);
});

const BROKEN = { name: "shout", ok: false, ms: 3, outcome: "breakdown" } as const;

test("calls over HTTP and of jobs count as those in rooms do, and refused ones do not", async () => {
  using uses = observer();
  await using watched = await watching(uses);
  for (let count = 0; count < 20; count += 1) {
    uses.seeCall({ name: "shout", ok: false, ms: 0 });
    uses.seeCall({ name: "shout", ok: false, ms: 2, outcome: "failure" });
    uses.seeCall({ ...BROKEN, name: "sh" });
  }
  expect(watched.alarms).toEqual([]);
  for (let count = 0; count < 10; count += 1) uses.seeCall(BROKEN);
  expect([watched.alarms, watched.reverted]).toEqual([[ALARM], ["promotion/1"]]);
});

test("what was called before a restart is counted after it", async () => {
  {
    using before = observer();
    for (let count = 0; count < 10; count += 1) before.seeCall(BROKEN);
  }
  using uses = observer();
  await using watched = await watching(uses);
  expect(watched.reverted).toEqual(["promotion/1"]);
});

test("an alarm whose rollback has failed is raised once, and the rollback tried at every start", async () => {
  using uses = observer();
  for (let count = 0; count < 10; count += 1) uses.seeCall(BROKEN);
  await using first = await watching(uses);
  expect(first.alarms).toEqual([ALARM]);
  await using second = await watching(uses, [], { known: "promotion/1" });
  expect([second.alarms, second.reverted]).toEqual([[], ["promotion/1"]]);
});

test("calls that end while the watch opens count", async () => {
  using uses = observer();
  await using watched = await watching(uses, [], {
    meanwhile: () => {
      for (let count = 0; count < 10; count += 1) uses.seeCall(BROKEN);
    },
  });
  expect(watched.reverted).toEqual(["promotion/1"]);
});

test("a call that is read and seen while the watch opens counts once", async () => {
  using uses = observer();
  await using watched = await watching(uses, [BREAKDOWN], {
    meanwhile: () => uses.see(BREAKDOWN),
  });
  // One is none, two are an alarm.
  expect(watched.alarms).toEqual([]);
  uses.see({ ...BREAKDOWN, id: "2" });
  expect(watched.alarms).toEqual([ALARM]);
});

test("what rooms hold of a tool from before a restart is counted, beside what was said in them", async () => {
  using uses = observer();
  const said: JournaledEvent = {
    ...{ type: "message", id: "m1", from: "user", text: "shout", to: ["agent"], mode: "group" },
  };
  const calls = ["1", "2"].map((id): JournaledEvent => ({ ...BREAKDOWN, id }));
  await using watched = await watching(uses, [said, ...calls]);
  expect(watched.alarms).toEqual([ALARM]);
});

test("a call of a tool of ours is not kept", async () => {
  using uses = observer();
  uses.seeCall({ ...BROKEN, name: "sh" });
  uses.seeCall(BROKEN);
  using store = new UseStore(join(folder, "uses.sqlite"));
  expect(store.all().map(({ tool }) => tool)).toEqual(["shout"]);
});

test("a use that cannot be kept is watched, and told of once until one can", async () => {
  using uses = observer();
  await using watched = await watching(uses);
  using database = new Database(join(folder, "uses.sqlite"));
  database.run("alter table use rename to gone");
  expect(() => uses.seeCall(BROKEN)).toThrow("no such table");
  uses.seeCall(BROKEN);
  expect(watched.reverted).toEqual(["promotion/1"]);
  database.run("alter table gone rename to use");
  uses.seeCall(BROKEN);
  database.run("alter table use rename to gone");
  expect(() => uses.seeCall(BROKEN)).toThrow("no such table");
});
