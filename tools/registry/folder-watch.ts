import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * What a folder and its files look like from outside. The change time cannot be set by a program, so equal
 * stamps mean equal bytes, and a look costs no reading.
 *
 * @returns undefined when there is no such folder.
 */
export async function stampOf(path: string): Promise<string | undefined> {
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
    // It went away between two looks, or is no folder: reading it tells which.
    return undefined;
  }
}
