/** What the system tells of itself and of processes; Linux only. */
import { readdir, readFile, readlink, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { TEMPORARY } from "../../backup/make-backup.ts";
import type { Look } from "../observation.ts";

/** A clock that no user sets, and what the machine believes. */
export async function systemClock(): Promise<{ readonly at: number; readonly wall: number }> {
  const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  return { at: Math.round(uptime * 1000), wall: Date.now() };
}

const PAGE_BYTES = 4096;

/** Resident memory of a process in bytes; `undefined` when it is gone. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/statm`, "utf8").catch(() => undefined);
  const pages = Number(text?.split(" ")[1]);
  return Number.isSafeInteger(pages) ? pages * PAGE_BYTES : undefined;
}

/**
 * How long the first thread of a process, which runs its event loop, was ready to run while no processor was free, in
 * milliseconds; `undefined` when it is gone, or where the kernel does not tell.
 *
 * @see https://docs.kernel.org/scheduler/sched-stats.html
 */
export async function queuedMs(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/schedstat`, "utf8").catch(() => undefined);
  const nanoseconds = Number(text?.split(" ")[1]);
  return Number.isFinite(nanoseconds) ? nanoseconds / 1e6 : undefined;
}

/** How many processes were killed for want of memory since the boot. */
export async function oomKills(): Promise<number> {
  const text = await readFile("/proc/vmstat", "utf8").catch(() => "");
  return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
}

export async function diskOf(folder: string): Promise<Look["disk"]> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

/** What was last written to so long ago was left by a backup that was killed, in milliseconds. */
const BACKUP_MS = 10 * 60_000;

/** @param folder of the backups. @returns whether one is being written. */
export async function isBackingUp(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const times = await Promise.all(
    names
      .filter((name) => name.startsWith(TEMPORARY))
      .map(async (name) => (await stat(join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0),
  );
  return times.some((time) => Date.now() - time < BACKUP_MS);
}

/** Logs of databases in a folder. */
export async function walsIn(folder: string): Promise<Look["wals"]> {
  const names = await readdir(folder).catch(() => []);
  const wals = await Promise.all(
    names
      .filter((name) => name.endsWith(".sqlite-wal"))
      .map(async (name) => {
        const found = await stat(join(folder, name)).catch(() => undefined);
        return found === undefined ? [] : [{ name, bytes: found.size }];
      }),
  );
  return wals.flat();
}

/** A process of this user that listens on a port. */
export interface PortHolder {
  readonly pid: number;
  /** As the program calls itself. */
  readonly name: string;
}

const LISTENS = "0A";

/** Who listens on a TCP port of this machine, if it is a process of this user; `"unknown"` if it is another's. */
export async function portHolder(port: number): Promise<PortHolder | "unknown" | undefined> {
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  const hexPort = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = tables
    .flatMap((table) => table.split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${hexPort}`) === true && fields[3] === LISTENS)
    .flatMap((fields) => fields[9] ?? []);
  if (inodes.length === 0) return undefined;
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (await holds(pid, sockets)) {
      const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
      return { pid: Number(pid), name: name.trim() };
    }
  }
  return "unknown";
}

async function holds(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const name of await readdir(folder).catch(() => [])) {
    const link = await readlink(join(folder, name)).catch(() => "");
    if (sockets.has(link)) return true;
  }
  return false;
}
