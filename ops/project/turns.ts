/** One commit for each turn that changed a file of the copy. */
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { loadText, writeFileAtomically } from "#platform/files.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { type Identity, type Repository, withoutIndex } from "#platform/git/wrapper.ts";
import { type BytePath, displayPath, hiddenPaths, systemPath, WHOLE_TREE } from "./byte-paths.ts";
import { commitMessage } from "./commit-object.ts";
import { catchUpIndex, commitNamed } from "./keep-named.ts";
import { type RoomRefs, readRefs, writeRefs } from "./refs.ts";
import { moveRoom, readNotes, readState } from "./room-folder.ts";
import { type RefusedFile, type StageLimits, stageFiles } from "./stage-files.ts";
import type { TouchedFiles } from "./touched-files.ts";

/** What changed, in files and lines. */
export interface TurnChange {
  /** The commit that has it. */
  readonly commit: string;
  readonly files: number;
  /** Lines. */
  readonly added: number;
  readonly removed: number;
  /** What the turn left in the copy and the commit does not have, each reported once; empty elsewhere. */
  readonly refused: readonly RefusedFile[];
}

/** How much was changed, for one line. */
export function changeText({
  files,
  added,
  removed,
}: Pick<TurnChange, "files" | "added" | "removed">): string {
  return `${files} ${files === 1 ? "file" : "files"} +${added} −${removed}`;
}

/** Who changed files, and what for. */
export interface TurnAuthor {
  /** The persona's name. */
  readonly persona: string;
  /** What the commit is called; its first line counts. */
  readonly title: string;
  /** The language model that spoke, as its server calls it. */
  readonly model?: string | undefined;
  /** Names the persona's prompt: digits of its SHA-256. */
  readonly promptHash?: string | undefined;
}

/** In a format of Git's: the language model of a turn's commit, or nothing. */
export const MODEL = "%(trailers:key=Org-Model,valueonly,separator=)";
/** Likewise the hash of the prompt. */
export const PROMPT_HASH = "%(trailers:key=Org-Prompt,valueonly,separator=)";

const LIMITS: StageLimits = {
  fileBytes: 16 * 1024 * 1024,
  newFiles: 10_000,
  totalBytes: 256 * 1024 * 1024,
  judgesLinks: true,
};

/** The workspace of a turn. */
export interface TurnContext {
  readonly repository: Repository;
  /** Absolute path of the room's folder. */
  readonly folder: string;
  /** What may have changed. @default any file */
  readonly touched?: TouchedFiles | undefined;
}

/**
 * Commits what changed in the copy since the newest turn, for a caller that holds the room's lock. Where it is known which
 * files may have, it costs as much as they do.
 *
 * @returns `undefined` when nothing changed and nothing was refused; no files when all of it was refused.
 */
export async function keepFiles(
  context: TurnContext,
  author: TurnAuthor,
): Promise<TurnChange | undefined> {
  const { repository, folder, touched } = context;
  const refs = await readRefs(repository);
  const named = await keepNamed(context, refs.work, author);
  if (named === undefined) {
    const change = await keepAll({ repository, folder }, refs, author);
    touched?.clear();
    return change;
  }
  touched?.clear();
  return named === refs.work ? undefined : await countChanges(repository, refs.work, named);
}

/** @returns the commit, `parent` where nothing changed; `undefined` where all files have to be looked at. */
async function keepNamed(
  { repository, folder, touched }: TurnContext,
  parent: string,
  author: TurnAuthor,
): Promise<string | undefined> {
  const paths = await touched?.paths();
  if (paths === undefined) return undefined;
  const absent = new Set((await readNotes(folder)).absent);
  if (paths.some((path) => absent.has(Buffer.from(path).toString("latin1")))) return undefined;
  const { name, email } = identityOf(author);
  const signature = `${name} <${email}> ${Math.floor(Date.now() / 1000)} +0000`;
  const turn = { paths, parent, signature, message: messageOf(author) };
  return await commitNamed({ repository, folder }, turn);
}

async function keepAll(
  { repository, folder }: TurnContext,
  refs: RoomRefs,
  author: TurnAuthor,
): Promise<TurnChange | undefined> {
  await catchUpIndex({ repository, folder }, refs.work);
  const unrecorded = [
    ...(await stageFiles(repository, LIMITS)),
    ...(await writtenOverHidden(repository, new Set((await readNotes(folder)).absent))),
  ];
  const refused = await newlyRefused(folder, unrecorded);
  const tree = await gitText(repository, ["write-tree"], WHOLE_TREE);
  if (tree === (await treeOfCommit(repository, refs.work))) {
    return refused.length === 0
      ? undefined
      : { commit: refs.work, files: 0, added: 0, removed: 0, refused };
  }
  const commit = await commitTree(repository, { tree, parent: refs.work, author });
  await writeRefs(repository, { ...refs, work: commit });
  return { ...(await countChanges(repository, refs.work, commit)), refused };
}

