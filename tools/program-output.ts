/** How a program's run reads to a model. */
import { PROGRAM_LIMITS } from "#core/calls.ts";
import { exitText } from "#platform/sandbox/exit-status.ts";
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { KillReason, SandboxResult } from "#platform/sandbox/result.ts";
import type { CleanText, ToolOutput } from "./tool.ts";

/** Longest output that a model reads, in characters: about 4,000 tokens, a small model's patience. */
const MAX_CHARACTERS = 16_384;
/** What a model reads of a good run that printed nothing. */
export const NO_OUTPUT = "(no output)";
/** Of these, what stderr may take: errors matter, and their end matters most. */
const MAX_STDERR_CHARACTERS = 4096;

/**
 * Renders a run: stdout, stderr, and how it ended where that was not well. Only exit code 0 counts as success.
 *
 * @param clean takes out what may not be shown, before anything is cut.
 */
export async function programOutput(
  result: SandboxResult,
  policy: SandboxPolicy,
  clean: CleanText = (text) => text,
): Promise<ToolOutput> {
  const stderr = headAndTail((await clean(result.stderr)).trimEnd(), MAX_STDERR_CHARACTERS);
  const stdout = headAndTail(
    (await clean(result.stdout)).trimEnd(),
    MAX_CHARACTERS - stderr.length,
  );
  const errorPart = stderr === "" ? "" : `[stderr]\n${stderr}`;
  const parts = [stdout, errorPart, hint(stderr, policy), ending(result, policy)];
  const output = parts.filter((part) => part !== "").join("\n");
  return {
    ok: result.exit === 0,
    output: output === "" ? NO_OUTPUT : output,
    ...(result.exit === null ? {} : { exit: result.exit }),
    ...limitMet(result.killed),
  };
}

/** The limit that ended a program, for those who count; a cancellation is none. */
export function limitMet(why: string | null): Pick<ToolOutput, "killed"> {
  const killed = PROGRAM_LIMITS.find((limit) => limit === why);
  return killed === undefined ? {} : { killed };
}

/**
 * Keeps the beginning and the end of a long text, half each, and says how much is missing between.
 *
 * @param limit longest result, in characters, not counting the line that says so.
 */
export function headAndTail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  // `toWellFormed` mends a character that the cut went through.
  const head = text.slice(0, half).toWellFormed();
  const tail = text.slice(text.length - half).toWellFormed();
  const omitted = text.length - 2 * half;
  return `${head}\n[… ${omitted.toLocaleString("en")} characters left out …]\n${tail}`;
}

/** Of a policy without a folder to write to, whose programs never add to the disk. */
const NO_DISK = { maxBytes: 0, maxFiles: 0 };

function ending(result: SandboxResult, policy: SandboxPolicy): string {
  if (result.killed !== null) return `[stopped: ${reason(result.killed, policy)}]`;
  if (result.signal !== null) return `[${exitText(result.exit)}]`;
  // Behind a good result a small model reads it as a part of that result.
  if (result.exit === 0) return "";
  const silent = result.stdout.trim() === "" && result.stderr.trim() === "";
  return `[exit code ${result.exit}${silent ? ", no output" : ""}]`;
}

// Most of what is shown is read-only, and where the kernel makes no layer the user's files are, too.
function hint(stderr: string, { folder, writable = [] }: SandboxPolicy): string {
  const isRefused = folder !== undefined && stderr.includes("Read-only file system");
  if (!isRefused) return "";
  const writablePaths = writable.map(({ to }) => `${to} and `).join("");
  return `[that folder cannot be written; ${writablePaths}$TMPDIR can]`;
}

function reason(killed: KillReason, policy: SandboxPolicy): string {
  switch (killed) {
    case "wall":
      return `the time limit of ${seconds(policy.wallMs)} was reached`;
    case "cpu":
      return `it used more than ${seconds(policy.cpuMs)} of CPU time`;
    case "memory":
      return `it used more than ${mebibytes(policy.memoryBytes)} of memory`;
    case "output":
      return `it printed more than ${mebibytes(Math.min(...Object.values(policy.outputBytes)))}`;
    case "processes":
      return `it had more than ${policy.processes} processes`;
    case "disk": {
      const [{ maxBytes, maxFiles } = NO_DISK] = policy.writable ?? [];
      return `it added more than ${mebibytes(maxBytes)} or ${maxFiles.toLocaleString("en")} files, or filled the disk; what it wrote is kept`;
    }
    case "aborted":
      return "the user cancelled it";
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MiB`;
}
