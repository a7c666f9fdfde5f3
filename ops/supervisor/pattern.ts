/** What a pattern is, what it finds, and what a fix is. */
import type { Observation } from "./observation.ts";

/** Everything that the supervisor can do: no fix takes a command or a path as text. */
export const FIX_NAMES = [
  "start-serving",
  "restart-generation",
  "break-loop",
  "open-breaker",
  "halve-engine",
  "free-space",
  "checkpoint",
  "restart-workers",
  "free-port",
  "settle-promotion",
  "prune-worktrees",
  "run-backup",
  "restart-idle",
  "sample-log",
  "restore-damaged",
  "pause-kind",
  "end-burst",
] as const;

export type FixName = (typeof FIX_NAMES)[number];

/** What is not as it should be. */
export interface Finding {
  /** Id of the pattern. */
  readonly pattern: string;
  /** What it is about: a role, a log, a kind of jobs, or "home". With the pattern it names one finding. */
  readonly subject: string;
  /** For a person, with the numbers. */
  readonly why: string;
  /** Only a person can do something about it. */
  readonly isForPerson?: boolean;
}

export interface Pattern {
  readonly id: string;
  /** Judges by nothing but its argument. @returns one finding for each subject. */
  readonly detect: (observation: Observation) => readonly Finding[];
  /** Absent: a person is told. */
  readonly fix?: FixName | undefined;
  /**
   * Whether its fix may be applied without an approval, where the settings allow that; `"always"`: also where they say
   * `propose`, for it ends nothing but what the home does by itself.
   */
  readonly auto: boolean | "always";
}

/** What a fix has done, as its revert needs it: stored on disk. */
export type Done = Readonly<Record<string, string | number | boolean>>;

export interface Fix {
  readonly name: FixName;
  /** The role that it starts anew; such fixes are bounded by `restartPlan`. */
  readonly restarts?: ((finding: Finding) => string) | undefined;
  /** Longest time until its effect can be seen, in milliseconds. @default 30,000 */
  readonly verifyMs?: number | undefined;
  /**
   * May be called again after a crash in the middle of it.
   *
   * @throws what keeps it from being applied; nothing is verified then.
   */
  readonly apply: (finding: Finding, signal: AbortSignal) => Promise<Done>;
  /**
   * Whether what was found is mended; asked again at every look.
   *
   * @param done what {@link apply} gave; absent where a crash cut it off.
   */
  readonly verify: (finding: Finding, done?: Done) => Promise<boolean>;
  readonly undo?: ((done: Done) => Promise<void>) | undefined;
}

/** How long a fix may take until its effect is seen, in milliseconds. */
export const VERIFY_MS = 30_000;
