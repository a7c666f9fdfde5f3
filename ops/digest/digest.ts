/** What a home did in a span of time, in figures that code counts: nothing of it is a model's word. */
import { existsSync } from "node:fs";
import { dayOf } from "#core/day-of.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { Entry, RoomSummary } from "#core/journal.ts";
import type { Note } from "#core/memory.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { AutonomyStore } from "#home/autonomy/autonomy-store.ts";
import { readReport } from "#home/autonomy/burst-report.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { listBackups } from "../backup/list-backups.ts";
import { readManifest } from "../backup/manifest.ts";
import { readAlarms } from "../release/alarms.ts";
import { ChangeLedger } from "../release/ledger.ts";
import { openSupervisorStore, supervisorPath } from "../supervisor/supervisor.ts";

/** Milliseconds since the epoch; `until` is not part of it. */
export interface DigestSpan {
  readonly from: number;
  readonly until: number;
}

export interface Merge {
  /** Ids of the notes that it is made of: at least two. */
  readonly sources: readonly number[];
  readonly text: string;
}

interface ToolFigures {
  readonly name: string;
  readonly calls: number;
  readonly failed: number;
}

export interface Digest extends DigestSpan {
  readonly rooms: number;
  /** Lines of the user. */
  readonly lines: number;
  /** How many turns ended how: "complete", "error", … */
  readonly turns: Readonly<Record<string, number>>;
  /** The most called first. */
  readonly tools: readonly ToolFigures[];
  readonly spent: { readonly tokens: number; readonly micros: number };
  /** What moved main, oldest first. */
  readonly changes: readonly { readonly kind: "promotion" | "rollback"; readonly tag: string }[];
  /** Why the watch over promoted tools raised alarms. */
  readonly alarms: readonly string[];
  readonly notes: {
    readonly added: number;
    /** Of them, learnt from lines by the observer; absent in a digest of an older org. */
    readonly learnt?: number | undefined;
    readonly superseded: number;
    /** They wait for the user's review now, whenever they came. */
    readonly staged: number;
  };
  readonly backups: { readonly made: number; readonly newest: string | null };
  /** What the supervisor found, and how much of it was mended. */
  readonly fixes: { readonly found: Readonly<Record<string, number>>; readonly mended: number };
  /** Bursts of autonomy, those that brought something, and what they took; absent where there were none. */
  readonly autonomy?:
    | { readonly bursts: number; readonly fruitful: number; readonly tokens: number }
    | undefined;
  /** How many jobs failed for good, by the name of their task; those that are not tasks are "other". */
  readonly dead: Readonly<Record<string, number>>;
  /** How many things done by hand could be tools, and how many tools may go, when it was counted. */
  readonly proposals?: { readonly make: number; readonly retire: number } | undefined;
  readonly merges: readonly Merge[];
  /** Why no merges were looked for; null when they were. */
  readonly withoutMerges: string | null;
}

/** What a digest is counted from. */
export interface DigestSources {
  /** ORG_HOME */
  readonly home: string;
  readonly rooms: {
    rooms(signal: AbortSignal): Promise<readonly RoomSummary[]>;
    entries(
      room: { readonly kind: "named"; readonly id: string },
      signal: AbortSignal,
    ): AsyncIterable<Entry>;
  };
  /** All notes of the home. */
  readonly notes: readonly Note[];
  /** Jobs that failed for good. */
  readonly dead: readonly { readonly id: string; readonly changedAt: number }[];
  readonly signal: AbortSignal;
}

type Figures = Omit<Digest, "merges" | "withoutMerges">;

export async function figuresOf(sources: DigestSources, span: DigestSpan): Promise<Figures> {
  const { home, notes, dead } = sources;
  const isIn = (at: number): boolean => at >= span.from && at < span.until;
  return {
    ...span,
    ...(await talkOf(sources, span, isIn)),
    spent: spentIn(home, span),
    changes: changesIn(home, isIn),
    alarms: (await readAlarms(home)).filter(({ at }) => isIn(at)).map(({ why }) => why),
    notes: {
      ...addedIn(notes, isIn),
      superseded: supersededIn(notes, isIn),
      staged: notes.filter(({ state }) => state === "staged").length,
    },
    backups: await backupsIn(home, isIn),
    fixes: await fixesIn(home, isIn),
    autonomy: autonomyIn(home, span),
    dead: deadByTask(dead.filter(({ changedAt }) => isIn(changedAt))),
  };
}

/** More than a supervisor finds in a week. */
const MOST_FIXES = 10_000;

