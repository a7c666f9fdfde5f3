import type { Dirent } from "node:fs";
import { constants, open, readdir } from "node:fs/promises";

export interface FileList {
  /** Paths relative to the folder, those of the folder itself first, each folder in the order of the names. */
  readonly paths: readonly string[];
  /** There are no others. */
  readonly isWhole: boolean;
}

/** Folders that hold what programs made or fetched, and no work of a person. */
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "__pycache__", "target", "venv"]);
/** How many folders lie between the root and a listed file. */
const DEEPEST = 3;
/** Most entries that are looked at: a home folder may hold any number of them. */
const MOST_ENTRIES = 2000;

/**
 * The regular files below a folder, without hidden ones and without following links.
 *
 * @param most so many paths at most.
 * @returns an empty list where there is no such folder or it cannot be read.
 */
export async function listFiles(root: string, most: number): Promise<FileList> {
  const paths: string[] = [];
  let folders: readonly string[] = [""];
  let looks = 0;
  for (let depth = 0; depth <= DEEPEST && folders.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of folders) {
      if (looks > MOST_ENTRIES || paths.length > most)
        return { paths: paths.slice(0, most), isWhole: false };
      const entries = await entriesOf(`${root}/${folder}`, depth === 0);
      looks += entries.length;
      const visible = entries.filter(({ name }) => !(name.startsWith(".") || SKIPPED.has(name)));
      paths.push(...visible.filter((one) => one.isFile()).map(({ name }) => folder + name));
      below.push(
        ...visible.filter((one) => one.isDirectory()).map(({ name }) => `${folder}${name}/`),
      );
    }
    folders = below;
  }
  return { paths: paths.slice(0, most), isWhole: paths.length <= most && folders.length === 0 };
}

async function entriesOf(path: string, mayBeLink: boolean): Promise<readonly Dirent[]> {
  try {
    // The person may have chosen a link as the root; below it a link may lead anywhere.
    const noLink = mayBeLink ? 0 : constants.O_NOFOLLOW;
    await using folder = await open(path.replace(/\/+$/, ""), constants.O_DIRECTORY | noLink);
    const entries = await readdir(`/proc/self/fd/${folder.fd}`, { withFileTypes: true });
    return entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  } catch {
    // Gone meanwhile, replaced by a link, or not ours to read: it lists nothing.
    return [];
  }
}
