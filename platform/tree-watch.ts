/**
 * Which files of a tree may have changed, as the kernel tells (inotify): it costs what changed, and not what the tree has.
 * Where the kernel reports less than all, that is reported, and the tree has to be looked at.
 *
 * Not seen is a file that changes under another name of it (a hard link) that lies outside the watched folders.
 *
 * @see https://man7.org/linux/man-pages/man7/inotify.7.html
 */
import { closeSync, lstatSync, readdirSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { errnoOf } from "./files.ts";
import { addressOf, openWatch, watchFolder } from "./libc.ts";

const IN_MODIFY = 0x2;
const IN_ATTRIB = 0x4;
const IN_CLOSE_WRITE = 0x8;
const IN_MOVED_FROM = 0x40;
const IN_MOVED_TO = 0x80;
const IN_CREATE = 0x100;
const IN_DELETE = 0x200;
const IN_UNMOUNT = 0x2000;
const IN_Q_OVERFLOW = 0x4000;
const IN_IGNORED = 0x8000;
const IN_ONLYDIR = 0x1000000;
const IN_DONT_FOLLOW = 0x2000000;
const IN_ISDIR = 0x40000000;

const CHANGES: number =
  IN_MODIFY | IN_ATTRIB | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE;
const HOW: number = CHANGES | IN_ONLYDIR | IN_DONT_FOLLOW;

/** Of the folders that the system watches for a user, whose editors want some too. */
const SHARE = 0.25;
const MOST_FOLDERS = 65_536;
/** With more names the tree is looked at instead. */
const MOST_NAMES = 4096;
/** Folders in a row without a break for others. */
const FOLDERS_PER_TURN = 256;
/** Watches of this process that are open at once, as a user may have 128 in all; the oldest is closed for a new one. */
const MOST_OPEN = 8;
const EVENT_HEAD_BYTES = 16;
const BUFFER_BYTES = 64 * 1024;

export interface WatchedTree {
  /** Absolute path, without a link. */
  readonly root: string;
  /** Folders below it, relative to it, each behind the one that it lies in; those that are not there do not matter. */
  readonly folders: readonly string[];
  /** Which of these folders are of no interest, with all that is in them; `undefined`: the tree is to be looked at. */
  readonly ignored: (folders: readonly string[]) => Promise<ReadonlySet<string> | undefined>;
}

const open = new Set<TreeWatch>();

export class TreeWatch implements Disposable {
  readonly #tree: WatchedTree;
  readonly #fd: number;
  readonly #listed: ReadonlySet<string>;
  /** By their number in the list. */
  readonly #folders = new Map<number, string>();
  #names = new Set<string>();
  /** Whether every change was reported. */
  #isWhole = true as boolean;
  #isOpen = true as boolean;

  private constructor(tree: WatchedTree, fd: number) {
    this.#tree = tree;
    this.#fd = fd;
    this.#listed = new Set(tree.folders);
    open.add(this);
    for (const oldest of open) {
      if (open.size <= MOST_OPEN) break;
      oldest[Symbol.dispose]();
    }
  }

  /**
   * Nothing may change in the tree until it is open.
   *
   * @returns `undefined` where the kernel has no room for it.
   */
  static async open(tree: WatchedTree): Promise<TreeWatch | undefined> {
    const fd = openWatch();
    if (fd < 0) return undefined;
    return await new TreeWatch(tree, fd).#ready();
  }

  /**
   * What may have changed since the last call: names relative to the root, also of files that are gone or as before, and
   * not of folders.
   *
   * @returns `undefined` where that is uncertain; it is closed then.
   */
  async changed(): Promise<readonly string[] | undefined> {
    const made = this.#read();
    await this.#enter(made, (path) => this.#add(path));
    const names = [...this.#names];
    this.#names = new Set();
    if (this.#isWhole && this.#isOpen) return names;
    this[Symbol.dispose]();
    return undefined;
  }

  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    open.delete(this);
    closeSync(this.#fd);
  }

  async #ready(): Promise<TreeWatch | undefined> {
    await this.#watchAll();
    if (this.#isWhole && this.#isOpen) return this;
    this[Symbol.dispose]();
    return undefined;
  }

  async #watchAll(): Promise<void> {
    const { folders } = this.#tree;
    const watched = ["", ...folders].filter((folder) => this.#watch(folder));
    await nextTurn();
    const inside = Map.groupBy(watched.slice(1), parentOf);
    const others: string[] = [];
    for (const [at, folder] of watched.entries()) {
      if (at % FOLDERS_PER_TURN === 0) await nextTurn();
      others.push(...this.#unknownIn(folder, inside.get(folder) ?? []));
    }
    await this.#enter(others, () => undefined);
  }

  /** Folders that were not named, such as empty ones: each counts as a link to the folder that it lies in. */
  #unknownIn(folder: string, listed: readonly string[]): readonly string[] {
    const links = statSync(join(this.#tree.root, folder), { throwIfNoEntry: false })?.nlink ?? 0;
    if (links - OWN_LINKS === listed.length) return [];
    const names = new Set(listed);
    return foldersIn(this.#tree.root, folder).filter((path) => !names.has(path));
  }

  /** Watches folders that are new, with all that lies in them. @param onFile called for each file there */
  async #enter(folders: readonly string[], onFile: (path: string) => void): Promise<void> {
    let level = folders;
    while (level.length > 0 && this.#isWhole && this.#isOpen) {
      const ignored = await this.#tree.ignored(level);
      if (ignored === undefined) return void this.#lose();
      const isWatchable = (folder: string) => this.#listed.has(folder) || !ignored.has(folder);
      const watched = level.filter((folder) => isWatchable(folder) && this.#watch(folder));
      level = watched.flatMap((folder) => {
        const inside = entriesIn(this.#tree.root, folder);
        for (const { path, isFolder } of inside) if (!isFolder) onFile(path);
        return inside.flatMap(({ path, isFolder }) => (isFolder ? [path] : []));
      });
      await nextTurn();
    }
  }

  /** @returns whether it is there. */
  #watch(folder: string): boolean {
    if (!this.#isWhole || !this.#isOpen) return false;
    if (this.#folders.size >= mostFolders()) return this.#lose();
    const path = new TextEncoder().encode(`${join(this.#tree.root, folder)}\0`);
    const number = watchFolder(this.#fd, addressOf(path), HOW);
    if (number < 0) return isThere(this.#tree.root, folder) ? this.#lose() : false;
    this.#folders.set(number, folder);
    return true;
  }

  #lose(): false {
    this.#isWhole = false;
    return false;
  }

  #add(path: string): void {
    if (this.#names.size >= MOST_NAMES) this.#lose();
    else this.#names.add(path);
  }

  /** @returns the folders that were made. */
  #read(): readonly string[] {
    const made: string[] = [];
    const buffer = Buffer.alloc(BUFFER_BYTES);
    while (this.#isWhole && this.#isOpen) {
      const bytes = this.#fill(buffer);
      if (bytes <= 0) break;
      for (let at = 0; at < bytes; ) {
        const length = buffer.readUInt32LE(at + 12);
        const end = at + EVENT_HEAD_BYTES + length;
        const name = buffer.subarray(at + EVENT_HEAD_BYTES, end);
        const folder = this.#take(buffer.readInt32LE(at), buffer.readUInt32LE(at + 4), name);
        if (folder !== undefined) made.push(folder);
        at = end;
      }
    }
    return [...new Set(made)];
  }

  #fill(buffer: Buffer): number {
    try {
      return readSync(this.#fd, buffer, 0, buffer.length, null);
    } catch (error) {
      if (errnoOf(error) !== "EAGAIN") this.#lose();
      return 0;
    }
  }

  /** @returns the path of a folder that was made. */
  #take(number: number, mask: number, field: Buffer): string | undefined {
    if ((mask & (IN_Q_OVERFLOW | IN_UNMOUNT)) !== 0) this.#lose();
    const folder = this.#folders.get(number);
    if ((mask & IN_IGNORED) !== 0) this.#folders.delete(number);
    // Without a name it concerns the folder itself, and its parent reports that as well.
    const end = field.indexOf(0);
    if (folder === undefined || field.length === 0) return undefined;
    const bytes = field.subarray(0, end < 0 ? field.length : end);
    const name = bytes.toString();
    if (!Buffer.from(name).equals(bytes)) this.#lose();
    const path = folder === "" ? name : `${folder}/${name}`;
    if ((mask & IN_ISDIR) === 0) this.#add(path);
    // With the folder all names in it are others; and what may be read in it may have changed.
    else if ((mask & (IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB)) !== 0) this.#lose();
    else if ((mask & IN_CREATE) !== 0) return path;
    return undefined;
  }
}

/** Its name and its ".", on the file systems that count folders so. */
const OWN_LINKS = 2;

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function foldersIn(root: string, folder: string): readonly string[] {
  return entriesIn(root, folder).flatMap(({ path, isFolder }) => (isFolder ? [path] : []));
}

/** Nothing where it is gone by now. */
function entriesIn(
  root: string,
  folder: string,
): readonly { readonly path: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => ({
      path: folder === "" ? entry.name : `${folder}/${entry.name}`,
      isFolder: entry.isDirectory(),
    }));
  } catch {
    return [];
  }
}

function isThere(root: string, folder: string): boolean {
  const found = lstatSync(join(root, folder), { throwIfNoEntry: false });
  return found?.isDirectory() === true;
}

let allowed: number | undefined;

function mostFolders(): number {
  allowed ??= Math.min(MOST_FOLDERS, SHARE * systemLimit());
  return allowed;
}

function systemLimit(): number {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_user_watches", "utf8"));
  } catch {
    return 0;
  }
}
