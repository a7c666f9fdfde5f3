/** The backups that a home has, and what is wrong with one. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { problemOfBundle } from "./bundles.ts";
import { problemOfCopy } from "./databases.ts";
import { DATABASES, differingFile, type Manifest, readManifest } from "./manifest.ts";

export interface Backup {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** When it was made, by its name, in milliseconds since the epoch. */
  readonly at: number;
}

const NAME = /^(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

/** What a backup is called that was begun at a time, in milliseconds since the epoch: to the second. */
export function backupName(at: number): string {
  return new Date(at)
    .toISOString()
    .replaceAll(":", "")
    .replace(/\.\d+Z$/, "Z");
}

/** The newest first. Whatever else lies in the folder is none. @param folder of the backups. */
export async function listBackups(folder: string): Promise<readonly Backup[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  return names
    .flatMap((name) => {
      const [, date, hours, minutes, seconds] = NAME.exec(name) ?? [];
      const at = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
      return Number.isNaN(at) ? [] : [{ name, folder: join(folder, name), at }];
    })
    .sort((a, b) => b.at - a.at);
}

/** @throws {OrgError} `INPUT_MISSING` when there is none of this name. */
export async function findBackup(folder: string, name: string): Promise<Backup> {
  const all = await listBackups(folder);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  const near = nearestNames(name, names);
  throw new OrgError(`There is no backup "${name.slice(0, 80)}"`, {
    code: "INPUT_MISSING",
    why:
      names.length === 0
        ? "this home has none"
        : `there is ${(near.length > 0 ? near : names).join(", ")}`,
    remedies: ["org backup list", "org backup now"],
    unchanged: "Nothing was changed.",
  });
}

/**
 * Looks through a backup as a restore would: each byte by its sum, each database by SQLite, each bundle by taking it apart.
 *
 * @returns its manifest.
 * @throws {OrgError} `BACKUP_DAMAGED`; the error names the newest backup that is whole.
 */
export async function verifyBackup(backup: Backup, all: readonly Backup[]): Promise<Manifest> {
  const found = await problemOf(backup);
  if ("manifest" in found) return found.manifest;
  const whole = await newestWhole(all.filter(({ name }) => name !== backup.name));
  throw new OrgError(`${found.file} ${found.problem}`, {
    code: "BACKUP_DAMAGED",
    why: `The backup ${backup.name} has changed since it was made.`,
    remedies:
      whole === undefined
        ? ["org backup now   # while the home is well"]
        : [`org backup restore ${whole.name}`],
    unchanged: `Nothing was restored; ${
      whole === undefined
        ? "there is no intact backup"
        : `${whole.name} is the newest intact backup`
    }.`,
  });
}

const CHANGED = "differs from its manifest (sha256)";

async function problemOf({
  folder,
}: Backup): Promise<
  { readonly manifest: Manifest } | { readonly file: string; readonly problem: string }
> {
  const read = await readManifest(folder);
  if ("damaged" in read) return { file: read.damaged, problem: CHANGED };
  const { manifest } = read;
  const file = await differingFile(folder, manifest);
  if (file !== undefined) return { file, problem: CHANGED };
  const broken = await contentProblem(folder, manifest);
  return broken === undefined
    ? { manifest }
    : { file: broken.file, problem: `cannot be restored: ${broken.problem}` };
}

/** What is wrong with what the files say, whatever their sums are. */
export async function contentProblem(
  folder: string,
  { databases, repositories }: Pick<Manifest, "databases" | "repositories">,
): Promise<{ readonly file: string; readonly problem: string } | undefined> {
  for (const database of databases) {
    const problem = problemOfCopy(join(folder, DATABASES, database.file), database);
    if (problem !== undefined) return { file: `${DATABASES}/${database.file}`, problem };
  }
  for (const repository of repositories) {
    const problem = await problemOfBundle(folder, repository);
    if (problem !== undefined) return { file: `${repository.name}.bundle`, problem };
  }
  return undefined;
}

/** @param all the newest first. */
export async function newestWhole(all: readonly Backup[]): Promise<Backup | undefined> {
  for (const backup of all) if ("manifest" in (await problemOf(backup))) return backup;
  return undefined;
}
