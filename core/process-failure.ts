/** The error of a process that failed: one module and one shape, built from facts. */
import { OrgError } from "./errors.ts";

/** How a process ended, and what it was allowed. */
export interface ProcessEnd {
  readonly exitCode: number;
  /** That ended it, such as "SIGKILL"; null when it ended by itself. */
  readonly signal: string | number | null;
  readonly stderr: string;
  /** How long it ran, in milliseconds. */
  readonly ms: number;
  /** How much it wrote to its standard output, in bytes. */
  readonly bytes: number;
  /** Longest life in milliseconds. */
  readonly timeoutMs: number;
  /** Most bytes of output. */
  readonly maxBytes: number;
}

/** Longest command and longest reason in an error, in characters. */
const LONGEST_COMMAND = 200;
const LONGEST_REASON = 1000;

/** Failures for too much output. */
const longest = new WeakSet<Error>();

/** Whether a program failed for nothing but what it wrote: more than it was allowed. */
export function wroteTooMuch(error: unknown): error is OrgError {
  return error instanceof OrgError && longest.has(error);
}

/** @returns `PROCESS_FAILED`, with the limit that was met and the option that raises it where it was one. */
export function processFailed(command: readonly string[], end: ProcessEnd): OrgError {
  const argv = command.map((word) => (/^[\w./:=@^-]+$/.test(word) ? word : JSON.stringify(word)));
  const { how, why, remedy } = account(end);
  const error = new OrgError(`"${argv.join(" ").slice(0, LONGEST_COMMAND)}" ${how}`, {
    code: "PROCESS_FAILED",
    why: why.trim().slice(0, LONGEST_REASON) || "It gave no reason.",
    remedies: [remedy],
  });
  if (isTooMuch(end)) longest.add(error);
  return error;
}

/** Before the time: a process that writes without end may meet both. */
function isTooMuch({ signal, bytes, maxBytes }: ProcessEnd): boolean {
  return bytes > maxBytes || (signal !== null && bytes === maxBytes);
}

/** Patterns of a program's stderr, and what usually helps. Git names no reason where the file of a reference is cut off. */
const REMEDIES: readonly (readonly [said: RegExp, remedy: string])[] = [
  [
    /No space left on device|Out of diskspace|couldn't write '/,
    "free some space; `df -h` shows where it is missing",
  ],
  [/Disk quota exceeded/, "free some space; your disk quota is used up"],
  [/Read-only file system/, "use a folder on a file system that is mounted writable"],
];

function remedyFor(stderr: string): string {
  const match = REMEDIES.find(([pattern]) => pattern.test(stderr));
  return match?.[1] ?? "run the same command in the same folder to see more";
}

function account(end: ProcessEnd): { readonly how: string; why: string; remedy: string } {
  const { exitCode, signal, stderr, ms, bytes, timeoutMs, maxBytes } = end;
  if (isTooMuch(end)) {
    const why = `It had written ${bytes} bytes when it was ended; the option maxBytes raises the limit.`;
    const remedy = "ask for less at once";
    return { how: `wrote more than ${maxBytes} bytes`, why, remedy };
  }
  if (signal === null) {
    return { how: `failed with exit code ${exitCode}`, why: stderr, remedy: remedyFor(stderr) };
  }
  if (ms >= timeoutMs) {
    const why = `It was ended after ${Math.round(ms)} ms; the option timeoutMs raises the limit. ${stderr}`;
    return { how: `timed out after ${timeoutMs} ms`, why, remedy: "run it on a less busy machine" };
  }
  const why = `Another process ended it after ${Math.round(ms)} ms, or the system did for want of memory. ${stderr}`;
  return { how: `was killed with ${signal}`, why, remedy: "look at dmesg, then try it again" };
}
