/** Makes a candidate out of what a room has changed: one commit on the user's commit, in the room's repository. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { readTreeDiff, type TreeChange } from "#fitness/gate/tree-diff.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { validRefName } from "#platform/git/names.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { freeTimeName } from "../release/time-names.ts";
import { type TreeFile, treeWithEntries } from "../release/tree-with-files.ts";
import { reserveName } from "./candidate-names.ts";
import {
  commitMessage,
  committerOf,
  type MessageParts,
  type Trailers,
  writeCommit,
} from "./commit-object.ts";
import { readRefs } from "./refs.ts";
import type { ProjectFolders } from "./settle.ts";
import { MODEL, PROMPT_HASH } from "./turns.ts";
import { COMMIT_FIRST, refusal } from "./user-checkout.ts";

/** What is needed of a room's work: its repository, and whose work tree it copied. */
export interface CandidateRoom {
  readonly location: ProjectFolders;
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

/** Changes of a room, as trees; turns that follow change nothing of it. */
export interface Proposal {
  /** The user's commit. */
  readonly source: string;
  /** What the room's copy began with: `source` and what the user had not committed. */
  readonly base: string;
  /** The tree of `base` with the changes: what the room's programs saw. */
  readonly changed: string;
  /** The tree of `source` with exactly the files that the room changed: what else is not committed stays so. */
  readonly tree: string;
}

/** What a room has changed by now. */
export interface RoomProposal extends Proposal {
  /** The newest turn. */
  readonly work: string;
}

/** What a candidate of before proposes. */
export interface CandidateProposal extends Proposal {
  readonly candidate: ProjectCandidate;
}

export interface CandidateParts extends MessageParts {
  /** @default what the room has changed by now */
  readonly proposal?: RoomProposal | undefined;
  /** Milliseconds since the epoch. @default now */
  readonly nowMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const CANDIDATES = "refs/org/cand/";
const BASES = "refs/org/cand-base/";

/** @throws {OrgError} `INPUT_MISSING` when the room changed nothing or the user's repository has no commit yet. */
export async function proposalOf({
  repository,
}: Pick<CandidateRoom, "repository">): Promise<RoomProposal> {
  const { source, base, work } = await readRefs(repository);
  if (source === undefined) throw noCommitYet();
  const changes = await readTreeDiff(repository, base, work);
  if (changes.length === 0) throw nothingChanged();
  const tree = await treeWithEntries(repository, `${source}^{tree}`, entriesOf(changes));
  const changed = await treeOfCommit(repository, work);
  return { source, base, changed, tree, work };
}

/**
 * What a candidate of the room proposes.
 *
 * @throws {OrgError} `INPUT_MISSING` when the room has no candidate of this name.
 */
export async function proposalOfCandidate(
  room: CandidateRoom,
  name: string,
): Promise<CandidateProposal> {
  const { repository } = room;
  const candidate = await candidateNamed(room, name);
  const { commit, base } = candidate;
  const source = await gitText(repository, ["rev-parse", "--verify", `${commit}^`]);
  const changes = entriesOf(await readTreeDiff(repository, source, commit));
  const changed = await treeWithEntries(repository, `${base}^{tree}`, changes);
  return { source, base, changed, tree: await treeOfCommit(repository, commit), candidate };
}

/**
 * Makes a commit of a proposal. The author is the persona of the newest turn, the committer is the user.
 *
 * @throws {OrgError} as {@link proposalOf}, and `CONFIG_INVALID` when the user's Git does not know their name.
 */
export async function makeCandidate(
  room: CandidateRoom,
  { nowMs = Date.now(), signal, proposal, ...parts }: CandidateParts,
): Promise<ProjectCandidate> {
  const { repository, location } = room;
  const committer = await committerOf(location.root, signal);
  const { source, base, work, tree } = proposal ?? (await proposalOf(room));
  const name = await freeName(room, nowMs);
  const message = commitMessage({
    ...parts,
    trailers: {
      ...parts.trailers,
      ...(await makersOf(repository, base, work)),
      "Org-Candidate": name,
    },
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

/**
 * The newest candidate of a room, as long as it is not in the branch that the room knows.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function waitingCandidate(
  room: Pick<CandidateRoom, "repository">,
): Promise<ProjectCandidate | undefined> {
  const [newest] = await candidatesOf(room);
  const { source } = await readRefs(room.repository);
  if (newest === undefined || source === undefined) return newest;
  const question = ["merge-base", "--is-ancestor", newest.commit, source];
  const { exitCode } = await gitRaw(room.repository, question, { exitCodes: [0, 1] });
  return exitCode === 0 ? undefined : newest;
}

/** @throws {OrgError} `INPUT_MISSING` with the nearest names. */
export async function candidateNamed(room: CandidateRoom, name: string): Promise<ProjectCandidate> {
  const all = await candidatesOf(room);
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = all.map((one) => one.name);
  const near = nearestNames(name, names);
  throw refusal(`The room has no candidate ${JSON.stringify(name.slice(0, 80))}`, {
    code: "INPUT_MISSING",
    why: names.length === 0 ? "It has none yet." : `The newest of ${names.length} is ${names[0]}.`,
    remedies:
      near.length > 0
        ? near.map((one) => `/promote ${one}   # or: org project promote ${one}`)
        : ["/cand   # or: org project cand; makes one"],
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

/** Free in all rooms: each candidate becomes a branch of the user's repository under its name. */
async function freeName({ repository, location }: CandidateRoom, nowMs: number): Promise<string> {
  const isFree = async (name: string): Promise<boolean> => {
    const existing = await commitOf(repository, `${CANDIDATES}${name}`);
    return existing === undefined && (await reserveName(location, name));
  };
  return `cand/${await freeTimeName(nowMs, isFree)}`;
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

/** Who made the changes, each once: personas, their language models and the hashes of their prompts. */
async function makersOf(repository: Repository, base: string, work: string): Promise<Trailers> {
  const format = `--format=%an%n${MODEL}%n${PROMPT_HASH}`;
  const text = await gitText(repository, ["log", "--reverse", format, `${base}..${work}`]);
  const lines = text.split("\n");
  const each = (from: number) =>
    [...new Set(lines.filter((line, at) => at % 3 === from && line !== ""))].join(", ");
  const made = [
    ["Org-Persona", each(0)],
    ["Org-Model", each(1)],
    ["Org-Prompt", each(2)],
  ] as const;
  return Object.fromEntries(made.filter(([, value]) => value !== ""));
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
    remedies: ["ask a persona for a change first", "/diff   # shows what was changed"],
    unchanged: "No candidate was made.",
  });
}

function noCommitYet(): OrgError {
  return new OrgError("The repository had no commit yet when the room began", {
    code: "INPUT_MISSING",
    why: "A candidate is a commit on top of yours.",
    remedies: [COMMIT_FIRST],
    unchanged: "No candidate was made; the room keeps its changes.",
  });
}

function badName(): OrgError {
  return new OrgError("The name of a changed file is not valid UTF-8", {
    code: "INPUT_INVALID",
    why: "Such a name cannot be shown, so it cannot be reviewed.",
    remedies: ["/undo   # then use another name"],
    unchanged: "No candidate was made.",
  });
}
