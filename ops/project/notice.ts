/** What a user is told when a room opens on a repository for the first time. */

import { lstatSync } from "node:fs";
import { join } from "node:path";
import { counted } from "#core/text/counted.ts";
import { oneRow } from "#core/text/one-row.ts";
import { looksSecret } from "#core/text/secret-names.ts";
import { readBytesFile } from "#platform/files.ts";
import { humanSettings } from "#platform/git/human-identity.ts";
import { gitFields, gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { type FoundDependency, omittedText } from "./dependencies.ts";
import { PackedIds } from "./packed-ids.ts";
import {
  blobsWithSecrets,
  isSecretContent,
  MOST_LOOKED_AT,
  mayHoldSecret,
} from "./secret-content.ts";
import { headOf } from "./source.ts";
import { excludesOf } from "./user-settings.ts";

/** What models would see of a tree. */
export interface TreeFacts {
  /** Regular files that are shown. */
  readonly files: number;
  /** Of all of them together. */
  readonly bytes: number;
  /** Paths that no model sees: for their names in the order of the tree, then for what they hold. */
  readonly hidden: readonly string[];
}

/** What models would see of a work tree. */
export interface WorkTreeFacts extends TreeFacts {
  /** How many of the files are in no commit. */
  readonly uncommitted: number;
}

/** What the notice tells. */
export interface NoticeFacts extends WorkTreeFacts {
  /** Name of the repository. */
  readonly name: string;
  /** Ignored folders that are shown read-only. */
  readonly dependencies: readonly FoundDependency[];
  /** Names of others that are hidden. */
  readonly omitted?: readonly string[] | undefined;
  /** Commands that would judge a change. */
  readonly checks: readonly string[];
  /** Files that may name more, and are too large to be looked into. */
  readonly unread?: readonly string[] | undefined;
}

const MAX_LISTING_BYTES = 256 * 1024 * 1024;

/**
 * @param tree full id of a tree or a commit.
 * @throws {OrgError} `PROCESS_FAILED` when Git cannot read it.
 */
export async function treeFacts(
  repository: Repository,
  tree: string,
  signal?: AbortSignal,
): Promise<TreeFacts> {
  const treeOptions = { repository, tree, signal };
  const hidden: string[] = [];
  const texts = new PackedIds();
  let [files, bytes] = [0, 0];
  await eachFile(treeOptions, ({ path, id, size }) => {
    if (looksSecret(path)) return void hidden.push(path);
    files += 1;
    bytes += size;
    if (mayHoldSecret(path)) texts.add(id);
  });
  const secret = await blobsWithSecrets(repository, texts, signal);
  if (secret.size > 0) {
    await eachFile(treeOptions, ({ path, id, size }) => {
      if (!mayHoldSecret(path) || !secret.has(id)) return;
      files -= 1;
      bytes -= size;
      hidden.push(path);
    });
  }
  return { files, bytes, hidden };
}

/** Where {@link treeFacts} looks. */
interface LookedAt {
  readonly repository: Repository;
  readonly tree: string;
  readonly signal: AbortSignal | undefined;
}

interface ListedFile {
  readonly path: string;
  readonly id: string;
  readonly size: number;
}

/** Tells the regular files of a tree, one at a time: a large one has more than fit into memory as objects. */
async function eachFile(
  { repository, tree, signal }: LookedAt,
  onFile: (file: ListedFile) => void,
): Promise<void> {
  const onField = (line: Buffer, start: number, end: number): void => {
    // "100644 blob ID    SIZE\tPATH"; a link and a submodule are not content.
    const tab = line.indexOf(TAB, start);
    const [mode = "", , id = "", length] = line.toString("latin1", start, tab).split(/ +/);
    if (!mode.startsWith("100")) return;
    // A blob that a partial clone lacks has no size.
    onFile({ path: line.toString("utf8", tab + 1, end), id, size: Number(length) || 0 });
  };
  const args = ["ls-tree", "-r", "-l", "-z", "--full-tree", tree];
  await gitFields(repository, args, { maxBytes: MAX_LISTING_BYTES, signal, onField });
}

const TAB = 0x09;

/**
 * The same of the user's work tree: what is checked out, and what is in no commit yet and not ignored.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git cannot read it.
 */
export async function workTreeFacts(
  source: Repository,
  signal: AbortSignal,
): Promise<WorkTreeFacts> {
  const commit = await headOf(source);
  const tree = commit === undefined ? NO_FILES : await treeFacts(source, commit, signal);
  const question = [
    "ls-files",
    "-z",
    "--others",
    "--exclude-standard",
    "--exclude-from=/dev/stdin",
  ];
  const settings = await humanSettings({ folder: source.workTree ?? "/", signal });
  const { stdout } = await gitRaw(source, question, {
    ...{ maxBytes: MAX_LISTING_BYTES, signal },
    stdin: await excludesOf(source, settings, signal),
  });
  const fresh = new TextDecoder().decode(stdout).split("\0");
  // A folder is a repository of its own, which is left out.
  const paths = fresh.filter((path) => path !== "" && !path.endsWith("/"));
  const isHidden = (path: string) => looksSecret(path) || hasSecretIn(source, path);
  const unseen = new Set(paths.filter(isHidden));
  const hidden = [...tree.hidden, ...unseen];
  const sizes = paths.flatMap((path) => (unseen.has(path) ? [] : sizeIn(source, path)));
  const bytes = sizes.reduce((sum, size) => sum + size, tree.bytes);
  return { files: tree.files + sizes.length, bytes, hidden, uncommitted: sizes.length };
}

/** Whether a file that is in no commit holds a secret; not where it cannot be read, and is left out for that. */
function hasSecretIn(source: Repository, path: string): boolean {
  const [size = Infinity] = mayHoldSecret(path) ? sizeIn(source, path) : [];
  if (size > MOST_LOOKED_AT) return false;
  try {
    return isSecretContent(readBytesFile(join(source.workTree ?? "/", path)));
  } catch {
    return false;
  }
}

/** Of a repository without a commit. */
const NO_FILES: TreeFacts = { files: 0, bytes: 0, hidden: [] };

/** @returns nothing for what is not a regular file, or too large to be captured. */
function sizeIn({ workTree = "/" }: Repository, path: string): readonly number[] {
  const entry = lstatSync(join(workTree, path), { throwIfNoEntry: false });
  return entry?.isFile() === true && entry.size <= MOST_CAPTURED ? [entry.size] : [];
}

/** Largest file in bytes that is not committed and is taken over. */
const MOST_CAPTURED = 16 * 1024 * 1024;

/** Columns of the screen, and lines of the notice at most. */
const COLUMNS = 80;
const MOST_CHECKS = 4;
/** More names never fit into a line. */
const MOST_NAMED = 16;

/**
 * The notice: at most 14 lines of at most 80 columns.
 *
 * @param clean takes secrets and control characters out of the names, which come from the repository.
 */
export function noticeLines(
  facts: NoticeFacts,
  clean: (text: string) => string,
): readonly string[] {
  const {
    name,
    files,
    bytes,
    uncommitted,
    hidden,
    dependencies,
    omitted = [],
    checks,
    unread = [],
  } = facts;
  const oneLine = (text: string) => oneRow(clean(text));
  const found = dependencies
    .slice(0, MOST_NAMED)
    .map((one) => `${oneLine(one.name)} (${one.what})`);
  const listed = checks.slice(0, MOST_CHECKS).map((check) => `    ${oneLine(check)}`);
  const more = checks.length - listed.length;
  const apart = uncommitted === 0 ? "" : `, ${uncommitted} of them not committed`;
  const lines = [
    `This room works on a copy of ${oneLine(name)}.`,
    `  Models see ${counted(files, "file")} (${sizeOf(bytes)})${apart}.`,
    hidden.length === 0
      ? "  No file is hidden: none looks like a secret."
      : fitting("  Hidden as secrets: ", hidden.slice(0, MOST_NAMED).map(oneLine), hidden.length),
    ...(found.length === 0 ? [] : [fitting("  Shown read-only: ", found, dependencies.length)]),
    ...(omitted.length === 0 ? [] : [`  ${oneLine(omittedText(omitted))}`]),
    checks.length === 0
      ? "  No checks were found: each change is held until you have looked at it."
      : "  These checks would judge a change:",
    ...listed,
    ...(more > 0 ? [`    and ${more} more`] : []),
    ...(unread.length === 0
      ? []
      : [fitting("  Too large to look for checks in: ", unread.map(oneLine), unread.length)]),
    "  Your files and your branch stay as they are until you approve a promotion.",
  ];
  return lines.map(cut);
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** As many of the names as one line holds, and how many there are besides. */
function fitting(head: string, names: readonly string[], count: number): string {
  let line = `${head}${counted(count, "name")}`;
  for (let listedCount = 1; listedCount <= names.length; listedCount += 1) {
    const more = count > listedCount ? ` and ${count - listedCount} more` : "";
    const next = `${head}${names.slice(0, listedCount).join(", ")}${more}`;
    if (Bun.stringWidth(next) > COLUMNS) break;
    line = next;
  }
  return line;
}

function cut(line: string): string {
  if (Bun.stringWidth(line) <= COLUMNS) return line;
  let short = "";
  for (const character of line) {
    if (Bun.stringWidth(short + character) > COLUMNS - 1) break;
    short += character;
  }
  return `${short}…`;
}
