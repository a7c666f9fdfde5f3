/**
 * A turn's commit out of the files that have certainly changed. It costs what they cost, however large the repository
 * is: neither the index is read or written, nor any other file looked at.
 */
import { existsSync } from "node:fs";
import { lstat, realpath, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { looksSecret } from "#core/text/secret-names.ts";
import { errnoOf, loadText, writeFileAtomically } from "#platform/files.ts";
import { isObjectId } from "#platform/git/names.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { treeChanges } from "#platform/git/tree-changes.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import { type Repository, withoutIndex } from "#platform/git/wrapper.ts";
import { gitFields } from "./byte-paths.ts";
import { updateIndex } from "./copy.ts";
import { blobsWithSecrets, mayHoldSecret } from "./secret-content.ts";

/** More files are looked for like those that are not known. */
const MOST_NAMED = 64;
/** Largest file in bytes; a larger one is refused by who looks at all. */
const MOST_BYTES = 16 * 1024 * 1024;

export interface NamedTurn {
  /** Relative to the copy, without needless parts. */
  readonly paths: readonly string[];
  /** The newest turn. */
  readonly parent: string;
  /** Whole, as Git writes it behind `author`. */
  readonly signature: string;
  readonly message: string;
}

/**
 * Commits these files, and makes `refs/org/work` the commit.
 *
 * @returns the commit, which is the parent where nothing changed; `undefined` where something is unusual, such as a link, a
 *   secret or a rule of what Git ignores: then all files have to be looked at, and nothing was done.
 */
export async function commitNamed(
  { repository, folder }: { readonly repository: Repository; readonly folder: string },
  { paths, parent, signature, message }: NamedTurn,
): Promise<string | undefined> {
  if (paths.length === 0) return parent;
  if (paths.length > MOST_NAMED || !paths.every(isPlainName)) return undefined;
  const [entries, files] = await Promise.all([
    entriesOf(repository, parent, paths),
    Promise.all(paths.map((path) => lookAt(repository, path))),
  ]);
  if (entries === undefined || files.includes(undefined)) return undefined;
  // What replaces a file that is hidden for its content is not the room's.
  const texts = [...entries].filter(([path]) => mayHoldSecret(path));
  const texted = texts.map(([, entry]) => entry.slice(entry.indexOf(" ") + 1));
  if ((await blobsWithSecrets(repository, texted)).size > 0) return undefined;
  const present = files.filter((file) => file !== undefined && file.mode !== GONE);
  const unignored = await withoutIgnored(repository, present, entries);
  if (unignored === undefined) return undefined;
  const ids = await hashFiles(repository, unignored);
  if (ids === undefined) return undefined;
  const gone = files.filter((file) => file?.mode === GONE && entries.has(file.path));
  const lines = [
    ...gone.map((file) => `D ${quoted(file?.path ?? "")}`),
    ...unignored.flatMap(({ path, mode }, at) => {
      const id = ids[at] ?? "";
      return entries.get(path) === `${mode} ${id}` ? [] : [`M ${mode} ${id} ${quoted(path)}`];
    }),
  ];
  if (lines.length === 0) return parent;
  await leaveIndexAt(folder, parent);
  return await importCommit(repository, { parent, signature, message, lines });
}

/** A file of a copy as it is now. */
interface NamedFile {
  readonly path: string;
  /** As Git has it; {@link GONE} for none. */
  readonly mode: string;
}

const GONE = "000000";
const OWNER_RUNS = 0o100;

/** Names that no program takes for anything else, and whose change tells Git nothing. */
function isPlainName(path: string): boolean {
  const isPlain = (name: string) =>
    /^[^\p{C}~\\:"]+$/u.test(name) && !/^\.git|[ .]$/i.test(name) && name !== "";
  return path.split("/").every(isPlain) && !looksSecret(path);
}

/** @returns mode and id by path; `undefined` where one is not a regular file. */
async function entriesOf(
  repository: Repository,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string> | undefined> {
  const { stdout } = await gitRaw(repository, [
    "ls-tree",
    "-z",
    "--full-tree",
    commit,
    "--",
    ...paths,
  ]);
  const entries = new Map<string, string>();
  for (const { mode, objectId, path } of readTreeEntries(stdout)) {
    if (path === undefined || !mode.startsWith("100")) return undefined;
    entries.set(path, `${mode} ${objectId}`);
  }
  return entries;
}

/** @returns `undefined` for what is not a regular file, is too large, has several names or lies behind a link. */
async function lookAt(
  { workTree = "/" }: Repository,
  path: string,
): Promise<NamedFile | undefined> {
  const file = join(workTree, path);
  try {
    const entry = await lstat(file);
    const folder = await realpath(dirname(file));
    if (!entry.isFile() || entry.size > MOST_BYTES || folder !== dirname(file)) return undefined;
    // Under another name it may have changed as well, or by it.
    if (entry.nlink > 1) return undefined;
    return { path, mode: (entry.mode & OWNER_RUNS) === 0 ? "100644" : "100755" };
  } catch (error) {
    // What cannot be looked at stays as it was.
    return ["ENOENT", "ENOTDIR"].includes(errnoOf(error)) ? { path, mode: GONE } : undefined;
  }
}

/** @returns what Git does not ignore; `undefined` where it takes one for something else. */
async function withoutIgnored(
  repository: Repository,
  files: readonly (NamedFile | undefined)[],
  entries: ReadonlyMap<string, string>,
): Promise<readonly NamedFile[] | undefined> {
  const present = files.filter((file) => file !== undefined);
  const fresh = present.filter(({ path }) => !entries.has(path));
  if (fresh.length === 0) return present;
  // The index of the room may know a file from before.
  const empty = withoutIndex(repository);
  const question = ["ls-files", "-z", "--others", "--exclude-standard", "--"];
  const fields = await gitFields(empty, [...question, ...fresh.map(({ path }) => path)]);
  const listed = new Set(fields.map((field) => Buffer.from(field, "latin1").toString()));
  if ([...listed].some((path) => path.endsWith("/"))) return undefined;
  return present.filter(({ path }) => entries.has(path) || listed.has(path));
}

/** @returns `undefined` where Git cannot take one, as for an encoding that its attributes name. */
async function hashFiles(
  repository: Repository,
  files: readonly NamedFile[],
): Promise<readonly string[] | undefined> {
  if (files.length === 0) return [];
  const stdin = files.map(({ path }) => `${path}\n`).join("");
  const args = ["hash-object", "-w", "--stdin-paths"];
  const { exitCode, stdout } = await gitRaw(repository, args, { stdin, exitCodes: [0, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trimEnd().split("\n") : undefined;
}

interface Import extends Pick<NamedTurn, "parent" | "signature" | "message"> {
  readonly lines: readonly string[];
}

/** Trees that did not change are not read; the ref is changed last, or not at all. */
async function importCommit(
  repository: Repository,
  { parent, signature, message, lines }: Import,
): Promise<string> {
  const head = `commit refs/org/work\nmark :1\nauthor ${signature}\ncommitter ${signature}\n`;
  const data = `data ${Buffer.byteLength(message)}\n${message}\nfrom ${parent}\n`;
  const stdin = `${head}${data}${lines.join("\n")}\n\nget-mark :1\ndone\n`;
  const commit = await gitText(repository, ["fast-import", "--quiet", "--done"], { stdin });
  if (!isObjectId(commit)) throw new Error(`Not a commit: ${JSON.stringify(commit)}`);
  return commit;
}

function quoted(path: string): string {
  return `"${path}"`;
}

/** The commit that the index of a room is at, where it is not the newest turn. */
const INDEX_AT = "index-at";

async function leaveIndexAt(folder: string, commit: string): Promise<void> {
  const file = join(folder, INDEX_AT);
  if (!existsSync(file)) await writeFileAtomically(file, commit);
}

/** Brings the index to the newest turn, for who looks at all files; the files stay as they are. */
export async function catchUpIndex(
  { repository, folder }: { readonly repository: Repository; readonly folder: string },
  newest: string,
): Promise<void> {
  const at = await loadText(join(folder, INDEX_AT)).catch(() => undefined);
  if (at === undefined) return;
  // Plain files alone were committed without the index: none of them is hidden.
  await updateIndex(repository, await treeChanges(repository, [at, newest]), new Set());
  await forgetIndexAt(folder);
}

/** For who makes the index anew. */
export async function forgetIndexAt(folder: string): Promise<void> {
  await rm(join(folder, INDEX_AT), { force: true });
}
