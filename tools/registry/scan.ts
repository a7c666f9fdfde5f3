import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, fileFailed } from "#platform/files.ts";
import type { ReadTool } from "./read-tool.ts";
import type { RegisteredTool } from "./registered-tool.ts";

/** Reads more tools than this at the same time and file handles may run out. */
const AT_ONCE = 16;

interface ScannedTool {
  readonly stamp: string;
  readonly tool: RegisteredTool;
}

/** The tools in a folder. Scanning again reads only those whose files have changed. */
export class ToolScanner {
  readonly #root: string;
  readonly #reserved: ReadonlySet<string>;
  readonly #read: ReadTool;
  #scanned = new Map<string, ScannedTool>();

  /**
   * @param root absolute path; a folder that does not exist holds no tools.
   * @param reserved names that generated tools must not have.
   * @param read decides whether a folder is a tool.
   */
  constructor(root: string, reserved: Iterable<string>, read: ReadTool) {
    this.#root = root;
    this.#reserved = new Set(reserved);
    this.#read = read;
  }

  /** By name. @throws {OrgError} `FILE_FAILED` when the folder cannot be read. */
  async scan(): Promise<readonly RegisteredTool[]> {
    const names = await foldersIn(this.#root);
    const next = new Map<string, ScannedTool>();
    for (let start = 0; start < names.length; start += AT_ONCE) {
      const some = names.slice(start, start + AT_ONCE);
      const read = await Promise.all(some.map(async (name) => await this.#look(name)));
      for (const [index, name] of some.entries()) {
        const scanned = read[index];
        if (scanned !== undefined) next.set(name, scanned);
      }
    }
    this.#scanned = next;
    return [...next.values()].map(({ tool }) => tool);
  }

  async #look(name: string): Promise<ScannedTool | undefined> {
    const path = join(this.#root, name);
    const stamp = await stampOf(path);
    const cached = this.#scanned.get(name);
    if (stamp === undefined) return undefined;
    if (cached?.stamp === stamp) return cached;
    // The stamp is from before the reading: what changes meanwhile is read again the next time.
    return { stamp, tool: await this.#read(path, this.#reserved) };
  }
}

async function foldersIn(root: string): Promise<readonly string[]> {
  try {
    // A process that replaces the whole folder by a link decides which tools there are.
    if (!(await lstat(root)).isDirectory()) throw new Error("it is not a folder");
    const entries = await readdir(root, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw fileFailed(root, error);
  }
}

/**
 * What a folder and its files look like to the file system. The change time cannot be set by a program, so equal
 * stamps mean equal bytes, and a look costs no reading.
 *
 * @returns undefined when there is no such folder.
 */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const names = (await readdir(path)).sort();
    const stats = await Promise.all(
      ["", ...names].map(async (name) => {
        const { ino, size, mode, ctimeNs } = await lstat(join(path, name), { bigint: true });
        return `${name}\0${ino}\0${size}\0${mode}\0${ctimeNs}`;
      }),
    );
    return stats.join("\n");
  } catch {
    // It went away between two looks, or is not a folder: reading it tells which.
    return undefined;
  }
}
