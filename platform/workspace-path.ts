/** Which names a model or a person may write to in the workspace; decided on the text alone. */
import { OrgError } from "#core/errors.ts";

/** Longest path in bytes of UTF-8; the system itself stops at 4,096 with the root included. */
const MAX_PATH_BYTES = 1024;
/** Longest single name in bytes, as on every Linux file system. */
const MAX_NAME_BYTES = 255;

/** Folders whose content decides what programs do later: Git runs hooks, and we trust our own state. */
const RESERVED: readonly string[] = [".git", ".org"];

/**
 * Splits a path into its names: `./a//b.txt` gives `["a", "b.txt"]`.
 *
 * @throws {OrgError} `PATH_REFUSED` for an absolute path, `..`, a control character, a reserved name
 *   and everything else that is not a plain path to a file below the workspace.
 */
export function splitWorkspacePath(path: string): readonly [string, ...string[]] {
  const problem = pathProblem(path);
  if (problem !== undefined) throw pathRefused(path, problem);
  const [first, ...rest] = path.split("/").filter(isName);
  if (first === undefined) throw pathRefused(path, "it names no file");
  return [first, ...rest];
}

/** @param why one clause that follows "because". */
export function pathRefused(path: string, why: string): OrgError {
  return new OrgError(`The path ${JSON.stringify(path.slice(0, 200))} was refused`, {
    code: "PATH_REFUSED",
    why: `Files are written inside the workspace only, and ${why}.`,
    remedies: ["use a relative path without links, for example notes/plan.md"],
    unchanged: "Nothing was written.",
  });
}

/** One clause that follows "because", for what is not a plain path to a file below a folder. */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "the path is empty";
  // Half a surrogate pair would reach the disk as another character than the one that was checked.
  if (!path.isWellFormed()) return "it is not valid Unicode";
  if (hasControlCharacter(path)) return "it contains a control character";
  if (path.startsWith("/")) return "it is absolute";
  if (path === "~" || path.startsWith("~/")) return '"~" is a place outside it';
  if (path.endsWith("/")) return "it names a folder";
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  for (const name of path.split("/")) {
    const problem = nameProblem(name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function nameProblem(name: string): string | undefined {
  if (name === "..") return '".." leads out of a folder';
  // Case is ignored because the checkout may lie on a file system that ignores it.
  if (RESERVED.includes(name.toLowerCase())) return `"${name}" is reserved`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    return `a name in it is longer than ${MAX_NAME_BYTES} bytes`;
  }
  return undefined;
}

function isName(part: string): boolean {
  return part !== "" && part !== ".";
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