async function fixesIn(home: string, isIn: IsIn): Promise<Digest["fixes"]> {
  if (!existsSync(supervisorPath(home))) return { found: {}, mended: 0 };
  using store = await openSupervisorStore(home);
  const all = store.all(MOST_FIXES).filter(({ foundAt }) => isIn(foundAt));
  const found: Record<string, number> = {};
  for (const { pattern } of all) found[pattern] = (found[pattern] ?? 0) + 1;
  return { found, mended: all.filter(({ state }) => state === "verified").length };
}

function autonomyIn(home: string, { from, until }: DigestSpan): Digest["autonomy"] {
  const { autonomy } = homePaths(home);
  if (!existsSync(autonomy)) return undefined;
  using store = new AutonomyStore(autonomy);
  const ended = store.since(from).filter(({ startedAt, endedAt }) => {
    return endedAt !== undefined && startedAt >= from && startedAt < until;
  });
  if (ended.length === 0) return undefined;
  const tokens = ended.reduce((sum, row) => sum + (readReport(row)?.tokens ?? 0), 0);
  return { bursts: ended.length, fruitful: ended.filter((row) => !row.isEmpty).length, tokens };
}

function deadByTask(jobs: DigestSources["dead"]): Digest["dead"] {
  const counts: Record<string, number> = {};
  for (const { id } of jobs) {
    const task = /^task:([^:]+):/.exec(id)?.[1] ?? "other";
    counts[task] = (counts[task] ?? 0) + 1;
  }
  return counts;
}

type IsIn = (at: number) => boolean;

/** What was said and done in the rooms. */
async function talkOf(
  { rooms, signal }: DigestSources,
  { from }: DigestSpan,
  isIn: IsIn,
): Promise<Pick<Digest, "rooms" | "lines" | "turns" | "tools">> {
  const turns: Record<string, number> = {};
  const tools = new Map<string, ToolFigures>();
  let [lines, used] = [0, 0];
  const count = (event: JournaledEvent): void => {
    if (event.type === "message") lines += 1;
    if (event.type === "turn-end") turns[event.reason] = (turns[event.reason] ?? 0) + 1;
    if (event.type !== "tool-result") return;
    const { name } = event;
    const { calls, failed } = tools.get(name) ?? { calls: 0, failed: 0 };
    tools.set(name, { name, calls: calls + 1, failed: failed + (event.ok ? 0 : 1) });
  };
  for (const { room, lastAt } of await rooms.rooms(signal)) {
    if (lastAt < from) continue;
    let isUsed = false;
    for await (const { at, event } of rooms.entries({ kind: "named", id: room }, signal)) {
      if (!isIn(at)) continue;
      isUsed = true;
      count(event);
    }
    if (isUsed) used += 1;
  }
  const most = [...tools.values()].sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
  return { rooms: used, lines, turns, tools: most };
}

/** By whole days, UTC, as budgets count. */
function spentIn(home: string, { from, until }: DigestSpan): Digest["spent"] {
  const { spending } = homePaths(home);
  if (!existsSync(spending)) return { tokens: 0, micros: 0 };
  using store = openSpendStore(spending);
  return store.between(dayOf(from), dayOf(until - 1));
}

function changesIn(home: string, isIn: IsIn): Digest["changes"] {
  const { ledger: path } = promotionPaths(home);
  if (!existsSync(path)) return [];
  using ledger = new ChangeLedger(path);
  return ledger
    .done()
    .filter(({ at }) => isIn(at))
    .map(({ kind, tag }) => ({ kind, tag }))
    .toReversed();
}

function addedIn(notes: readonly Note[], isIn: IsIn): Pick<Digest["notes"], "added" | "learnt"> {
  const added = notes.filter(({ savedAt }) => isIn(savedAt));
  const learnt = added.filter(({ origin }) => origin === "observer").length;
  return { added: added.length, learnt };
}

/** When a note was superseded is when the one in its place was saved. */
function supersededIn(notes: readonly Note[], isIn: IsIn): number {
  const savedAt = new Map(notes.map((note) => [note.id, note.savedAt]));
  return notes.filter(
    ({ supersededBy }) => supersededBy !== undefined && isIn(savedAt.get(supersededBy) ?? 0),
  ).length;
}

async function backupsIn(home: string, isIn: IsIn): Promise<Digest["backups"]> {
  const all = await listBackups(homePaths(home).backups);
  const made = all.filter(({ at }) => isIn(at)).length;
  for (const { name, folder } of all) {
    if ("manifest" in (await readManifest(folder))) return { made, newest: name };
  }
  return { made, newest: null };
}
