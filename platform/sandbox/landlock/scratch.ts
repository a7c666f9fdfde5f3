/** The folder on the disk in which a program of this tier lives, and where things lie in it. */
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type TemporaryFolder, temporaryFolder } from "../../temporary-folder.ts";
import type { SandboxFile } from "../arguments.ts";
import { WORK_FOLDER } from "../layout.ts";
import type { ReadOnlyBind } from "../policy.ts";
import { TreeCount } from "../tree-count.ts";

/** More files than this are as much as too many bytes: to count them takes time. */
const MOST_FILES = 5000;

/** What is to be found where the program looks for it. */
export type LinkedFolder = Pick<ReadOnlyBind, "from" | "to">;

/** Disposing removes it; nothing may run in it any more. */
export class Scratch implements AsyncDisposable {
  /** Where the program lives. */
  readonly path: string;
  /** What holds it, and no program can write: what a killed process left is removed with the next run. */
  readonly root: string;
  readonly #folder: TemporaryFolder;
  readonly #owner: number | undefined;

  private constructor(folder: TemporaryFolder, owner: number | undefined) {
    this.#folder = folder;
    this.#owner = owner;
    this.root = folder.path;
    this.path = join(folder.path, "work");
    // Another user has to get through to what is its own.
    if (owner !== undefined) chmodSync(this.root, 0o711);
    mkdirSync(this.path, { mode: 0o700 });
    this.#own(this.path);
  }

  /** @param owner whom the folder and the files belong to, where that is not us. */
  static async open(owner: number | undefined): Promise<Scratch> {
    return new Scratch(await temporaryFolder("scratch"), owner);
  }

  /** Where a path of the sandbox lies: `/work/x` is `x` here, and all else is under its own name. */
  locate(path: string): string {
    const inside = relative(WORK_FOLDER, path);
    return join(this.path, inside.startsWith("..") ? path : inside);
  }

  /** Puts files and links to the mounts where the program can name them. */
  fill(files: readonly SandboxFile[], links: readonly LinkedFolder[]): void {
    for (const { path, content } of files) {
      writeFileSync(this.#room(path), content, { mode: 0o444 });
    }
    for (const { from, to } of links) symlinkSync(from, this.#room(to));
  }

  #room(path: string): string {
    const target = this.locate(path);
    const folders = relative(this.path, dirname(target)).split("/").filter(Boolean);
    let folder = this.path;
    for (const name of folders) {
      folder = join(folder, name);
      mkdirSync(folder, { recursive: true });
      this.#own(folder);
    }
    return target;
  }

  #own(path: string): void {
    if (this.#owner !== undefined) chownSync(path, this.#owner, this.#owner);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Bytes of a folder on the disk; `most` and one more where there are more, or so many files that counting takes long. */
export function folderBytes(path: string, most: number): number {
  using count = new TreeCount(path, { bytes: most, files: MOST_FILES }, 0);
  return count.goOn(Number.POSITIVE_INFINITY) === "over" ? most + 1 : count.bytes;
}
