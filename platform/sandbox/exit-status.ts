/** What an exit code says of how a program ended. */
import { constants } from "node:os";
import type { SandboxPolicy } from "./policy.ts";
import type { KillReason, SandboxResult } from "./result.ts";

/** The result of a run that was called off before it began. */
export const NEVER_STARTED: SandboxResult = {
  exit: null,
  signal: null,
  stdout: "",
  stderr: "",
  killed: "aborted",
  wallMs: 0,
  cpuMs: 0,
  peakBytes: 0,
  truncated: { stdout: false, stderr: false },
};

/**
 * The kernel's own CPU limit, which holds where the watchdog looked too late. It says so by SIGXCPU; a program that does
 * not end at that is killed without a word, and what the watchdog saw last may be less than its limit.
 */
export function killedByKernel(
  exitCode: number | undefined,
  cpuMs: number,
  policy: SandboxPolicy,
): KillReason | null {
  const signal = signalOf(exitCode);
  const isCpu = signal === "SIGXCPU" || (signal === "SIGKILL" && cpuMs >= policy.cpuMs);
  return isCpu ? "cpu" : null;
}

/** The name of the signal that an exit code stands for. */
export function signalOf(exitCode: number | undefined): string | null {
  const number = (exitCode ?? 0) - 128;
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}

const MEANINGS: Readonly<Record<string, string>> = {
  SIGXFSZ: "a file would have grown beyond the limit",
  SIGXCPU: "the limit of CPU time was spent",
  SIGKILL: "it was killed",
  SIGTERM: "it was asked to end",
  SIGSEGV: "it reached for memory that it does not have",
  SIGBUS: "memory or a mapped file was not there",
  SIGABRT: "it gave up by itself",
  SIGILL: "it met an instruction that the processor does not know",
  SIGFPE: "it divided by zero or overflowed",
  SIGSYS: "it made a system call that is not allowed",
  SIGPIPE: "its reader was gone",
};

/** An exit code in words: a number above 128 tells few people which limit or fault ended a program. */
export function exitText(exit: number | null): string {
  const signal = signalOf(exit ?? undefined);
  if (exit === null || signal === null) return `exit code ${exit}`;
  const meaning = MEANINGS[signal];
  return `exit code ${exit} (128 + ${exit - 128}, ${signal}${meaning === undefined ? "" : `: ${meaning}`})`;
}
