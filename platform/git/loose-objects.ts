/**
 * Objects that have a file of their own, read without Git: of a small repository most questions are about such ones, and
 * the start of a process takes many times as long as the answer. What is not here, Git has to be asked.
 */
import { existsSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { inflateSync } from "node:zlib";
import { readBytesFile, readTextFile } from "../files.ts";
import { isObjectId } from "./names.ts";
import type { Repository } from "./wrapper.ts";

export interface LooseObject {
  readonly kind: "blob" | "commit" | "tree" | "tag";
  readonly bytes: Buffer;
}

/** Largest object in bytes that is read here by default. */
const MAX_BYTES = 1024 * 1024;
/** Longest "commit 1048576" and the NUL behind it, in bytes, and what zlib writes around what it holds. */
const MAX_HEAD_BYTES = 64;
/** Of an id of SHA-1, in digits. */
const SHA1_LENGTH = 40;

/** Looks for objects in the folders that Git would look into. */
export class LooseObjects {
  readonly #folders: readonly string[];

  constructor(repository: Repository) {
    this.#folders = objectFolders(repository);
  }

  /**
   * @param id full id.
   * @returns what has exactly this id; `undefined` where Git has to be asked: it is packed, missing, damaged or large.
   */
  read(id: string, maxBytes: number = MAX_BYTES): LooseObject | undefined {
    if (!isObjectId(id)) return undefined;
    for (const folder of this.#folders) {
      const path = join(folder, id.slice(0, 2), id.slice(2));
      const size = sizeOf(path);
      // What deflates to more than it is grows by less than a thousandth.
      if (size === undefined || size > maxBytes * 1.001 + MAX_HEAD_BYTES) continue;
      const found = readObject(path, id, maxBytes);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** @param revision full id of a commit or a tree. @returns the id of its tree; `undefined` as {@link read}. */
  tree(revision: string): string | undefined {
    const object = this.read(revision);
    if (object?.kind === "tree") return revision;
    if (object?.kind !== "commit") return undefined;
    return /^tree ([0-9a-f]+)\n/.exec(object.bytes.toString("latin1", 0, 80))?.[1];
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.size;
  } catch {
    return undefined;
  }
}

function readObject(path: string, id: string, maxBytes: number): LooseObject | undefined {
  try {
    const whole = inflateSync(readBytesFile(path), { maxOutputLength: maxBytes + MAX_HEAD_BYTES });
    const hasher = new Bun.CryptoHasher(id.length === SHA1_LENGTH ? "sha1" : "sha256");
    // No matter what wrote the file, it has the requested id.
    if (hasher.update(whole).digest("hex") !== id) return undefined;
    const end = whole.indexOf(0);
    const head = /^(blob|commit|tree|tag) (\d+)$/.exec(whole.toString("latin1", 0, end));
    const bytes = whole.subarray(end + 1);
    if (head === null || Number(head[2]) !== bytes.length) return undefined;
    // The pattern allows no other word.
    return { kind: head[1] as LooseObject["kind"], bytes };
  } catch {
    return undefined;
  }
}

/** Of those that are borrowed, the ones whose lines are plain paths; Git knows the others. */
function objectFolders({ gitDir, objects }: Repository): readonly string[] {
  const own = join(commonFolder(gitDir), "objects");
  const folders = objects === undefined ? [own] : [objects.folder, objects.behind];
  const borrowed = folders.flatMap((folder) =>
    textOf(join(folder, "info", "alternates"))
      .split("\n")
      .filter((line) => isAbsolute(line)),
  );
  return [...folders, ...borrowed];
}

/** What linked work trees share. @param gitDir absolute path of the repository of one of them, or of the repository itself. */
export function commonFolder(gitDir: string): string {
  return resolve(gitDir, textOf(join(gitDir, "commondir")).replace(/[\r\n]+$/, ""));
}

function textOf(path: string): string {
  try {
    return existsSync(path) ? readTextFile(path) : "";
  } catch {
    return "";
  }
}
