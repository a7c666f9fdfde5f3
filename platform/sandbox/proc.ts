/** Reads the kernel's files about processes, cheaply: the watchdog does it forty times a second. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statfsSync } from "node:fs";

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
  const status = readMemoryStatus(folder);
  if (stat === undefined || status === undefined) return undefined;
  const fields = fieldsOf(stat);
  const sumOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + kibibytes(status, name), 0);
  const unsharedBytes = sumOf(["VmPTE", "HugetlbPages"]);
  return {
    pid,
    running: fields[0] === "R",
    cpuMs: millisecondsOf(fields.slice(11, 15)),
    threads: Number(fields[17] ?? 1),
    privateBytes: sumOf(["RssAnon", "VmSwap"]) + unsharedBytes,
    unsharedBytes,
    sharedBytes: kibibytes(status, "RssShmem"),
  };
}

/** CPU time in milliseconds of all children that a process has waited for, without its own. */
export function readChildrenMs(folder: string): number {
  const stat = readText(`${folder}/stat`);
  return stat === undefined ? 0 : millisecondsOf(fieldsOf(stat).slice(13, 15));
}

/** State and numbers of a `stat`: the name before them, in parentheses, may hold anything. */
export function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function millisecondsOf(ticks: readonly string[]): number {
  return (ticks.reduce((sum, field) => sum + Number(field), 0) * 1000) / TICKS_PER_SECOND;
}

// A first thread that has ended shows no memory any more, whatever its process goes on to fill.
function readMemoryStatus(folder: string): string | undefined {
  const status = readText(`${folder}/status`);
  if (status === undefined || hasMemory(status)) return status;
  const threads = listProcesses(`${folder}/task`) ?? [];
  const others = threads.map((thread) => readText(`${folder}/task/${thread}/status`));
  return others.find((other) => other !== undefined && hasMemory(other)) ?? status;
}

function hasMemory(status: string): boolean {
  return kibibytes(status, "RssAnon") > 0;
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

/**
 * How many locks on files the processes of a `/proc` hold, counted up to `most` and a few more: the kernel
 * writes each line with some effort.
 */
export function readLockCount(path: string, most: number): number {
  const LONGEST_LINE = 64;
  const buffer = Buffer.alloc((most + 1) * LONGEST_LINE);
  let length = 0;
  try {
    const file = openSync(path, "r");
    try {
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(file, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return 0;
  }
  return buffer.toString("latin1", 0, length).split("\n").length - 1;
}

// From the start of a line: the first line is the name of the process, which it chooses itself.
function kibibytes(text: string, name: string): number {
  const at = text.indexOf(`\n${name}:`);
  return at < 0 ? 0 : Number.parseInt(text.slice(at + name.length + 2), 10) * KIB;
}
