/** The files of logs: which there are, which are to go, and how one makes room for the next. */
import { randomBytes } from "node:crypto";
import { renameSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errnoOf } from "../files.ts";

export interface LogFile {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
}

/** One log: what is being written, and what was before. */
export interface LogFamily {
  /** Its path, whether something is there or not. */
  readonly path: string;
  readonly active: LogFile | undefined;
  /** Oldest first. */
  readonly rotated: readonly LogFile[];
}

/** How many rotated files of a log stay. */
export const MAX_ROTATED_FILES = 5;

// The time in front sorts; what is random behind it keeps two processes that rotate at once apart.
const ROTATED = /^(.+)\.(\d{8}T\d{9}Z-[0-9a-f]{8})(\.ndjson|\.log)$/;
const ACTIVE = /\.(?:ndjson|log)$/;

/** All logs of a folder, by name; a folder that is not there has none. */
export async function logFamilies(folder: string): Promise<readonly LogFamily[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  });
  const files = names.sort().flatMap((name) => {
    const [, base, , ending] = ROTATED.exec(name) ?? [];
    if (base !== undefined) return [{ name, family: `${base}${ending}` }];
    return ACTIVE.test(name) ? [{ name, family: name }] : [];
  });
  const families = [...Map.groupBy(files, ({ family }) => family)];
  return await Promise.all(
    families.map(async ([family, members]) => {
      const found = await Promise.all(members.map(({ name }) => fileAt(join(folder, name))));
      const all = found.filter((file) => file !== undefined);
      const path = join(folder, family);
      const active = all.find((file) => file.path === path);
      return { path, active, rotated: all.filter((file) => file !== active) };
    }),
  );
}

async function fileAt(path: string): Promise<LogFile | undefined> {
  // The process that rotates meanwhile takes it away.
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() === true ? { path, bytes: info.size } : undefined;
}

/** What is to be done with the logs of a folder. */
export interface RotationPlan {
  /** They make room for an empty one, and stay under another name. */
  readonly rotate: readonly LogFile[];
  /** Gone for good. */
  readonly remove: readonly LogFile[];
}

/** @param keep how many rotated files of each log stay, those that are rotated now included. */
export function planRotation(families: readonly LogFamily[], keep: number): RotationPlan {
  const rotate = families.flatMap(({ active }) =>
    active === undefined || active.bytes === 0 ? [] : [active],
  );
  const remove = families.flatMap(({ active, rotated }) => {
    const added = active !== undefined && rotate.includes(active) ? 1 : 0;
    // What is rotated now may still be written to, so it stays whatever the number is.
    return rotated.slice(0, Math.max(0, rotated.length + added - Math.max(keep, added)));
  });
  return { rotate, remove };
}

/**
 * Makes room at the path of a log: the file gets a name that nothing has. A process that has it open goes on writing into
 * it until it looks at the path again, so no line is lost.
 *
 * @returns the new path, or `undefined` when there was no file.
 * @see https://man7.org/linux/man-pages/man2/rename.2.html
 */
export function rotateFile(path: string, nowMs: number = nextMs()): string | undefined {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:.]/g, "");
  const at = path.lastIndexOf(".");
  const id = `${time}-${randomBytes(4).toString("hex")}`;
  const rotated = `${path.slice(0, at)}.${id}${path.slice(at)}`;
  try {
    renameSync(path, rotated);
    return rotated;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

let lastMs = 0;

/** The time, and a later one for every rotation: the names must sort. */
function nextMs(): number {
  lastMs = Math.max(Date.now(), lastMs + 1);
  return lastMs;
}

/** Removes the oldest rotated files of one log until only so many are left. */
export async function trimLog(path: string, keep: number = MAX_ROTATED_FILES): Promise<void> {
  const families = await logFamilies(dirname(path));
  // What is written now stays what it is.
  const own = families.filter((one) => one.path === path);
  const old = own.map((family) => ({ ...family, active: undefined }));
  for (const file of planRotation(old, keep).remove) removeLog(file);
}

/** Takes a file away that may be gone already. */
export function removeLog({ path }: LogFile): void {
  rmSync(path, { force: true });
}
