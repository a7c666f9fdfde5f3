/**
 * The limits that the kernel holds each process of a sandbox to. No process can have more than the one that starts it,
 * and the kernel refuses to set more: what is asked for is the smaller of both.
 */
import { readFileSync } from "node:fs";
import { MORE_FILES, OrgError } from "#core/errors.ts";
import type { SandboxPolicy } from "./policy.ts";

// A backstop against one process that allocates faster than the watchdog looks. Not lower: at 2 GiB and
// below Bun silently runs without its JIT, 30 to 45 times slower (measured on Bun 1.4.5).
const DATA_BYTES: number = 4 * 1024 ** 3;

/** Below it Bun does not start in the sandbox (measured: 24 for `bun -e ''`), nor would a program get far. */
const FEWEST_OPEN_FILES = 32;

export interface ProcessLimits {
  /** Here the kernel sends SIGXCPU, which says why; a program that stays is killed at the hard limit. */
  readonly cpuSeconds: number;
  readonly hardCpuSeconds: number;
  readonly fileBytes: number;
  readonly dataBytes: number;
  readonly processes: number;
  readonly openFiles: number;
}

/**
 * @param policy `processes` as the kernel counts them in this sandbox.
 * @param own `/proc/self/limits`: what this process is held to itself.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when this process may open too few files for any program.
 */
export function processLimits(
  policy: Pick<SandboxPolicy, "cpuMs" | "scratchBytes" | "processes" | "openFiles">,
  own: string = readFileSync("/proc/self/limits", "utf8"),
): ProcessLimits {
  const least = (requested: number, name: string): number =>
    Math.min(requested, hardLimit(own, name));
  const openFiles = least(policy.openFiles, "Max open files");
  if (openFiles < FEWEST_OPEN_FILES) throw tooFewFiles(openFiles);
  // Of each process; the watchdog adds up the tree. One second later, so that the watchdog is the one to say it.
  const cpuSeconds = least(Math.ceil(policy.cpuMs / 1000) + 1, "Max cpu time");
  return {
    cpuSeconds,
    hardCpuSeconds: least(cpuSeconds + 1, "Max cpu time"),
    fileBytes: least(policy.scratchBytes, "Max file size"),
    dataBytes: least(DATA_BYTES, "Max data size"),
    processes: least(policy.processes, "Max processes"),
    openFiles,
  };
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html */
function hardLimit(own: string, name: string): number {
  const line = own.split("\n").find((one) => one.startsWith(name)) ?? "";
  const [, hard = "unlimited"] = line.slice(name.length).trim().split(/\s+/);
  return hard === "unlimited" ? Number.POSITIVE_INFINITY : Number(hard);
}

/** @param limit of this process, or what the system says where it is used up. */
export function tooFewFiles(limit: number | Error): OrgError {
  return new OrgError("The sandbox could not be set up: this process may open too few files", {
    code: "SANDBOX_UNAVAILABLE",
    why:
      limit instanceof Error
        ? limit.message
        : `its limit is ${limit}, and a program needs ${FEWEST_OPEN_FILES}`,
    remedies: MORE_FILES,
    unchanged: "Nothing was run.",
  });
}
