/** A week of a home on a clock that is set by hand, and the report that a person reads on Monday. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { figuresOf } from "#app/digest.ts";
import { readMerges } from "#app/digest-merges.ts";
import { digestText } from "#app/digest-text.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { taskPlans } from "#home/settings/heartbeat-settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import type { Note } from "#memory/memory.ts";
import { openMemory } from "#memory/open-memory.ts";
import { makeBackup } from "#ops/backup/make-backup.ts";
import { keepAlarm } from "#ops/release/alarms.ts";
import { ChangeLedger } from "#ops/release/ledger.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { TaskScheduler } from "#server/heartbeat/task-scheduler.ts";
import { LocalHome } from "#server/socket/local-home.ts";
import { type BackupHome, backupHome, UNOWNED } from "./backup-home.ts";
import { JobsBench } from "./local-jobs.ts";
import { until } from "./until.ts";

const EXAMPLE = join(import.meta.dir, "../docs/examples/digest.md");
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.parse("2026-11-16T07:00:00Z");
const { signal } = new AbortController();
const cleaner = new TextCleaner();

/** One exchange, with a call of a tool. */
function exchange(
  id: string,
  about: { readonly ok: boolean; readonly reason: "complete" | "error" },
) {
  const turn = { turn: id, persona: "agent" };
  const events: readonly JournaledEvent[] = [
    { type: "message", id, from: "user", text: "How is the shop?", to: ["agent"], mode: "group" },
    { type: "turn-start", ...turn, message: id, model: "m", window: 8192 },
    { type: "tool-result", ...turn, id: `c${id}`, name: "sh", ok: about.ok, ms: 5, size: 3 },
    { type: "turn-end", ...turn, reason: about.reason },
  ];
  return events;
}

const LAST_NOTE = 70;
/** By the hour of the week. */
const NOTES: ReadonlyMap<number, string> = new Map([
  [20, "The shop is deployed on Fridays."],
  [44, "Deployments of the shop happen on a Friday."],
  [LAST_NOTE, "The shop is deployed on Mondays."],
]);

/** What is said in an hour: one turn fails, and one call a day. */
async function talk(journal: Journal, hour: number): Promise<void> {
  const id = `h${hour}`;
  const reason = hour === 51 ? "error" : "complete";
  const room = hour < 96 ? "monday" : "friday";
  for (const [index, event] of exchange(id, { ok: hour % 24 !== 11, reason }).entries()) {
    await journal.append(room, { key: `${id}-${index}`, event });
  }
}

/** A week of a home on a clock that is set by hand: each hour it beats, and what is due is done. */
async function liveAWeek(home: BackupHome): Promise<{
  readonly notes: readonly Note[];
  readonly until: number;
  readonly dead: readonly { readonly id: string; readonly changedAt: number }[];
}> {
  let now = START;
  await using journal = await openSqliteJournal(home.paths.journal, { now: () => now });
  await using memory = await openMemory(home.paths.memory, { cleaner, now: () => now });
  await using bench = await JobsBench.with(async ({ work }) => {
    const isBackup = work.kind === "task" && work.task === "backup";
    // The disk is full for two nights.
    const day = Math.floor((now - START) / DAY);
    if (isBackup && (day === 2 || day === 3)) throw new Error("ENOSPC");
    if (isBackup) await makeBackup({ home: home.path, ...UNOWNED, now: () => now, freeze });
    return null;
  });
  const freeze = async () => {
    const frozen = [journal.freeze(), memory.freeze()];
    return {
      paths: [home.paths.journal, home.paths.memory],
      isWhole: async () => frozen.every((file) => file.isWhole()),
      [Symbol.asyncDispose]: async () => {
        for (const file of frozen) file[Symbol.dispose]();
      },
    };
  };
  using table = new TaskTable(home.paths.tasks);
  const plans = taskPlans({ zone: "UTC", tasks: {} });
  const report = (error: unknown) => void bench.reported.push(error);
  const tasks = new TaskScheduler({
    ...{ home: "/home/of/tests", plans, table, jobs: bench.jobs, report, now: () => now },
  });
  using spending = openSpendStore(home.paths.spending);
  using fixes = await openSupervisorStore(home.path);
  using ledger = new ChangeLedger(promotionPaths(home.path).ledger);
  for (let hour = 0; hour < 7 * 24; hour += 1) {
    now = START + hour * HOUR + 1;
    await until("what is due is done", async () =>
      Object.values(await tasks.beat()).every(({ outcome }) => outcome !== "running"),
    );
    if (hour % 8 === 3) {
      await talk(journal, hour);
      const day = new Date(now).toISOString().slice(0, 10);
      await spending.adjust({ day, session: "s", persona: "agent" }, { tokens: 1200, micros: 0 });
    }
    const text = NOTES.get(hour);
    if (text !== undefined) await note(text, hour === LAST_NOTE ? 1 : undefined);
    if (hour === 100) {
      const finding = { pattern: "provider-down", subject: "model", why: "it does not answer" };
      fixes.add(finding, { fix: undefined, state: "verified", foundAt: now, now: 1 });
    }
    if (hour === 30) move(ledger, "promotion", now);
    if (hour === 55) {
      await keepAlarm(home.path, {
        at: now,
        why: "median broke down in 9 of 40 calls",
        reverts: "p1",
      });
      move(ledger, "rollback", now);
    }
  }
  const { jobs } = await bench.jobs.list({ state: "dead" });
  // The queue has the clock of the machine: a task is placed by the time that it was due.
  const dead = jobs.map(({ id }) => ({
    id,
    changedAt: Date.parse(id.split(":").slice(2).join(":")),
  }));
  const notes = memory.list("human", ["active", "staged", "superseded"]);
  return { notes, dead, until: now + HOUR - 1 };

  async function note(text: string, replaces?: number): Promise<void> {
    const more = replaces === undefined ? {} : { replaces };
    await memory.save({ text, kind: "fact", ...more }, { trust: "human", origin: "human" });
  }
}

function move(ledger: ChangeLedger, kind: "promotion" | "rollback", at: number): void {
  const tag = `${kind}/2026-11-${new Date(at).getUTCDate()}`;
  const about = { from: "a".repeat(40), to: "b".repeat(40), tagId: "c".repeat(40) };
  const { id } = ledger.open({ ...about, kind, tag, candidate: null, undoes: null, at });
  ledger.close(id, "done");
}

test("the report of a week is docs/examples/digest.md; ORG_RECORD=1 writes it anew", async () => {
  await using home = await backupHome();
  const { notes, dead, until: end } = await liveAWeek(home);
  await using journal = await openSqliteJournal(home.paths.journal);
  const none = () => Promise.reject(new Error("No room is opened here"));
  await using rooms = new LocalHome({ journal, openRoom: none });
  const figures = await figuresOf(
    { home: home.path, rooms, notes, dead, signal },
    { from: START, until: end },
  );
  const answer = '{"merges": [{"notes": [2, 3], "text": "The shop is deployed on Mondays."}]}';
  const merges = readMerges(answer, notes, cleaner);
  const text = digestText({ ...figures, merges, withoutMerges: null });
  if (Bun.env["ORG_RECORD"] === "1") writeFileSync(EXAMPLE, text);
  expect(text).toBe(readFileSync(EXAMPLE, "utf8"));
});
