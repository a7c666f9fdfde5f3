/** Makes a backup of a home: written aside, restored once to see that it can be, and only then given its name. */
import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { OrgError } from "#core/errors.ts";
import { findDatabases } from "#home/databases.ts";
import { homePaths } from "#home/home-paths.ts";
import { copyRegularFile, errnoOf, fileFailed, syncFolder } from "#platform/files.ts";
import { lockPromoter } from "../release/promoter-lock.ts";
import { repositoriesOf, writeBundle } from "./bundles.ts";
import { copyDatabase } from "./databases.ts";
import { type Backup, backupName, contentProblem, listBackups } from "./list-backups.ts";
import {
  differingFile,
  FILES,
  filesIn,
  type Manifest,
  manifestFiles,
  readManifest,
  type StoredDatabase,
  type StoredRepository,
  storedFiles,
} from "./manifest.ts";
import { retainedBackups } from "./retention.ts";

/** Files that the owner of the home has locked, and does not write to for the moment. */
interface FrozenPaths {
  readonly paths: readonly string[];
  /** Whether that was so from the beginning until now. */
  readonly isWhole: () => Promise<boolean>;
}

export interface BackupOptions {
  /** ORG_HOME */
  readonly home: string;
  /** Freezes what is locked; called once, and disposed of when the databases are copied. */
  readonly freeze: () => Promise<FrozenPaths & AsyncDisposable>;
  /** Version of org. */
  readonly program: string;
  /** Name of one that stays, however old it is. @default none */
  readonly spared?: string | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Told before each step; for tests, which end the process there. */
  readonly onStep?: ((step: string) => void | Promise<void>) | undefined;
}

export interface MadeBackup extends Backup {
  readonly manifest: Manifest;
  /** Names of older ones that were deleted. */
  readonly deleted: readonly string[];
}

/** Begins the name of the folder of a backup that is being written. */
export const TEMPORARY = ".tmp-";
/** Begins the name of the folder that a restore prepares. */
export const STAGING = ".restore-";
/** What a person, or the gate, keeps in files; relative to ORG_HOME. No keys: see docs/heartbeat.md. */
export const USER_FILES: readonly string[] = [
  ...["org.config", "personas", "workflows", ".org/gate/hidden", ".org/gate/allowed_signers"],
  ...[".org/state/disabled-tools", ".org/state/current/profiles.json"],
];
/** How often it is begun anew when a database had to be written to meanwhile. */
const TRIES = 3;

/**
 * @throws {OrgError} `LOCK_HELD` while another backup or a restore is under way; `FILE_FAILED` when the disk is full,
 *   `JOURNAL_CORRUPT`, `PROCESS_FAILED`: then there is no new backup, and all others are as they were.
 */
export async function makeBackup(options: BackupOptions): Promise<MadeBackup> {
  const { home, now = Date.now } = options;
  const { backups } = homePaths(home);
  await mkdir(backups, { recursive: true, mode: 0o700 });
  using _ = lockBackups(backups);
  await removeUnfinished(home);
  const at = await freeName(backups, now);
  const folder = join(backups, `${TEMPORARY}${backupName(at)}`);
  const step = options.onStep ?? (() => undefined);
  try {
    await mkdir(folder, { mode: 0o700 });
    const manifest = await fill(folder, at, options);
    await step("rename");
    const final = join(backups, backupName(at));
    await rename(folder, final);
    await syncFolder(backups);
    const deleted = await deleteBehind(backups, backupName(at), options);
    return { name: backupName(at), folder: final, at, manifest, deleted };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error instanceof OrgError || errnoOf(error) === "" ? error : noBackup(folder, error);
  }
}

/** @throws {OrgError} `FILE_FAILED`, which says that the new one was made. */
async function deleteBehind(
  backups: string,
  name: string,
  { spared, onStep }: BackupOptions,
): Promise<readonly string[]> {
  try {
    await onStep?.("delete");
    return await deleteOld(backups, new Set([name, spared]));
  } catch (error) {
    if (errnoOf(error) === "") throw error;
    throw noBackup(backups, error, `The backup ${name} was made; older ones could not be deleted.`);
  }
}

/** One process at a time makes backups or restores one. @throws {OrgError} `LOCK_HELD` */
export function lockBackups(backups: string): Disposable {
  return lockPromoter(join(backups, ".lock"), {
    message: "Another backup or restore is in progress",
    doing: "makes or restores a backup",
    remedies: ["wait for it to end, then run the same command again"],
  });
}

async function fill(folder: string, at: number, options: BackupOptions): Promise<Manifest> {
  const { home, program, now = Date.now, onStep: step = () => undefined } = options;
  await step("databases");
  const databases = await copyDatabases(folder, options);
  await step("bundles");
  const bundles: (StoredRepository | string | undefined)[] = [];
  for (const [name, repository] of await repositoriesOf(home)) {
    bundles.push(await writeBundle(repository, name, folder));
  }
  const repositories = bundles.filter((bundle) => typeof bundle === "object");
  await step("files");
  for (const file of [...USER_FILES, ...(await projectFiles(home))]) await keep(home, file, folder);
  await step("verify");
  const content = { databases, repositories };
  const broken = await contentProblem(folder, content);
  if (broken !== undefined) throw notRestorable(broken);
  await step("manifest");
  const manifest: Manifest = {
    ...{ v: 1, at, verified: now(), program, files: await storedFiles(folder), ...content },
    left_out: bundles.filter((bundle) => typeof bundle === "string"),
  };
  for (const [name, text] of manifestFiles(manifest)) {
    await writeFile(join(folder, name), text, { mode: 0o600, flush: true });
  }
  for (const inner of new Set((await filesIn(folder)).map((path) => dirname(join(folder, path))))) {
    await syncFolder(inner);
  }
  await syncFolder(folder);
  return manifest;
}

