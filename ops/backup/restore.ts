/** Replaces the files of a home by a backup; the files before it are moved aside. */
import { existsSync } from "node:fs";
import { chmod, mkdir, open, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { dayOf } from "#core/day-of.ts";
import { OrgError } from "#core/errors.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { findDatabases } from "#home/databases.ts";
import { homePaths } from "#home/home-paths.ts";
import { copyRegularFile, syncFolder } from "#platform/files.ts";
import { bundlePath, dropStagedRefs, unpackBundle } from "./bundles.ts";
import { isSound } from "./databases.ts";
import { endJobsSince } from "./jobs-since.ts";
import { findBackup, listBackups, verifyBackup } from "./list-backups.ts";
import { lockBackups, STAGING, USER_FILES } from "./make-backup.ts";
import { DATABASES, FILES, type Manifest } from "./manifest.ts";
import { checkoutOf, stageCheckout } from "./restore-checkout.ts";
import {
  carryOut,
  type RestoreMove,
  type RestorePlan,
  readPlan,
  writePlan,
} from "./restore-plan.ts";
import { isRight, type Rights, revokeIn } from "./rights.ts";

export interface RestoreOptions {
  /** ORG_HOME; held by the caller, so that no process owns it. */
  readonly home: string;
  /** Name of the backup. */
  readonly name: string;
  /** Only databases that cannot be read any more come back; all else stays as it is. @default false */
  readonly isDamagedOnly?: boolean | undefined;
  /** Backs up what is there now. @returns its name; `undefined` when it could not be backed up. */
  readonly backUpFirst: () => Promise<string | undefined>;
  /**
   * Forgets in the databases that come what was forgotten in the memory of today. All are absolute paths of files; that of
   * today may be missing or damaged.
   *
   * @returns whether it could be read what was forgotten.
   */
  readonly forgetAgain?: ((today: string, coming: ComingFiles) => Promise<boolean>) | undefined;
  /** Told before each step; for tests, which end the process there. */
  readonly onStep?: ((step: string) => void | Promise<void>) | undefined;
}

/** Files that replace those of today; absent: that of today stays. */
interface ComingFiles {
  readonly memory: string | undefined;
  readonly journal: string | undefined;
  /** All other databases but those of the gate, which has signed what it says. */
  readonly others: readonly string[];
}

export interface Restored {
  readonly backup: string;
  /** The backup that was made of what was there. */
  readonly before?: string | undefined;
  /** Absolute path of the folder with what was there. */
  readonly aside: string;
  /** Names of the databases that came. */
  readonly databases: readonly string[];
  /** Tokens, leases and tools that are switched off: as before the restore, or those of the backup, revoked. */
  readonly rights: Rights;
  /** How many jobs wait for a person, because their effects since the backup are unknown. */
  readonly jobs: number;
  /** Notes that were forgotten since stay so; not where the memory of today cannot be read. */
  readonly isForgotten: boolean;
}

/**
 * Until all is prepared and written down, nothing is moved; from then on the next command on this home finishes what a
 * killed process began.
 *
 * @throws {OrgError} `INPUT_MISSING` for a name that there is not; `BACKUP_DAMAGED`; `PATH_REFUSED` when files of the
 *   checkout would be written over; `FILE_FAILED`. Nothing was restored then. `INPUT_MISSING` also where only damaged
 *   databases are wanted and there is none.
 */
export async function restoreBackup({
  home,
  name,
  isDamagedOnly = false,
  backUpFirst,
  forgetAgain,
  onStep = () => undefined,
}: RestoreOptions): Promise<Restored> {
  const { backups } = homePaths(home);
  const backup = await findBackup(backups, name);
  const whole = await verifyBackup(backup, await listBackups(backups));
  const manifest = isDamagedOnly ? ofDamaged(home, whole) : whole;
  const checkout = isDamagedOnly ? undefined : await checkoutOf(home, manifest);
  await onStep("backup");
  const before = await backUpFirst();
  using _ = lockBackups(backups);
  const id = crypto.randomUUID().slice(0, 8);
  const staging = join(backups, `${STAGING}${id}`);
  const aside = join(backups, `before-restore-${dayOf(Date.now())}-${id}`);
  let rights: Rights = "kept";
  let since: Since = { jobs: 0, isForgotten: true };
  try {
    await onStep("prepare");
    await stage({ folder: backup.folder, staging, manifest });
    const about = { home, staging, aside, manifest };
    const moves = isDamagedOnly ? databaseMoves(about, []) : await movesOf(about);
    rights = revokeIn(moves);
    since = await takeOver(home, moves, forgetAgain);
    const refs = checkout && (await stageCheckout(checkout, backup.folder, aside));
    await onStep("plan");
    await writePlan(home, { v: 1, backup: name, staging, aside, moves, checkout: refs });
  } catch (error) {
    if (!existsSync(homePaths(home).restorePlan)) {
      await rm(staging, { recursive: true, force: true });
      if (checkout !== undefined) await dropStagedRefs(checkout.repository);
    }
    throw error;
  }
  const plan = await readPlan(home);
  if (plan !== undefined) await carryOut(home, plan, onStep);
  const databases = manifest.databases.map((one) => one.name);
  return { backup: name, before, aside, databases, rights, ...since };
}

type Since = Pick<Restored, "jobs" | "isForgotten">;

/** What happened since the backup was made, and must not be as if it had not: in the files that come. */
async function takeOver(
  home: string,
  moves: readonly RestoreMove[],
  forgetAgain: RestoreOptions["forgetAgain"],
): Promise<Since> {
  const { queue, memory, journal } = homePaths(home);
  const comingTo = (path: string) => moves.find(({ place }) => place === path)?.from ?? undefined;
  const jobs = comingTo(queue);
  const others = moves.flatMap(({ place, from }) => {
    const isOther =
      place !== memory && place !== journal && !place.startsWith(join(home, ".org", "gate"));
    return isOther && from?.endsWith(".sqlite") === true ? [from] : [];
  });
  const coming = { memory: comingTo(memory), journal: comingTo(journal), others };
  return {
    jobs: jobs === undefined ? 0 : endJobsSince(queue, jobs, Date.now()),
    isForgotten: (await forgetAgain?.(memory, coming)) ?? true,
  };
}

/** Finishes what a killed process began. @returns what was restored; `undefined` when nothing was under way. */
export async function finishRestore(home: string): Promise<RestorePlan | undefined> {
  if (!existsSync(homePaths(home).restorePlan)) return undefined;
  using _ = lockBackups(homePaths(home).backups);
  const plan = await readPlan(home);
  if (plan !== undefined) await carryOut(home, plan);
  return plan;
}

interface Staged {
  readonly folder: string;
  readonly staging: string;
  readonly manifest: Manifest;
}

/** Copies, for the backup itself stays as it is. */
async function stage({ folder, staging, manifest }: Staged): Promise<void> {
  await mkdir(staging, { mode: 0o700 });
  for (const { path } of manifest.files) {
    if (path.endsWith(".bundle")) continue;
    const to = join(staging, path);
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    await copyRegularFile(join(folder, path), to);
    await chmod(to, 0o600);
    await using file = await open(to, "r");
    await file.sync();
  }
  if (manifest.repositories.some(({ name }) => name === "gate")) {
    await unpackBundle(bundlePath(folder, "gate"), join(staging, "gate.git"));
  }
  await syncFolder(staging);
}

interface Moved extends Omit<Staged, "folder"> {
  readonly home: string;
  readonly aside: string;
}

/** What a backup has of the databases of a home that cannot be read. @throws {OrgError} `INPUT_MISSING` */
function ofDamaged(home: string, manifest: Manifest): Manifest {
  const databases = manifest.databases.filter(({ file }) => !isSound(join(home, ".org", file)));
  if (databases.length === 0) throw noneDamaged();
  const databaseFiles = databases.map(({ file }) => join(DATABASES, file));
  const files = manifest.files.filter(({ path }) => databaseFiles.includes(path));
  return { ...manifest, databases, files, repositories: [] };
}

function moveIn({ home, aside }: Pick<Moved, "home" | "aside">, from: string | null, path: string) {
  return { from, place: join(home, path), aside: join(aside, path) };
}

/** @param there those that the home has now, relative to `.org`. */
function databaseMoves(about: Moved, there: readonly string[]): readonly RestoreMove[] {
  const { staging, manifest } = about;
  const stored = manifest.databases.map(({ file }) => file);
  return [...new Set([...stored, ...there])].flatMap((file) => {
    const from = stored.includes(file) ? join(staging, DATABASES, file) : null;
    return [
      // The log first: it belongs to the old file, and would be read into the new one.
      moveIn(about, null, join(".org", `${file}-wal`)),
      moveIn(about, null, join(".org", `${file}-shm`)),
      moveIn(about, from, join(".org", file)),
    ];
  });
}

async function movesOf(about: Moved): Promise<readonly RestoreMove[]> {
  const { home, staging, aside, manifest } = about;
  const there = (await findDatabases(home)).map(({ file }) => file);
  const databases = databaseMoves(about, there);
  const files = [...USER_FILES, ...projectFilesIn(manifest)].map((path) => {
    const from = join(staging, FILES, path);
    return moveIn(about, existsSync(from) ? from : null, path);
  });
  const gate = join(staging, "gate.git");
  const place = promotionPaths(home).repository;
  const gates = existsSync(gate)
    ? [{ from: gate, place, aside: join(aside, "gate-repository.git") }]
    : [];
  const all = [...databases, ...files, ...gates];
  return all.filter(({ place }) => !isRight(home, relative(home, place)));
}

function projectFilesIn({ files }: Manifest): readonly string[] {
  const prefix = `${FILES}/`;
  return files
    .filter(({ path }) => path.startsWith(`${prefix}.org/projects/`))
    .map(({ path }) => path.slice(prefix.length));
}

function noneDamaged(): OrgError {
  return new OrgError("No database of this home is damaged", {
    code: "INPUT_MISSING",
    why: "each that is in the backup can be read",
    remedies: ["org backup restore NAME   # all of it", "org doctor"],
    unchanged: "Nothing was restored.",
  });
}
