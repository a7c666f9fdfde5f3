/** Reads the kernel's files about processes, cheaply: the watchdog does it forty times a second. */
import { readdirSync, readFileSync, statfsSync } from "node:fs";

/** Clock ticks a second in `/proc`; fixed by the kernel's interface, whatever the kernel's own clock does. */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** What one process uses. */
export interface ProcessUsage {
  /** Process id inside the sandbox. */
  readonly pid: number;
  readonly running: boolean;
  /** CPU time in milliseconds of itself and of all children that it has waited for. */
  readonly cpuMs: number;
  readonly threads: number;
  /** Private memory in bytes: pages, swap and page tables. Pages shared since a fork count in each process. */
  readonly privateBytes: number;
  /** The part of `privateBytes` that a fork never shares, and that proportional counts leave out. */
  readonly unsharedBytes: number;
  /** Shared memory in bytes that it has mapped. */
  readonly sharedBytes: number;
}

/** @param folder a process's folder in a `/proc`. Undefined when the process is gone. */
export function readProcess(folder: string, pid: number): ProcessUsage | undefined {
  const stat = readText(`${folder}/stat`);
  const status = readText(`${folder}/status`);
  if (stat === undefined || status === undefined) return undefined;
  // The name, second in the line, may hold anything; behind its closing parenthesis come state and numbers.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const sumOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + kibibytes(status, name), 0);
  const unsharedBytes = sumOf(["VmPTE", "HugetlbPages"]);
  return {
    pid,
    running: fields[0] === "R",
    cpuMs: (ticks * 1000) / TICKS_PER_SECOND,
    threads: Number(fields[17] ?? 1),
    privateBytes: sumOf(["RssAnon", "VmSwap"]) + unsharedBytes,
    unsharedBytes,
    sharedBytes: kibibytes(status, "RssShmem"),
  };
}

/**
 * The memory of a process in bytes with shared pages divided by those who share them: exact, but the
 * kernel walks all its page tables for it. Undefined when the process is gone.
 */
export function readProportionalBytes(folder: string): number | undefined {
  const rollup = readText(`${folder}/smaps_rollup`);
  if (rollup === undefined) return undefined;
  return ["Pss_Anon", "Pss_Shmem", "SwapPss"].reduce(
    (sum, name) => sum + kibibytes(rollup, name),
    0,
  );
}

/** Ids of the processes in a `/proc`. Undefined when it cannot be read. */
export function listProcesses(proc: string): number[] | undefined {
  try {
    return readdirSync(proc)
      .map(Number)
      .filter((pid) => pid > 0);
  } catch {
    return undefined;
  }
}

/** Bytes that a tmpfs holds, its inodes included, which its size limit leaves out. */
export function readTmpfsBytes(folder: string): number {
  // An inode of tmpfs and its directory entry, measured on Linux 6.18: 0.9 KiB.
  const INODE_BYTES = 1 * KIB;
  try {
    const { blocks, bfree, bsize, files, ffree } = statfsSync(folder);
    return (blocks - bfree) * bsize + (files - ffree) * INODE_BYTES;
  } catch {
    return 0;
  }
}

export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function kibibytes(text: string, name: string): number {
  const at = text.indexOf(`${name}:`);
  return at < 0 ? 0 : Number.parseInt(text.slice(at + name.length + 1), 10) * KIB;
}
