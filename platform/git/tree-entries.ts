/** Which entries of a tree are refused, regardless of who made the tree: what they name may be more than a file. */
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import { EXECUTABLE, FILE, LINK, SUBMODULE } from "./entry-modes.ts";

/** One line of `git ls-tree -r -z --full-tree`. */
export interface TreeEntry {
  /** Six octal digits. */
  readonly mode: string;
  readonly objectId: string;
  /** Undefined when the name is not valid UTF-8. */
  readonly path: string | undefined;
}

export interface RefusedEntry {
  /** The name, in quotes and with every unusual character escaped, so that it can be shown. */
  readonly path: string;
  /** One clause, for example `it is a symbolic link`. */
  readonly why: string;
}

export interface TreeRules {
  /**
   * Whether files may be executable.
   *
   * @default false
   */
  readonly executables?: boolean | undefined;
}

/** @param lsTree what `git ls-tree -r -z --full-tree` printed. */
export function readTreeEntries(lsTree: Uint8Array): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let start = 0; start < lsTree.length; ) {
    const end = lsTree.indexOf(0, start);
    // Git ends every entry with NUL: what has none was cut off, and must not count as harmless.
    if (end < 0) throw new Error("The listing of a tree ends in the middle of an entry");
    entries.push(readEntry(lsTree.subarray(start, end)));
    start = end + 1;
  }
  return entries;
}

/**
 * The entries that must not be merged, written out or built from, each with its first reason.
 *
 * @param lsTree what `git ls-tree -r -z --full-tree` printed: names are judged over the whole tree, because
 *   two of them may be one on another file system.
 */
export function refusedTreeEntries(
  lsTree: Uint8Array,
  rules: TreeRules = {},
): readonly RefusedEntry[] {
  const byFoldedName = new Map<string, string>();
  return readTreeEntries(lsTree).flatMap((entry) => {
    const { mode, path } = entry;
    if (path === undefined) return refused(entry, "its name is not valid UTF-8");
    const why = modeProblem(mode, rules) ?? pathProblem(path) ?? twinProblem(path, byFoldedName);
    return why === undefined ? [] : refused(entry, why);
  });
}

/**
 * What a change adds to the refused entries of a tree: what was there before, for the same reason, is not its doing.
 *
 * @param before listings as of {@link refusedTreeEntries}; `after` of the changed tree.
 */
export function newlyRefusedEntries(
  before: Uint8Array,
  after: Uint8Array,
  rules: TreeRules = {},
): readonly RefusedEntry[] {
  const keyOf = ({ path, why }: RefusedEntry): string => `${path}: ${why}`;
  const existing = new Set(refusedTreeEntries(before, rules).map(keyOf));
  return refusedTreeEntries(after, rules).filter((entry) => !existing.has(keyOf(entry)));
}

function readEntry(line: Uint8Array): TreeEntry {
  const tab = line.indexOf(0x09);
  const head = new TextDecoder().decode(line.subarray(0, tab));
  const [, mode, objectId] = /^(\d{6}) \w+ ([0-9a-f]+)$/.exec(head) ?? [];
  if (tab < 0 || mode === undefined || objectId === undefined) {
    throw new Error(`Not a line of git ls-tree: ${JSON.stringify(head)}`);
  }
  return { mode, objectId, path: strictUtf8(line.subarray(tab + 1)) };
}

function refused({ path, objectId }: TreeEntry, why: string): RefusedEntry[] {
  const label = path === undefined ? `object ${objectId}` : JSON.stringify(path);
  const escaped = label.replace(
    /[^\x20-\x7e]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
  return [{ path: escaped, why }];
}

function modeProblem(mode: string, rules: TreeRules): string | undefined {
  switch (mode) {
    case FILE:
      return undefined;
    case EXECUTABLE:
      return rules.executables === true ? undefined : "it is executable";
    case LINK:
      return "it is a symbolic link";
    case SUBMODULE:
      return "it is a submodule";
    default:
      return `its mode is ${mode}`;
  }
}

/** Longest name and longest path in bytes. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 1024;

function pathProblem(path: string): string | undefined {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  if (path !== path.normalize("NFC")) return "its name is not in Unicode's composed form";
  for (const name of path.split("/")) {
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Files of a tree that Git itself obeys. */
const OBEYED = [".git", ".gitmodules", ".gitattributes"];
// What Windows makes of a name longer than 8.3: GIT~1 is .git, GITMOD~1 and GI7EBA~1 are .gitmodules.
const SHORT_GIT_NAME = /^gi[a-z0-9]{0,5}~\d/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/;

function nameProblem(name: string): string | undefined {
  if (name === "" || name === "." || name === "..") return `"${name}" is not a name of a file`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return `a name in it is longer than ${MAX_NAME_BYTES} bytes`;
  }
  const folded = fold(name);
  if (OBEYED.includes(folded)) return `Git obeys "${folded}"`;
  if (SHORT_GIT_NAME.test(folded)) return "Windows takes it for a file that Git obeys";
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(name)) return "a character in it cannot be seen";
  if (/[\\:]/.test(name)) return "Windows takes a character in it for a separator";
  if (/[ .]$/.test(name)) return "Windows leaves out the end of a name in it";
  if (WINDOWS_DEVICE.test(folded)) return "Windows takes it for a device";
  if (name.startsWith("-")) return "a program could take it for an option";
  return undefined;
}

/**
 * What a name is on the most careless file system: HFS+ ignores invisible characters, NTFS what follows a
 * colon and dots and spaces at the end, both ignore case.
 */
function fold(name: string): string {
  const visible = name.replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, "");
  const trimmed = visible.replace(/:.*$/s, "").replace(/[ .]+$/, "");
  return foldCase(trimmed === "" ? visible : trimmed);
}

/** Equal for names that a file system without upper and lower case may take for one. */
// Up and down: some letters have two lower-case forms, and "ß" is "SS".
export function foldCase(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

/** @param byFoldedName the folded names of earlier entries and their folders, with how they were written. */
function twinProblem(path: string, byFoldedName: Map<string, string>): string | undefined {
  const names = path.split("/");
  let problem: string | undefined;
  for (const [index] of names.entries()) {
    const prefix = names.slice(0, index + 1).join("/");
    const isFile = index === names.length - 1;
    // A folder is marked, so that a file of the same name counts as another thing.
    const written = isFile ? prefix : `${prefix}/`;
    const key = foldCase(prefix);
    const other = byFoldedName.get(key);
    if (other === undefined) byFoldedName.set(key, written);
    else if (isFile || other !== written) problem ??= `it is the same as ${JSON.stringify(other)}`;
  }
  return problem;
}
