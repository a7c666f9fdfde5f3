/** A week of a home on a clock that is set by hand, and the report that a person reads on Monday. */
import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readMerges } from "#app/digest-merges.ts";
import { observeRoom } from "#app/observe-job.ts";
import { toolProposals } from "#app/tool-proposals.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { Journal } from "#core/journal.ts";
import type { Memory, Note } from "#core/memory.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { taskPlans } from "#home/settings/heartbeat-settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import { openMemory } from "#memory/open-memory.ts";
import { makeBackup } from "#ops/backup/make-backup.ts";
import { figuresOf } from "#ops/digest/digest.ts";
import { digestText } from "#ops/digest/digest-text.ts";
import { keepAlarm } from "#ops/release/alarms.ts";
import { ChangeLedger } from "#ops/release/ledger.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { TaskScheduler } from "#server/heartbeat/task-scheduler.ts";
import { RoomHost } from "#server/socket/room-host.ts";
import { trustOf } from "#tools/registry/trust.ts";
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

/** What was said in some hours of the week; else it is asked how the shop is. */
const LINES: ReadonlyMap<number, string> = new Map([
  [27, "The staging server of the shop is called Kobold."],
  [51, "I am tired, let us stop for today."],
  [75, "Lena signs off every release of the shop."],
  [99, "Suppose the shop sold umbrellas."],
]);

/** How the shop is, as a persona finds out in the shell on some days. */
const BY_HAND = (hour: number): string =>
  `awk -F, '$4 > ${hour} { total += $3 } END { print total }' sales-${hour}.csv | sort -n`;
const BY_HAND_AT: ReadonlySet<number> = new Set([19, 43, 67, 91]);

/** One exchange, with a call of a tool. */
function exchange(
  hour: number,
  about: { readonly ok: boolean; readonly reason: "complete" | "error" },
) {
  const id = `h${hour}`;
  const turn = { turn: id, persona: "agent" };
  const text = LINES.get(hour) ?? "How is the shop?";
  const cmd = BY_HAND_AT.has(hour) ? BY_HAND(hour) : "uptime";
  const call = { id: `c${id}`, name: "sh", arguments: { cmd } };
  const events: readonly JournaledEvent[] = [
    { type: "message", id, from: "user", text, to: ["agent"], mode: "group" },
    { type: "turn-start", ...turn, message: id, model: "m", window: 8192 },
    { type: "tool-call", ...turn, call, origin: "declared" },
    { type: "tool-result", ...turn, id: `c${id}`, name: "sh", ok: about.ok, ms: 5, size: 3 },
    { type: "turn-end", ...turn, reason: about.reason },
  ];
  return events;
}

/** By the hour at which the user keeps what was learnt on the day before. */
const KEPT_AT = 40;

/** A model that would keep every sentence. @returns how many notes wait then. */
async function observe(room: string, home: { journal: Journal; memory: Memory }): Promise<void> {
  const through = await home.journal.head(room);
  await observeRoom(
    { room, through },
    {
      ...{ ...home, cleaner, promotion: "suggest", signal },
      ofPrograms: () => Promise.resolve(new Set()),
      canTell: () => Promise.resolve(true),
      ask: ({ messages, shape }) => {
        if (shape === undefined) return Promise.resolve("yes");
        const said = String(messages.at(-1)?.content).matchAll(/^- (.*)$/gm);
        const items = Array.from(said, ([, quote]) => ({ quote, kind: "fact", text: "" }));
        return Promise.resolve(JSON.stringify({ items }));
      },
    },
  );
}

const LAST_NOTE = 70;
/** By the hour of the week. */
const NOTES: ReadonlyMap<number, string> = new Map([
  [20, "The shop is deployed on Fridays."],
  [44, "Deployments of the shop happen on a Friday."],
  [LAST_NOTE, "The shop is deployed on Mondays."],
]);

const roomAt = (hour: number): string => (hour < 96 ? "monday" : "friday");

/** What is said in an hour: one turn fails, and one call a day. */
async function talk(journal: Journal, hour: number): Promise<void> {
  const reason = hour === 51 ? "error" : "complete";
  for (const [index, event] of exchange(hour, { ok: hour % 24 !== 11, reason }).entries()) {
    await journal.append(roomAt(hour), { key: `h${hour}-${index}`, event });
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
    await remember(hour, { journal, memory });
    await happen(hour, { home: home.path, fixes, ledger, now });
  }
  const { jobs } = await bench.jobs.list({ state: "dead" });
  // The queue has the clock of the machine: a task is placed by the time that it was due.
  const dead = jobs.map(({ id }) => ({
    id,
    changedAt: Date.parse(id.split(":").slice(2).join(":")),
  }));
  const notes = memory.list("human", ["active", "staged", "superseded"]);
  const learnt = notes.filter(({ origin }) => origin === "observer");
  expect(learnt.map(({ text: said, state }) => [said, state])).toEqual([
    [LINES.get(75) ?? "", "staged"],
    [LINES.get(27) ?? "", "active"],
  ]);
  return { notes, dead, until: now + HOUR - 1 };
}

/** What is noted in an hour: learnt of a room that was silent for so long, kept, or said by the user. */
async function remember(
  hour: number,
  home: { readonly journal: Journal; readonly memory: Memory },
): Promise<void> {
  const { memory } = home;
  if (hour % 8 === 4) await observe(roomAt(hour - 1), home);
  if (hour === KEPT_AT) {
    const learnt = memory.list("human", ["staged"]).filter(({ origin }) => origin === "observer");
    for (const { id } of learnt) await memory.trust(id);
  }
  const text = NOTES.get(hour);
  if (text === undefined) return;
  const more = hour === LAST_NOTE ? { replaces: 1 } : {};
  await memory.save({ text, kind: "fact", ...more }, { trust: "human", origin: "human" });
}

interface Keeping {
  readonly home: string;
  readonly fixes: Awaited<ReturnType<typeof openSupervisorStore>>;
  readonly ledger: ChangeLedger;
  readonly now: number;
}

/** A model server that is away, and a promotion that was no good. */
async function happen(hour: number, { home, fixes, ledger, now }: Keeping): Promise<void> {
  if (hour === 100) {
    const finding = { pattern: "provider-down", subject: "model", why: "it does not answer" };
    fixes.add(finding, { fix: undefined, state: "verified", foundAt: now, now: 1 });
  }
  if (hour === 30) move(ledger, "promotion", now);
  if (hour !== 55) return;
  const why = "median broke down in 9 of 40 calls";
  await keepAlarm(home, { at: now, why, reverts: "p1" });
  move(ledger, "rollback", now);
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
  await using rooms = new RoomHost({ journal, openRoom: none });
  const figures = await figuresOf(
    { home: home.path, rooms, notes, dead, signal },
    { from: START, until: end },
  );
  const { make, retire } = await toolProposals({
    ...{ rooms, registry: { list: async () => [] }, now: end, signal },
    trust: () => trustOf([], end),
  });
  const proposals = { make: make.length, retire: retire.length };
  const answer = '{"merges": [{"notes": [3, 4], "text": "The shop is deployed on Mondays."}]}';
  const merges = readMerges(answer, notes, cleaner);
  const text = digestText({ ...figures, proposals, merges, withoutMerges: null });
  if (Bun.env["ORG_RECORD"] === "1") writeFileSync(EXAMPLE, text);
  expect(text).toBe(readFileSync(EXAMPLE, "utf8"));
});
