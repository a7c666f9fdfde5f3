/** Makes a candidate out of what a room has changed: one commit on the user's commit, in the room's repository. */
import { OrgError } from "#core/errors.ts";
import { readTreeDiff, type TreeChange } from "#fitness/gate/tree-diff.ts";
import { validRefName } from "#platform/git/names.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { type TreeFile, treeWithEntries } from "../release/tree-with-files.ts";
import { commitMessage, committerOf, type MessageParts, writeCommit } from "./commit-object.ts";
import { readRefs } from "./refs.ts";
import type { ProjectFolders } from "./settle.ts";

/** What is needed of a room's work: its repository, and whose work tree it copied. */
export interface CandidateRoom {
  readonly place: ProjectFolders;
  /** With `refs/org/source`, `refs/org/base` and `refs/org/work`. */
  readonly repository: Repository;
}

export interface ProjectCandidate {
  /** `cand/20261123T111500Z`; the branch of this name is made when it is promoted. */
  readonly name: string;
  readonly commit: string;
  /** What the room's copy began with: the user's commit and their uncommitted changes. */
  readonly base: string;
}

export interface CandidateParts extends MessageParts {
  /** Milliseconds since the epoch. @default now */
  readonly nowMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const CANDIDATES = "refs/org/cand/";
const BASES = "refs/org/cand-base/";

/**
 * The user's commit with exactly the files that the room changed: what else the user has not committed is never
 * committed for them. The author is the persona of the newest turn, the committer is the user.
 *
 * @throws {OrgError} `INPUT_MISSING` when the room changed nothing or the user's repository has no commit yet,
 *   `CONFIG_INVALID` when the user's Git does not know their name.
 */
export async function makeCandidate(
  room: CandidateRoom,
  { nowMs = Date.now(), signal, ...parts }: CandidateParts,
): Promise<ProjectCandidate> {
  const { repository, place } = room;
  const committer = await committerOf(place.root, signal);
  const { source, base, work } = await readRefs(repository);
  if (source === undefined) throw noCommitYet();
  const changes = await readTreeDiff(repository, base, work);
  if (changes.length === 0) throw nothingChanged();
  const tree = await treeWithEntries(repository, `${source}^{tree}`, entriesOf(changes));
  const name = await freeName(room, nowMs);
  const message = commitMessage({
    ...parts,
    trailers: { ...parts.trailers, "Org-Candidate": name },
  });
  const author = await authorOf(repository, work);
  const about = { parents: [source], author, committer, message, nowMs };
  const commit = await writeCommit(repository, { tree, ...about });
  await keep(repository, { name, commit, base });
  return { name, commit, base };
}

/** The candidates of a room, newest first. */
export async function candidatesOf({
  repository,
}: Pick<CandidateRoom, "repository">): Promise<readonly ProjectCandidate[]> {
  const format = "--format=%(objectname) %(refname)";
  const listing = await gitText(repository, [
    "for-each-ref",
    "--sort=-refname",
    format,
    "refs/org/",
  ]);
  const refs = new Map(
    listing.split("\n").flatMap((line) => {
      const [, id = "", ref = ""] = /^(\S+) (.+)$/.exec(line) ?? [];
      return ref === "" ? [] : [[ref, id] as const];
    }),
  );
  return [...refs].flatMap(([ref, commit]) => {
    if (!ref.startsWith(CANDIDATES)) return [];
    const time = ref.slice(CANDIDATES.length);
    const base = refs.get(`${BASES}${time}`);
    return base === undefined ? [] : [{ name: `cand/${time}`, commit, base }];
  });
}

/** @returns undefined where there is none. */
async function commitOf(repository: Repository, ref: string): Promise<string | undefined> {
  if (!validRefName(ref)) return undefined;
  const args = ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`];
  const { stdout, exitCode } = await gitRaw(repository, args, { exitCodes: [0, 1] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}

function entriesOf(changes: readonly TreeChange[]): ReadonlyMap<string, TreeFile | undefined> {
  return new Map(
    changes.map(({ path, status, newMode, newId }) => {
      if (path === undefined) throw badName();
      return [path, status === "D" ? undefined : { mode: newMode, id: newId }] as const;
    }),
  );
}

/** Two in one second differ by a number; other rooms of the project count too, once their branch is there. */
async function freeName({ repository }: CandidateRoom, nowMs: number): Promise<string> {
  const time = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  for (let count = 1; ; count += 1) {
    const name = `${time}${count === 1 ? "" : `-${count}`}`;
    const ref = `${CANDIDATES}${name}`;
    if ((await commitOf(repository, ref)) === undefined) return `cand/${name}`;
  }
}

async function keep(
  repository: Repository,
  { name, commit, base }: ProjectCandidate,
): Promise<void> {
  const time = name.slice("cand/".length);
  const lines = [
    "start",
    `create ${CANDIDATES}${time} ${commit}`,
    `create ${BASES}${time} ${base}`,
    "prepare",
    "commit",
    "",
  ];
  await gitText(repository, ["update-ref", "--stdin"], { stdin: lines.join("\n") });
}

/** Of the newest turn. */
async function authorOf(repository: Repository, commit: string): Promise<Identity> {
  const text = await gitText(repository, ["show", "--no-patch", "--format=%an%n%ae", commit]);
  const [name = "", email = ""] = text.split("\n");
  return { name, email };
}

function nothingChanged(): OrgError {
  return new OrgError("There is nothing to make a candidate of", {
    code: "INPUT_MISSING",
    why: "The room has changed no file of the project.",
    remedies: ["ask a persona for a change first; /diff shows what was changed"],
    left: "No candidate was made.",
  });
}

function noCommitYet(): OrgError {
  return new OrgError("The repository has no commit yet", {
    code: "INPUT_MISSING",
    why: "A candidate is a commit on top of yours.",
    remedies: ["git add FILES && git commit, then /rebase"],
    left: "No candidate was made; the room keeps its changes.",
  });
}

function badName(): OrgError {
  return new OrgError("The name of a changed file is not valid UTF-8", {
    code: "INPUT_INVALID",
    why: "Such a name cannot be shown, so it cannot be reviewed.",
    remedies: ["/undo, and use another name"],
    left: "No candidate was made.",
  });
}
