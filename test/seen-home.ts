/** Observations of a home that is well, to be changed by tests in the one thing that they are about. */
import type {
  Look,
  Observation,
  ObservedLine,
  ObservedProcess,
} from "#ops/supervisor/observation.ts";

const BOOT = "boot";
const MEBIBYTE = 1024 ** 2;

export function process(role: string, given: Partial<ObservedProcess> = {}): ObservedProcess {
  const pid = role === "current" ? 100 : 200;
  return {
    ...{ role, identity: { pid, startTime: 1, boot: BOOT }, lives: true, hasLeft: false },
    ...(role === "current"
      ? { port: 7001, health: "ok", ready: "ready", rss: 200 * MEBIBYTE }
      : {}),
    ...given,
  };
}

/** @param at milliseconds since the boot. */
export function look(at: number, given: Partial<Look> = {}): Look {
  return {
    ...{ at, wall: 1_800_000_000_000 + at, isLate: false, processes: [process("current")] },
    ...{ stopped: [], isSocketDead: false, disk: { free: 1e11, total: 1e12 } },
    ...{
      wals: [{ name: "journal.sqlite-wal", bytes: 4 * MEBIBYTE }],
      questions: [],
      isBackingUp: false,
    },
    queue: { queued: 0, oldestMs: 0, workers: 1, busy: 0, unsettledMs: 0 },
    ...{ paused: [], worktrees: [], health: { damaged: [], isBackupVerified: true }, oomKills: 0 },
    ...given,
  };
}

export function line(at: number, given: Partial<ObservedLine> = {}): ObservedLine {
  return { at, source: "current", level: "info", pid: 100, ...given };
}

/** @param looks the newest last. */
export function seen(looks: readonly Look[], given: Partial<Observation> = {}): Observation {
  return {
    looks,
    minutes: looks,
    lines: [],
    warnings: new Map(),
    unread: new Set(),
    ends: [],
    ...given,
  };
}

/** So many looks, five seconds apart, that all show the same. */
export function looks(count: number, given: Partial<Look> = {}, stepMs = 5000): readonly Look[] {
  return Array.from({ length: count }, (_one, index) => look(1e8 + index * stepMs, given));
}

/** So many looks at a process that gives no answer. @param queuedMs how long no processor was free for it, from one to the next. */
export function starved(count: number, queuedMs: number): readonly Look[] {
  return Array.from({ length: count }, (_one, index) => {
    const about = { health: "silent", ready: undefined, queuedMs: index * queuedMs } as const;
    return look(1e8 + index * 5000, { processes: [process("current", about)] });
  });
}
