/** Looks at a home again and again, and keeps what the patterns need of earlier looks. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readHealth, STALE_MS } from "#home/health-file.ts";
import { homePaths } from "#home/home-paths.ts";
import { pausedKinds } from "#home/paused-kinds.ts";
import type { ProcessIdentity } from "#platform/process-record.ts";
import { type GenerationStart, startOf } from "../../processes/generations.ts";
import { stoppedRoles } from "../../processes/stop-marks.ts";
import { endedEngine } from "../ended-engine.ts";
import { type Clock, readNewLines } from "../log-tail.ts";
import type {
  Look,
  MinuteLook,
  Observation,
  ObservedHealth,
  ObservedLine,
  ObservedProcess,
  ObservedQuestion,
} from "../observation.ts";
import type { OwnerPort } from "../owner-port.ts";
import { WINDOW_MS } from "../restart-plan.ts";
import type { SupervisorStore } from "../supervisor-store.ts";
import { unreachedTurns } from "../unreached-turns.ts";
import { diskOf, isBackingUp, oomKills, walsIn } from "./machine.ts";
import { observeProcesses } from "./processes.ts";
import { observeWorktrees } from "./worktrees.ts";

/** The name of the supervisor's own log. */
export const OWN_LOG = "supervisor";

const MINUTE_MS = 60_000;
/** Work trees are asked of Git, in processes of its own: not at each look, and often enough to be found in 30 s. */
const WORKTREES_MS = 20_000;
const MOST_LOOKS = 40;
const MOST_MINUTES = 250;
/** So many lines with a code, and so many without, are retained. */
const MOST_LINES = 5000;
/** Longest wait for an answer of the owner, in milliseconds. */
const OWNER_MS = 3000;
/** Longest wait for the owner to ask its model server, in milliseconds. */
const PROBE_MS = 8000;
/** So much later than planned a look comes only when the machine slept or this process was stopped. */
const LATE_MS = 10_000;

export interface HomeWatcherOptions {
  readonly home: string;
  readonly store: SupervisorStore;
  readonly owner: OwnerPort;
  readonly clock: () => Promise<Clock>;
  /** Time from one look to the next, in milliseconds. */
  readonly periodMs: number;
  readonly signal: AbortSignal;
}

export class HomeWatcher {
  readonly #options: HomeWatcherOptions;
  readonly #looks: Look[] = [];
  readonly #minutes: MinuteLook[];
  #lines: ObservedLine[] = [];
  #unread: ReadonlySet<string> = new Set();
  #questions: readonly ObservedQuestion[];
  #worktrees: Look["worktrees"] = [];
  #worktreesAt = Number.NEGATIVE_INFINITY;
  /** How each role that lived was started: of a dead process nothing tells. */
  readonly #starts = new Map<string, GenerationStart & { readonly pid: number }>();
  readonly #served = new Map<number, ProcessIdentity>();
  /** When the look before this one was over. */
  #before: number | undefined;

  constructor(options: HomeWatcherOptions) {
    this.#options = options;
    this.#minutes = [...options.store.history.minutes()];
    this.#questions = options.store.history.questions();
  }

  /** How a role was started that was observed alive. */
  startOf(role: string): GenerationStart | undefined {
    return this.#starts.get(role);
  }

  /** Whether this very process has served the home while it was looked at. */
  hasServed({ pid, startTime }: Pick<ProcessIdentity, "pid" | "startTime">): boolean {
    return this.#served.get(pid)?.startTime === startTime;
  }

