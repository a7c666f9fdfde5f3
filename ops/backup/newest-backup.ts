/** The newest backup of a home, looked at again and again: its bytes are read once one of its files was touched. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { type Backup, listBackups } from "./list-backups.ts";
import { differingFile, filesIn, type Manifest, readManifest, SEAL } from "./manifest.ts";

export interface FoundBackup {
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** Its manifest is whole, and so is each file that was touched after the manifest was written. */
  readonly isWhole: boolean;
  /** Names of the databases that it was made of. */
  readonly databases: ReadonlySet<string>;
}

/** Backups of a clock that was further ahead than this, in milliseconds, are newer than none. */
const AHEAD_MS = 60 * 60_000;

export class NewestBackup {
  readonly #folder: string;
  /** What was read last, by name and times of all files, and whether it was as it is to be. */
  #read = { key: "", isWhole: false };

  /** @param folder of the backups. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param now milliseconds since the epoch. @returns nothing where there is none. */
  async look(now: number): Promise<FoundBackup | undefined> {
    const all = await listBackups(this.#folder);
    const newest = all.find(({ at }) => at <= now + AHEAD_MS) ?? all[0];
    if (newest === undefined) return undefined;
    const read = await readManifest(newest.folder);
    if (!("manifest" in read)) return { at: newest.at, isWhole: false, databases: new Set() };
    const databases = new Set(read.manifest.databases.map(({ name }) => name));
    return { at: newest.at, isWhole: await this.#isWhole(newest, read.manifest), databases };
  }

  async #isWhole({ folder, name }: Backup, manifest: Manifest): Promise<boolean> {
    try {
      const paths = await filesIn(folder);
      const stats = await Promise.all(
        paths.map(async (path) => ({ path, ...(await lstat(join(folder, path))) })),
      );
      // No program sets this time: it tells the last write, whatever was written.
      const sealed = stats.find(({ path }) => path === SEAL)?.ctimeMs ?? 0;
      const isAsListed = paths.length === manifest.files.length + 2;
      if (isAsListed && stats.every(({ ctimeMs }) => ctimeMs <= sealed)) return true;
      const key = [name, ...stats.map(({ path, size, ctimeMs }) => `${path} ${size} ${ctimeMs}`)];
      if (key.join("\n") !== this.#read.key) {
        const isWhole = (await differingFile(folder, manifest)) === undefined;
        this.#read = { key: key.join("\n"), isWhole };
      }
      return this.#read.isWhole;
    } catch {
      // It is being deleted, or its folder cannot be read.
      return false;
    }
  }
}
