/** Which databases a home has: found on disk, so that one of which no list knows is not left out of anything. */
import { type Dirent, existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

export interface HomeDatabase {
  /** Short and unique in a home: "journal", "leases", "gate/verdicts". */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Relative to `.org`. */
  readonly file: string;
}

const ENDING = ".sqlite";
/** What attempts get of the memory; gone when they end. */
const COPY = /^memory-.+\.sqlite$/;

/**
 * Databases of the current generation, and those that belong to no generation: of `state`, `gate` and each of the
 * projects. What a candidate has is left out: it begins anew each time. So are copies of projects, where a `.sqlite` is
 * a file of the user's, and what was put aside because it was damaged.
 *
 * @param root ORG_HOME
 * @returns in the order of their names.
 */
export async function findDatabases(root: string): Promise<readonly HomeDatabase[]> {
  const base = join(root, ".org");
  const projects = (await entriesOf(join(base, "projects"))).filter((entry) => entry.isDirectory());
  const files = [
    ...(await filesIn(base)),
    ...(await filesIn(join(base, "state"))),
    ...(await filesIn(join(base, "state", "current"))),
    ...(await filesIn(join(base, "gate"))),
    ...(
      await Promise.all(projects.map(({ name }) => filesIn(join(base, "projects", name))))
    ).flat(),
  ];
  return files
    .map((path) => {
      const file = relative(base, path);
      return { path, file, name: nameOf(file) };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameOf(file: string): string {
  return file.replace(/^state\/(?:current\/)?/, "").slice(0, -ENDING.length);
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder))
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING) && !COPY.test(entry.name))
    .map(({ name }) => join(folder, name));
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return existsSync(folder) ? await readdir(folder, { withFileTypes: true }) : [];
}
