import { expect, test } from "bun:test";
import type { JournaledEvent } from "#core/events.ts";
import type { Note } from "#core/memory.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { endedBurst } from "#home/autonomy/burst-report.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { backupHome } from "#test/backup-home.ts";
import { keepAlarm } from "../release/alarms.ts";
import { ChangeLedger } from "../release/ledger.ts";
import { openSupervisorStore } from "../supervisor/supervisor.ts";
import { figuresOf } from "./digest.ts";
import { digestText } from "./digest-text.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-11-16T07:00:00Z");
const { signal } = new AbortController();
const none = () => Promise.reject(new Error("No room is opened here"));

const NOTE: Omit<Note, "id" | "text"> = {
  ...{ kind: "fact", state: "active", trust: "human", scope: "room", origin: "human" },
  ...{ room: undefined, seq: undefined, quote: undefined, savedAt: START },
  ...{ supersededBy: undefined, proposes: undefined, seen: 1, used: 0, ok: 0 },
};

test("counts what was said, called, spent and promoted within the span, and nothing beside it", async () => {
  await using home = await backupHome();
  let now = START - 1;
  await using journal = await openSqliteJournal(home.paths.journal, { now: () => now });
  const turn = { turn: "t", persona: "agent" };
  const events: readonly JournaledEvent[] = [
    { type: "message", id: "m", from: "user", text: "How?", to: ["agent"], mode: "group" },
    { type: "tool-result", ...turn, id: "c", name: "sh", ok: false, ms: 5, size: 3 },
    { type: "tool-result", ...turn, id: "d", name: "sh", ok: true, ms: 5, size: 3 },
    { type: "turn-end", ...turn, reason: "limit" },
  ];
  for (const day of [0, 1, 8]) {
    if (day > 0) now = START + day * DAY;
    for (const [index, event] of events.entries()) {
      await journal.append("shop", { key: `${day}-${index}`, event });
    }
  }
  using spending = openSpendStore(home.paths.spending);
  for (const day of ["2026-11-15", "2026-11-16", "2026-11-22", "2026-11-24"]) {
    await spending.adjust(
      { day, session: "s", persona: "agent" },
      { tokens: 10, micros: 2_500_000 },
    );
  }
  using ledger = new ChangeLedger(promotionPaths(home.path).ledger);
  for (const at of [START + 1, START + 9 * DAY]) {
    const about = { from: "a", to: "b", tagId: "c", candidate: null, undoes: null };
    const { id } = ledger.open({ ...about, kind: "promotion", tag: `p${at}`, at });
    ledger.close(id, "done");
  }
  await keepAlarm(home.path, { at: START + 5, why: "it broke down", reverts: null });
  using fixes = await openSupervisorStore(home.path);
  const finding = { pattern: "owner-gone", subject: "owner", why: "it is gone" };
  for (const state of ["verified", "told"] as const) {
    fixes.add(finding, { fix: undefined, state, foundAt: START + 9, now: 1 });
  }
  await using rooms = new RoomHost({ journal, openRoom: none });
  const notes: readonly Note[] = [
    { ...NOTE, id: 1, text: "old", state: "superseded", savedAt: START - DAY, supersededBy: 2 },
    { ...NOTE, id: 2, text: "new", savedAt: START + DAY, origin: "observer" },
    { ...NOTE, id: 3, text: "staged", state: "staged", savedAt: START - DAY },
  ];
  const dead = [
    { id: "task:backup:2026-11-16T03:30Z", changedAt: START + 1 },
    { id: "task:backup:2026-11-15T03:30Z", changedAt: START - 1 },
    { id: "job_1", changedAt: START + 2 },
  ];
  const figures = await figuresOf(
    { home: home.path, rooms, notes, dead, signal },
    { from: START, until: START + 7 * DAY },
  );
  expect(figures).toMatchObject({
    ...{ rooms: 1, lines: 1, turns: { limit: 1 }, tools: [{ name: "sh", calls: 2, failed: 1 }] },
    ...{ spent: { tokens: 20, micros: 5_000_000 }, alarms: ["it broke down"] },
    changes: [{ kind: "promotion", tag: `p${START + 1}` }],
    notes: { added: 1, learnt: 1, superseded: 1, staged: 1 },
    ...{ backups: { made: 0, newest: null }, dead: { backup: 1, other: 1 } },
    fixes: { found: { "owner-gone": 2 }, mended: 1 },
  });
  const text = digestText({ ...figures, merges: [], withoutMerges: null });
  expect(text).toContain(
    "- 1 turn, of them 1 limit\n- tools: sh 2 (1 failed)\n- 20 tokens, 5.00 spent",
  );
  expect(text).toContain("the supervisor found owner-gone 2; 1 mended");
  expect(text).toContain("failed for good: backup 1, other 1");
  expect(text).toContain(
    "1 note added (1 learnt from your lines), 1 superseded; 1 waits for your review  → org memory review",
  );
});

test("bursts of autonomy that began within the span are counted, and stand in the digest", async () => {
  await using home = await backupHome();
  await using journal = await openSqliteJournal(home.paths.journal);
  await using rooms = new RoomHost({ journal, openRoom: none });
  using store = new AutonomyStore(home.paths.autonomy);
  const report = { end: "cycles", text: "", refused: [], tokens: 40, calls: 2, ms: 9 };
  const found = { what: "code a tool", why: "", outcome: "done", result: "it waits" } as const;
  for (const [id, at, did] of [
    ["b1", START - 1, []],
    ["b2", START, []],
    ["b3", START + 1, [found]],
  ] as const) {
    store.begin(id, at);
    store.finish(id, endedBurst({ ...report, did }, at + 9));
  }
  store.begin("b4", START + 2);
  const sources = { home: home.path, rooms, notes: [], dead: [], signal };
  const figures = await figuresOf(sources, { from: START, until: START + DAY });
  expect(figures.autonomy).toEqual({ bursts: 2, fruitful: 1, tokens: 80 });
  expect(digestText({ ...figures, merges: [], withoutMerges: null })).toContain(
    "- by itself it worked in 2 bursts; 1 brought something, for 80 tokens  → org auto\n",
  );
});

test("a week in which nothing happened is said in a few lines", async () => {
  await using home = await backupHome();
  await using journal = await openSqliteJournal(home.paths.journal);
  await using rooms = new RoomHost({ journal, openRoom: none });
  const sources = { home: home.path, rooms, notes: [], dead: [], signal };
  const figures = await figuresOf(sources, { from: 0, until: DAY });
  const text = digestText({
    ...figures,
    merges: [],
    withoutMerges: "there are fewer than two notes",
  });
  expect(text).toContain("- 0 lines of yours in 0 rooms\n- 0 turns\n- tools: none\n- 0 tokens\n");
  expect(text).toContain("- nothing was promoted\n");
  expect(text).toContain("0 backups, each restored once; there is none");
  expect(text).toContain("Not looked for: there are fewer than two notes.");
});