/** A database that had to be written to while it was read makes the copies worth nothing: they are made anew. */
async function copyDatabases(
  folder: string,
  { home, freeze }: BackupOptions,
): Promise<readonly StoredDatabase[]> {
  for (let tries = 1; ; tries += 1) {
    await using frozen = await freeze();
    const stored: StoredDatabase[] = [];
    for (const database of await findDatabases(home)) {
      stored.push(await copyDatabase(database, folder, frozen.paths.includes(database.path)));
    }
    if (await frozen.isWhole()) return stored;
    if (tries === TRIES) throw neverStill();
    await rm(join(folder, "databases"), { recursive: true, force: true });
  }
}

/** What is settled for projects; their copies and repositories are left out. */
async function projectFiles(home: string): Promise<readonly string[]> {
  const { projects } = homePaths(home);
  const names = existsSync(projects) ? await readdir(projects) : [];
  const files = await Promise.all(
    names.map(async (name) => {
      const entries = await readdir(join(projects, name)).catch(() => []);
      return entries.filter((file) => file.endsWith(".json")).map((file) => join(name, file));
    }),
  );
  return files.flat().map((file) => relative(home, join(projects, file)));
}

/** Regular files only: a link leads somewhere else. */
async function keep(home: string, path: string, folder: string): Promise<void> {
  const from = join(home, path);
  if (!existsSync(from)) return;
  const isFolder = (await stat(from)).isDirectory();
  const inner = isFolder ? await filesIn(from) : [""];
  for (const name of inner.map((one) => join(path, one))) {
    const found = isFolder ? await lstat(join(home, name)) : await stat(from);
    if (!found.isFile()) continue;
    const to = join(folder, FILES, name);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyRegularFile(join(home, name), to);
    await chmod(to, 0o600);
    await using file = await open(to, "r");
    await file.sync();
  }
}

/**
 * Makes room: what killed processes have left goes, and backups that have expired.
 *
 * @returns names of the backups that were deleted; none while one is being made or restored.
 */
export async function pruneBackups(home: string): Promise<readonly string[]> {
  const { backups } = homePaths(home);
  if (!existsSync(backups)) return [];
  using _ = lockBackups(backups);
  await removeUnfinished(home);
  const whole = await newestUnchanged(await listBackups(backups));
  // Where none is whole, a person may still find something in them.
  return whole === undefined ? [] : await deleteOld(backups, new Set([whole.name]));
}

/** The newest that is as it was when it was restored once, by the sums of its files: that takes no space. */
async function newestUnchanged(all: readonly Backup[]): Promise<Backup | undefined> {
  for (const backup of all) {
    const read = await readManifest(backup.folder);
    if (!("manifest" in read)) continue;
    const differing = await differingFile(backup.folder, read.manifest).catch(() => "unreadable");
    if (differing === undefined) return backup;
  }
  return undefined;
}

/** What a process that was killed has left. */
async function removeUnfinished(home: string): Promise<void> {
  const { backups, restorePlan } = homePaths(home);
  for (const name of await readdir(backups)) {
    // What a restore has prepared is needed while there is a plan of it.
    const isStaged = name.startsWith(STAGING) && !existsSync(restorePlan);
    if (name.startsWith(TEMPORARY) || isStaged)
      await rm(join(backups, name), { recursive: true, force: true });
  }
}

/** Two within a second, or a clock that was set back, must not have one name. */
async function freeName(backups: string, now: () => number): Promise<number> {
  const usedNames = new Set((await listBackups(backups)).map(({ name }) => name));
  let at = now();
  while (usedNames.has(backupName(at))) at += 1000;
  return at;
}

/** The one that was just made is whole, and stays; so whatever becomes of the others, there is one. */
async function deleteOld(
  backups: string,
  spared: ReadonlySet<string | undefined>,
): Promise<readonly string[]> {
  const all = await listBackups(backups);
  const retained = retainedBackups(all.map(({ at }) => at));
  const old = all.filter(({ name, at }) => !spared.has(name) && !retained.has(at));
  for (const { name, folder } of old) {
    // Out of its name first: what is half deleted is not a backup.
    const gone = join(backups, `${TEMPORARY}old-${name}`);
    await rename(folder, gone);
    await rm(gone, { recursive: true, force: true });
  }
  return old.map(({ name }) => name);
}

const UNCHANGED = "No backup was made; existing ones are unchanged.";

function noBackup(folder: string, cause: unknown, unchanged: string = UNCHANGED): OrgError {
  const { message, code, why, remedies } = fileFailed(folder, cause);
  const whyField = why === undefined ? {} : { why };
  return new OrgError(message, { code, remedies, ...whyField, unchanged, cause });
}

function notRestorable({ file, problem }: { readonly file: string; readonly problem: string }) {
  return new OrgError(`${file} cannot be restored`, {
    code: "BACKUP_DAMAGED",
    why: problem,
    remedies: ["org doctor", "org memory verify   # where it is the memory"],
    unchanged: UNCHANGED,
  });
}

function neverStill(): OrgError {
  return new OrgError("A database was written to while it was copied", {
    code: "FILE_FAILED",
    why: `That happened ${TRIES} times: notes were forgotten, or the owner of the home changed.`,
    remedies: ["org backup now   # again"],
    unchanged: UNCHANGED,
  });
}
