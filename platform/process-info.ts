/** Who a process is, so that a process id written down earlier can still be trusted. Linux only. */
import { readFile } from "node:fs/promises";

export interface ProcessInfo {
  readonly pid: number;
  /** Clock ticks between the boot of the machine and the start of the process. */
  readonly startTime: number;
  /** One letter of the kernel: R runs, S sleeps, T was stopped, Z ended but was not collected, ... */
  readonly state: string;
}

/**
 * What the kernel knows about a process, or `undefined` when there is none with this id.
 *
 * A process that ended and was not collected by its parent counts as gone: it holds nothing any more. One of which a
 * thread is still ending does not: it has its ports and files until the last one is over, seconds where much memory
 * is given back.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export async function readProcessInfo(pid: number): Promise<ProcessInfo | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  const info = stat === undefined ? undefined : parseStat(pid, stat);
  if (stat === undefined || info === undefined) return undefined;
  return "ZX".includes(info.state) && threadsIn(stat) <= 1 ? undefined : info;
}

/** Changes at every boot; without it an id and a start time could repeat after a restart. */
export async function readBootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

/** Reads one line of `/proc/PID/stat`; exported for its test. */
export function parseStat(pid: number, stat: string): ProcessInfo | undefined {
  const fields = fieldsOf(stat);
  const state = fields[0];
  const startTime = Number(fields[19]); // field 22; the first of `fields` is field 3
  if (!state || !Number.isSafeInteger(startTime)) return undefined;
  return { pid, startTime, state };
}

function threadsIn(stat: string): number {
  return Number(fieldsOf(stat)[17]); // field 20
}

function fieldsOf(stat: string): readonly string[] {
  // Field 2 is the program's name in parentheses; the name itself may contain spaces and parentheses,
  // so counting starts behind the last one.
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}