  /** Looks once more. */
  async look(): Promise<Observation> {
    const { home, store, periodMs, clock } = this.#options;
    const now = await clock();
    // First, so that who has left is known when its process is missed.
    await this.#readLogs(now);
    const look = await this.#takeLook(now);
    const late = this.#before !== undefined && now.at - this.#before > periodMs + LATE_MS;
    const newest: Look = { ...look, isLate: late };
    this.#countEnds(newest);
    this.#looks.push(newest);
    if (this.#looks.length > MOST_LOOKS) this.#looks.shift();
    this.#keepMinute(newest);
    await this.#rememberStarts(home, newest.processes);
    return {
      ...{ looks: this.#looks, minutes: this.#minutes, lines: this.#lines },
      warnings: this.#warnings(now.at),
      unread: this.#unread,
      ends: store.ends(now.at - WINDOW_MS),
    };
  }

  #keepMinute(now: Look): void {
    const last = this.#minutes.at(-1);
    if (last !== undefined && now.at - last.at < MINUTE_MS) return;
    this.#minutes.push(now);
    if (this.#minutes.length > MOST_MINUTES) this.#minutes.shift();
    this.#options.store.history.addMinute(now);
  }

  /** A look that took long, or what followed it, does not make the next one late. */
  async over(): Promise<void> {
    this.#before = (await this.#options.clock()).at;
  }

  async #takeLook({ at, wall }: Clock): Promise<Look> {
    const { home, store } = this.#options;
    const paths = homePaths(home);
    const history = {
      hasLeft: (identity: ProcessIdentity) => store.hasLeft(identity),
      hasServed: (identity: ProcessIdentity) => this.hasServed(identity),
    };
    await this.#lookAtWorktrees(home, at);
    const [processes, stopped, isSocketDead, disk, wals, health, kills, ownerState] =
      await Promise.all([
        observeProcesses(home, history),
        stoppedRoles(home),
        this.#isSocketDead(paths.socket),
        diskOf(home),
        walsIn(dirname(paths.journal)),
        observeHealth(home, wall),
        oomKills(),
        this.#askOwner(at),
      ]);
    const isProviderUp = await this.#isProviderUp(at);
    if (!isDeepStrictEqual(this.#questions, ownerState.questions)) {
      store.history.keepQuestions(ownerState.questions);
    }
    this.#questions = ownerState.questions;
    const worktrees = this.#worktrees;
    const about = {
      at,
      wall,
      isLate: false,
      processes,
      stopped,
      isSocketDead,
      disk,
      wals,
      worktrees,
      isBackingUp: await isBackingUp(paths.backups),
    };
    const { questions, queue } = ownerState;
    return {
      ...about,
      isProviderUp,
      health,
      oomKills: kills,
      questions,
      queue,
      paused: pausedKinds(home),
    };
  }

  async #askOwner(at: number): Promise<Pick<Look, "questions" | "queue">> {
    const { owner, signal } = this.#options;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(OWNER_MS)]);
    const [waiting, queue] = await Promise.all([
      owner.questions(limited).catch(() => undefined),
      owner.queue(limited).catch(() => undefined),
    ]);
    const questions = waiting?.map(({ room, id }) => {
      const previous = this.#questions.find((one) => one.room === room && one.id === id);
      return { room, id, since: previous?.since ?? at };
    });
    // Who does not answer has not been answered either: what waited waits on.
    return { questions: questions ?? this.#questions, queue };
  }

  /** Asked of the owner only where turns have failed of it. */
  async #isProviderUp(at: number): Promise<boolean | undefined> {
    const { owner, signal } = this.#options;
    if (unreachedTurns(this.#lines, at) === 0) return undefined;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
    return await owner.probe(limited).catch(() => undefined);
  }

  /** There is a socket, and a connection to it is refused. */
  async #isSocketDead(path: string): Promise<boolean> {
    const { owner, signal } = this.#options;
    if (!existsSync(path)) return false;
    const limited = AbortSignal.any([signal, AbortSignal.timeout(OWNER_MS)]);
    return !(await owner.listens(limited).catch(() => true));
  }

  async #lookAtWorktrees(home: string, at: number): Promise<void> {
    if (at - this.#worktreesAt < WORKTREES_MS) return;
    this.#worktreesAt = at;
    this.#worktrees = await observeWorktrees(home).catch(() => []);
  }

  async #readLogs(now: Clock): Promise<void> {
    const { home, store } = this.#options;
    const folder = homePaths(home).logs;
    const { lines: fresh, unread } = await readNewLines({ folder, store, own: OWN_LOG }, now);
    this.#unread = unread;
    store.days.count(fresh, now);
    for (const { event, pid, startTime = 0 } of fresh) {
      if (event === "leaves") store.addLeaver(pid, startTime);
    }
    // What a busy home says of its ordinary work would push out what is rare and matters.
    const telling = fresh.filter(({ level, code }) => level !== "info" || code !== undefined);
    const recent = [...this.#lines, ...telling].filter(({ at }) => now.at - at < WINDOW_MS);
    // Of a flood the beginning goes; what has a code is rarer than what has none.
    const coded = recent.filter(({ code }) => code !== undefined).slice(-MOST_LINES);
    const others = recent.filter(({ code }) => code === undefined).slice(-MOST_LINES);
    this.#lines = [...coded, ...others].sort((a, b) => a.at - b.at);
  }

  #warnings(at: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const line of this.#lines) {
      if (line.level === "info" || at - line.at >= MINUTE_MS) continue;
      counts.set(line.source, (counts.get(line.source) ?? 0) + 1);
    }
    return counts;
  }

  /** Every process that has ended counts once, unless a person or a command had asked it to. */
  #countEnds(now: Look): void {
    const { store } = this.#options;
    const { processes, stopped, at } = now;
    const before = this.#looks.at(-1);
    const engine = before && endedEngine(before, now);
    if (engine !== undefined) store.addEnd(engine.role, engine.identity, at);
    for (const { role, identity, lives, hasLeft } of processes) {
      if (lives || hasLeft || stopped.includes(role) || !COUNTED.has(role)) continue;
      store.addEnd(role, identity, at);
    }
  }

  async #rememberStarts(home: string, processes: readonly ObservedProcess[]): Promise<void> {
    for (const { role, identity, lives, port } of processes) {
      if (!lives || port === undefined || !existsSync(home)) continue;
      this.#served.set(identity.pid, identity);
      if (this.#starts.get(role)?.pid === identity.pid) continue;
      const start = await startOf(identity).catch(() => undefined);
      if (start !== undefined) this.#starts.set(role, { ...start, pid: identity.pid });
    }
  }
}

/** Roles whose ends say something: a promotion that dies is settled, and a room is a person's. */
const COUNTED: ReadonlySet<string> = new Set(["current", "candidate"]);

/** What the file of the owner's beats says. @param wall milliseconds since the epoch. @returns nothing where the file is missing, stale or of another version. */
async function observeHealth(home: string, wall: number): Promise<ObservedHealth | undefined> {
  const { health: path, journal } = homePaths(home);
  const health = await readHealth(path);
  if (health === undefined || Math.abs(wall - health.at) > STALE_MS) return undefined;
  const { db, backup, queue, tasks } = health;
  const damaged = Object.entries(db).flatMap(([name, { check }]) => {
    return check === "failed" ? [name] : [];
  });
  return {
    ...{ backupAt: backup.at ?? undefined, isBackupVerified: backup.verified, damaged },
    // A process that does no jobs has no tasks, whatever was laid down.
    isBackupOff: queue !== null && !Object.hasOwn(tasks, "backup"),
    homeSince: (await stat(journal).catch(() => undefined))?.birthtimeMs,
  };
}
