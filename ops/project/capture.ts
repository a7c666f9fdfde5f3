/**
 * Keeps the state of the user's work tree as a commit in a repository of ours. The user's repository and files are only
 * read: Git works in a folder of ours, with a copy of the user's index, so that it reads no file that the index knows, and
 * no setting, hook or filter of the user's repository has any effect.
 */
import { existsSync } from "node:fs";
import { appendFile, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { copyRegularFile } from "#platform/files.ts";
import { humanSettings } from "#platform/git/human-identity.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { type BytePath, fieldsWhere, giveFields, systemPath, WHOLE_TREE } from "./byte-paths.ts";
import { pathOf } from "./git-file.ts";
import {
  countsModes,
  headOf,
  incomplete,
  objectFolders,
  refuseConflicts,
  refuseOwnFiles,
  unreadable,
} from "./source.ts";
import { type RefusedFile, type StageLimits, stageFiles } from "./stage-files.ts";
import { contentSettings, excludesOf } from "./user-settings.ts";

/** In whose name a room commits what it was not told by a persona. */
export const ROOM_IDENTITY: Identity = { name: "org", email: "org@org.invalid" };

/** What a work tree held. */
export interface Capture {
  /** The commit that is checked out; absent before the first one. */
  readonly source: string | undefined;
  /** A commit on top of it with what was not committed. */
  readonly base: string;
  /** What is in no commit of ours. */
  readonly left: readonly RefusedFile[];
  /** Files that the user's own Git does not write out (a sparse checkout). */
  readonly absent: readonly BytePath[];
}

/** From the repository of a room, `projects/<id>/rooms/<room>/work.git`, up to the folder with all that a home keeps. */
const STATE_FOLDER = "../../../../..";

const LIMITS: StageLimits = {
  fileBytes: 16 * 1024 * 1024,
  newFiles: 20_000,
  totalBytes: 512 * 1024 * 1024,
  // The user made them; they are not written into the copy.
  judgesLinks: false,
};

/**
 * Makes an empty repository that borrows the user's objects, with their rules of what is ignored.
 *
 * @param repository where; with a work tree of its own.
 */
export async function createBorrower(
  source: Repository,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const { gitDir } = repository;
  const format = await gitText(source, ["rev-parse", "--show-object-format"]);
  await mkdir(gitDir, { recursive: true, mode: 0o700 });
  // With a work tree, Git would write its path down, which is another one once the room has its name.
  const bare = { ...repository, workTree: undefined };
  await gitText(bare, ["init", "--quiet", `--object-format=${format}`]);
  const folders = await objectFolders(source);
  await mkdir(join(gitDir, "objects", "info"), { recursive: true });
  await writeFile(
    join(gitDir, "objects", "info", "alternates"),
    folders.map(alternateLine).join(""),
  );
  await appendFile(join(gitDir, "config"), `[checkout]\n\tworkers = ${CHECKOUT_WORKERS}\n`);
  await copySettings(source, repository, signal);
}

/**
 * Processes of Git that write the files of a copy. More than there are cores: most of the time is the system's, and some of
 * it is spent waiting for the disk.
 */
const CHECKOUT_WORKERS = "4";

/** Takes over what the user's Git ignores, and how it reads line ends. */
export async function copySettings(
  source: Repository,
  repository: Repository,
  signal: AbortSignal,
): Promise<void> {
  const info = join(repository.gitDir, "info");
  await mkdir(info, { recursive: true });
  const settings = await humanSettings({ folder: source.workTree ?? "/", signal });
  await writeFile(join(info, "exclude"), await excludesOf(source, settings, signal));
  for (const [key, value] of contentSettings(settings)) {
    await gitText(repository, ["config", key, value]);
  }
}

/**
 * Keeps the state of the user's work tree.
 *
 * @param into the repository that gets the objects, made by {@link createBorrower}.
 * @throws {OrgError} `INPUT_INVALID` while conflicts wait for the user, where files of the home would be captured, and
 *   where the user's repository lacks objects.
 */
export async function capture(
  source: Repository,
  into: Repository,
  signal: AbortSignal,
): Promise<Capture> {
  const gitDir = join(dirname(into.gitDir), "capture.git");
  const worktree: Repository = {
    ...{ gitDir, workTree: source.workTree, links: true, muted: [], identity: ROOM_IDENTITY },
  };
  try {
    await createTwin(into.gitDir, gitDir);
    if (!(await countsModes(source))) await gitText(worktree, ["config", "core.fileMode", "false"]);
    const marked = await takeIndex(source, worktree);
    signal.throwIfAborted();
    await refuseOwnFiles(worktree, join(into.gitDir, STATE_FOLDER));
    const absent = await absentFiles(worktree, marked);
    const left = await stageFiles(worktree, LIMITS);
    const commit = await headOf(source);
    const base = await commitIndex(worktree, commit);
    return { source: commit, base, left, absent };
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(source, error);
  } finally {
    await rm(gitDir, { recursive: true, force: true });
  }
}

/** A repository with the settings and the objects of another, and an index of its own. */
async function createTwin(of: string, twin: string): Promise<void> {
  await rm(twin, { recursive: true, force: true });
  await mkdir(join(twin, "refs"), { recursive: true, mode: 0o700 });
  await mkdir(join(twin, "info"));
  for (const name of ["HEAD", "config", "info/exclude"]) {
    await copyRegularFile(join(of, name), join(twin, name));
  }
  await symlink(join(of, "objects"), join(twin, "objects"));
}

async function commitIndex(worktree: Repository, parent: string | undefined): Promise<string> {
  const options = { ...WHOLE_TREE, exitCodes: [0, 128] };
  const { exitCode, stdout, stderr } = await gitRaw(worktree, ["write-tree"], options);
  if (exitCode !== 0) throw incomplete(worktree, stderr);
  const tree = new TextDecoder().decode(stdout).trim();
  const parents = parent === undefined ? [] : ["-p", parent];
  const stdin = "What the work tree held\n";
  return await gitText(worktree, ["commit-tree", tree, ...parents], { stdin });
}

/**
 * Copies the user's index with what it knows of the files; where Git cannot read the copy, only what it lists.
 *
 * @returns the files that are marked, as `git ls-files -t -v` prints them.
 * @throws {OrgError} `INPUT_INVALID` while conflicts wait for the user.
 */
async function takeIndex(source: Repository, worktree: Repository): Promise<readonly string[]> {
  const index = await pathOf(source, "index");
  if (!existsSync(index)) return [];
  const target = join(worktree.gitDir, "index");
  const { mtimeMs } = await stat(index);
  await copyRegularFile(index, target);
  // Git reads a file again that is not older than the index: a younger copy would hide changes of the last moment.
  const time = Math.floor(mtimeMs) / 1000;
  await utimes(target, time, time);
  if (!(await isWhole(target))) {
    throw new OrgError("The index of your repository is damaged", {
      code: "PROCESS_FAILED",
      why: "The index does not end with its checksum: it was cut off, or something else wrote into it.",
      remedies: [],
      unchanged: "Nothing was changed.",
    });
  }
  await copySharedIndexes(dirname(index), worktree.gitDir);
  const marked = await markedFiles(worktree).catch(async (error: unknown) => {
    if (!(error instanceof OrgError) || error.code !== "PROCESS_FAILED") throw error;
    await rm(target);
    const { stdout } = await gitRaw(source, ["ls-files", "--stage", "-z"], WHOLE_TREE);
    await gitRaw(worktree, ["update-index", "-z", "--index-info"], {
      ...WHOLE_TREE,
      stdin: stdout,
    });
    return await markedFiles(worktree);
  });
  const unmerged = marked.filter((field) => /^m /i.test(field)).map((field) => field.slice(2));
  refuseConflicts(source, unmerged);
  return marked;
}

async function markedFiles(worktree: Repository): Promise<readonly string[]> {
  const isMarked = (bytes: Buffer, start: number) => bytes[start] !== UNMARKED;
  return await fieldsWhere(worktree, ["ls-files", "-z", "-t", "-v"], isMarked);
}

/** Whether an index ends with the checksum of what stands before it. Git looks at no checksum, and reads one that was cut off. */
async function isWhole(path: string): Promise<boolean> {
  const file = Bun.file(path);
  for (const [algorithm, length] of [["sha1", 20] as const, ["sha256", 32] as const]) {
    const expected = Buffer.from(await file.slice(file.size - length).arrayBuffer());
    // With index.skipHash, Git writes zeros.
    if (expected.every((byte) => byte === 0)) return true;
    const hasher = new Bun.CryptoHasher(algorithm);
    for await (const chunk of file.slice(0, file.size - length).stream()) hasher.update(chunk);
    if (hasher.digest().equals(expected)) return true;
  }
  return false;
}

/** An index may be the difference to another file (`core.splitIndex`). */
async function copySharedIndexes(from: string, to: string): Promise<void> {
  for (const name of await readdir(from)) {
    if (/^sharedindex\.[0-9a-f]+$/.test(name))
      await copyRegularFile(join(from, name), join(to, basename(name)));
  }
}

/** "H", before the name of a file like any other. */
const UNMARKED = 0x48;

/**
 * Takes marks off the index that make Git overlook changes, where the file is there.
 *
 * @param fields of {@link markedFiles}.
 * @returns the files that are not, because the user's own Git leaves them out.
 */
async function absentFiles(
  worktree: Repository,
  fields: readonly string[],
): Promise<readonly BytePath[]> {
  const marked = fields.filter((field) => /^(?:[a-z]|S) /.test(field));
  const paths = marked.map((field) => field.slice(2));
  const skipped = fields.filter((field) => /^[sS] /.test(field)).map((field) => field.slice(2));
  await giveFields(worktree, ["update-index", "-z", "--no-assume-unchanged", "--stdin"], paths);
  const present = skipped.filter((path) => existsSync(systemPath(worktree.workTree ?? "/", path)));
  await giveFields(worktree, ["update-index", "-z", "--no-skip-worktree", "--stdin"], present);
  const isPresent = new Set(present);
  return skipped.filter((path) => !isPresent.has(path));
}

/** A path that Git would take for a comment or for quoted text stands in quotes. */
export function alternateLine(folder: string): string {
  if (!/^["#]|\n/.test(folder)) return `${folder}\n`;
  const quoted = folder.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n");
  return `"${quoted}"\n`;
}