/**
 * Takes back what changed in the copy since the newest turn, for a caller that holds the room's lock. What no turn could keep
 * stays, as it does after a turn.
 */
export async function revertTurn({
  repository,
  folder,
}: {
  readonly repository: Repository;
  readonly folder: string;
}): Promise<void> {
  await catchUpIndex({ repository, folder }, (await readRefs(repository)).work);
  await stageFiles(repository, LIMITS);
  const from = await gitText(repository, ["write-tree"], WHOLE_TREE);
  await moveRoom(folder, { ...(await readState(folder)), from });
}

/** A hidden file is in the trees as the user has it, whatever replaces it in the copy. */
async function writtenOverHidden(
  repository: Repository,
  absent: ReadonlySet<BytePath>,
): Promise<readonly RefusedFile[]> {
  const copy = repository.workTree ?? "/";
  const hidden = await hiddenPaths(repository);
  const written = await Promise.all(
    hidden.map(async (path) => {
      const entry = await lstat(systemPath(copy, path)).catch(() => undefined);
      if (entry === undefined) return [];
      return [{ path: displayPath(path), why: absent.has(path) ? sparseText(path) : HIDDEN }];
    }),
  );
  return written.flat();
}

function sparseText(path: BytePath): string {
  // In the folder on top only a rule of the file itself takes it in.
  const folder = displayPath(path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : path);
  return `it is outside your sparse checkout (git sparse-checkout add ${shellWord(folder)}, then /rebase)`;
}

const HIDDEN = "the project has a file of this name that is hidden from models";

/** Makes a commit of a persona; no ref has it yet. */
export async function commitTree(
  repository: Repository,
  {
    tree,
    parent,
    author,
  }: { readonly tree: string; readonly parent: string; readonly author: TurnAuthor },
): Promise<string> {
  const [identity, stdin] = [identityOf(author), messageOf(author)];
  return await gitText({ ...repository, identity }, ["commit-tree", tree, "-p", parent], { stdin });
}

function identityOf({ persona }: TurnAuthor): Identity {
  const mailbox = persona.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return { name: oneLine(persona) || "org", email: `${mailbox}@org.invalid` };
}

function messageOf({ title, model = "", promptHash = "" }: TurnAuthor): string {
  return commitMessage({
    title: oneLine(title) || "changes of a turn",
    trailers: {
      ...(model === "" ? {} : { "Org-Model": model }),
      ...(promptHash === "" ? {} : { "Org-Prompt": promptHash }),
    },
  });
}

/** What a turn's commit says of the model that spoke; empty where it says nothing. */
export async function makerOf(
  repository: Repository,
  commit: string,
): Promise<{ readonly model: string; readonly promptHash: string }> {
  const format = `--format=${MODEL}%n${PROMPT_HASH}`;
  const text = await gitText(repository, ["show", "--no-patch", format, commit]);
  const [model = "", promptHash = ""] = text.split("\n");
  return { model, promptHash };
}

/** Counts what differs between two commits; a file that moved counts once. */
export async function countChanges(
  repository: Repository,
  before: string,
  after: string,
): Promise<TurnChange> {
  if (before === after) return { commit: after, files: 0, added: 0, removed: 0, refused: [] };
  const args = ["diff-tree", "-r", "-M", "--shortstat", before, after];
  const { stdout } = await gitRaw(withoutIndex(repository), args, WHOLE_TREE);
  const text = new TextDecoder().decode(stdout);
  const count = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    commit: after,
    files: count(/(\d+) files? changed/),
    added: count(/(\d+) insertions?\(\+\)/),
    removed: count(/(\d+) deletions?\(-\)/),
    refused: [],
  };
}

/** What was not refused by the turn before: what stays in the copy is reported once. */
async function newlyRefused(
  folder: string,
  refused: readonly RefusedFile[],
): Promise<readonly RefusedFile[]> {
  const file = join(folder, "refused.json");
  const keys = refused.map(({ path, why }) => `${path}: ${why}`);
  const text = await loadText(file).catch(() => "[]");
  const previous = parseJson(text);
  const reported = new Set<unknown>(Array.isArray(previous) ? previous : []);
  const now = JSON.stringify(keys);
  if (now !== text) await writeFileAtomically(file, now);
  return refused.filter((_, index) => !reported.has(keys[index]));
}

/** Longest line in characters. */
const MAX_LINE = 200;

function oneLine(text: string): string {
  const [first = ""] = text.trim().split(/[\r\n]/);
  return first
    .replace(/[\p{C}<>\s]+/gu, " ")
    .trim()
    .slice(0, MAX_LINE);
}
