/** What a room's repository holds on to. */
import { OrgError } from "#core/errors.ts";
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
 * Whether all turns together changed something, for the price of one process.
 *
 * @throws {OrgError} as {@link readRefs}.
 */
export async function hasChanges(repository: Repository): Promise<boolean> {
  const question = ["for-each-ref", "--format=%(tree)", NAMES.base, NAMES.work];
  const [base = "", work] = (await gitText(repository, question)).split("\n");
  if (work === undefined) throw damaged(repository.gitDir);
  return base !== work;
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
