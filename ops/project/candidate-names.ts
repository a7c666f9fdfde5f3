/** Names of candidates that are given: rooms have repositories of their own, and all promote into the user's. */
import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { errnoOf, fileFailed } from "#platform/files.ts";
import type { ProjectFolders } from "./settle.ts";

/** So many are remembered. A name begins with its second: none of long ago is asked for again. */
const REMEMBERED = 500;

/**
 * Takes a name for good.
 *
 * @param name a file name.
 * @returns false where it is taken, by whichever room and process.
 * @throws {OrgError} `FILE_FAILED`
 */
export async function reserveName({ folder }: ProjectFolders, name: string): Promise<boolean> {
  const names = join(folder, "candidate-names");
  try {
    await mkdir(names, { recursive: true, mode: 0o700 });
    // Made by one process alone: what is there already is another's.
    const file = await open(join(names, name), "wx", 0o600);
    await file.close();
    await forgetOldest(names);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return false;
    throw fileFailed(names, error);
  }
}

async function forgetOldest(names: string): Promise<void> {
  const old = (await readdir(names)).sort().slice(0, -REMEMBERED);
  for (const name of old) await rm(join(names, name), { force: true });
}
