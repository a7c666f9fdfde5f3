import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, fileFailed, overwriteFile } from "#platform/files.ts";

/**
 * Which tools a person has switched off: an empty file for each, so that two commands at the same time
 * cannot lose what the other one said. It lies where no tool can write.
 */
export class ToolSwitches {
  readonly #folder: string;

  /** @param folder absolute path; made when the first tool is switched off. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {OrgError} `FILE_FAILED`: then nothing may run, for it could be switched off. */
  async off(): Promise<ReadonlySet<string>> {
    try {
      return new Set(await readdir(this.#folder));
    } catch (error) {
      if (errnoOf(error) === "ENOENT") return new Set();
      throw fileFailed(this.#folder, error);
    }
  }

  /** @param name of a tool that exists. @throws {OrgError} `FILE_FAILED` */
  async set(name: string, on: boolean): Promise<void> {
    const path = join(this.#folder, name);
    try {
      if (on) await rm(path, { force: true });
      else {
        await mkdir(this.#folder, { recursive: true, mode: 0o700 });
        overwriteFile(path, "");
      }
    } catch (error) {
      throw fileFailed(path, error);
    }
  }
}
