/** What a room's repository holds on to. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { readTextFile } from "#platform/files.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { isObjectId } from "#platform/git/names.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";

/** Commits of a room. */
export interface RoomRefs {
  /** The commit of the user that was checked out; absent before their first one. */
  readonly source: string | undefined;
  /** On top of it, what was not committed. */
  readonly base: string;
  /** The newest turn; equal to `base` before the first one. */
  readonly work: string;
}

const NAMES = {
  source: "refs/org/source",
  base: "refs/org/base",
  work: "refs/org/work",
} as const;

/** @throws {OrgError} `INPUT_INVALID` when the repository of the room does not have them. */
export async function readRefs(repository: Repository): Promise<RoomRefs> {
  const [source, base, work] = [NAMES.source, NAMES.base, NAMES.work].map((name) =>
    commitIn(repository, name),
  );
  if (source !== undefined && base !== undefined && work !== undefined) {
    return { source, base, work };
  }
  return await askRefs(repository);
}

/**
 * What a ref says in a file of its own, as Git writes the ones that change: of each question to a large repository a third
 * was the start of Git for what stands there. `undefined` where Git has to be asked.
 */
function commitIn({ gitDir }: Repository, name: string): string | undefined {
  try {
    const id = readTextFile(join(gitDir, name)).trimEnd();
    return isObjectId(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

async function askRefs(repository: Repository): Promise<RoomRefs> {
  const format = "--format=%(refname) %(objectname)";
  const listed = await gitText(repository, ["for-each-ref", format, ...Object.values(NAMES)]);
  const commits = new Map(
    listed.split("\n").map((line) => {
      const [name = "", id = ""] = line.split(" ");
      return [name, id] as const;
    }),
  );
  const [base, work] = [commits.get(NAMES.base), commits.get(NAMES.work)];
  if (base === undefined || work === undefined) throw damaged(repository.gitDir);
  return { source: commits.get(NAMES.source), base, work };
}

/**
 * Whether all turns together changed something.
 *
 * @throws {OrgError} as {@link readRefs}.
 */
export async function hasChanges(repository: Repository): Promise<boolean> {
  const { base, work } = await readRefs(repository);
  if (base === work) return false;
  return (await treeOfCommit(repository, base)) !== (await treeOfCommit(repository, work));
}

/** @returns the id of the tree that the room is at. */
export async function workTree(repository: Repository): Promise<string> {
  return await treeOfCommit(repository, (await readRefs(repository)).work);
}

/** Sets all of them at once, or none. */
export async function writeRefs(repository: Repository, refs: RoomRefs): Promise<void> {
  const { source, base, work } = refs;
  const lines = [
    source === undefined ? `delete ${NAMES.source}` : `update ${NAMES.source} ${source}`,
    `update ${NAMES.base} ${base}`,
    `update ${NAMES.work} ${work}`,
  ];
  await gitRaw(repository, ["update-ref", "--stdin"], { stdin: `${lines.join("\n")}\n` });
}

function damaged(folder: string): OrgError {
  return new OrgError(`The repository of the room "${folder}" is damaged`, {
    code: "INPUT_INVALID",
    why: "It does not name the first commit of the room, or its newest turn.",
    remedies: ["open the project in a room of another name"],
    unchanged: "Your own repository was not changed.",
  });
}
