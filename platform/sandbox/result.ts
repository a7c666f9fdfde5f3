import type { ProgramLimit } from "#core/calls.ts";

/** Why a program was stopped before it ended by itself. */
export type KillReason = ProgramLimit | "aborted";

export interface SandboxResult {
  /** The program's exit code, 128 + n when signal n ended it; null when it was stopped (see `killed`). */
  readonly exit: number | null;
  /** The signal that `exit` stands for; a program that itself exits with 128 + n looks the same. */
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly killed: KillReason | null;
  /** Wall-clock time in milliseconds, set-up included. */
  readonly wallMs: number;
  /** CPU time of the whole tree in milliseconds, set-up included. */
  readonly cpuMs: number;
  /** The most memory that the watchdog saw; 0 when the program ended before it looked. */
  readonly peakBytes: number;
  readonly truncated: { readonly stdout: boolean; readonly stderr: boolean };
}
