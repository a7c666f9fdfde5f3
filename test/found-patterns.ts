/** What the patterns of the supervisor find, and the things that they look for. */
import type {
  Look,
  Observation,
  ObservedLine,
  ObservedProcess,
} from "#ops/supervisor/observation.ts";
import { PATTERNS } from "#ops/supervisor/patterns/all.ts";
import { line, look, process } from "./seen-home.ts";

export const MINUTE = 60_000;
export const HOUR: number = 60 * MINUTE;
export const GIBIBYTE: number = 1024 ** 3;
/** Larger than it may grow. */
export const WAL: Look["wals"][number] = { name: "journal.sqlite-wal", bytes: 65 * 1024 ** 2 };
/** A process that has ended without being asked to. */
export const dead = (given: Partial<ObservedProcess> = {}): ObservedProcess =>
  process("current", { lives: false, health: undefined, ...given });

/** An engine that has nearly all of the memory that it may have. */
export const full = (given: Partial<ObservedProcess> = {}): ObservedProcess =>
  process("engine", { memoryShare: 0.96, ...given });

/** A burst that lives. @param beat its last sign of life. */
export const burst = (
  beat: number | undefined,
  given: Partial<ObservedProcess> = {},
): ObservedProcess => process("autonomy", { beat, ...given });

/** @returns what the patterns find, as "pattern subject". */
export function found(observation: Observation): readonly string[] {
  return PATTERNS.flatMap(({ detect }) => detect(observation)).map(
    ({ pattern, subject }) => `${pattern} ${subject}`,
  );
}

/** The newest look, in milliseconds since the boot. */
export const at = 1e8;
/** Lines that all say the same, the newest first. */
export const many = (
  count: number,
  given: Parameters<typeof line>[1],
  stepMs = 1000,
): readonly ObservedLine[] =>
  Array.from({ length: count }, (_one, index) => line(at - index * stepMs, given));
/** @param figures of memory in bytes, one an hour. */
export const hours = (figures: readonly number[], given: Partial<Look> = {}): readonly Look[] =>
  figures.flatMap((rss, hour) =>
    [0, 20, 40].map((minute) =>
      look(at + hour * HOUR + minute * MINUTE, {
        processes: [process("current", { rss })],
        ...given,
      }),
    ),
  );

/** @param gibibytes of memory of the process that serves, one figure a look. */
export const growing = (gibibytes: readonly number[], given: Partial<Look> = {}): readonly Look[] =>
  gibibytes.map((figure, index) =>
    look(at + index * 5000, {
      processes: [process("current", { rss: figure * GIBIBYTE })],
      ...given,
    }),
  );

export const QUEUE: NonNullable<Look["queue"]> = {
  queued: 3,
  workers: 2,
  busy: 1,
  oldestMs: 0,
  unsettledMs: 0,
};
export const TREE: Look["worktrees"][number] = {
  folder: "/h/.org/worktrees/a",
  branch: "cand/1",
  isMissing: false,
  isGone: false,
  isDirty: false,
};

/** A home so many hours old that was never backed up, at the time of {@link at}. */
export const withoutBackup = (hours: number): NonNullable<Look["health"]> => ({
  ...{ damaged: [], isBackupVerified: false },
  homeSince: look(at).wall - hours * HOUR,
});
