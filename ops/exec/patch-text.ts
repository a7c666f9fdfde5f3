/** The two blocks that `org exec` prints and `org cand start --patch` reads. */
import { OrgError } from "#core/errors.ts";

const MESSAGE_HEAD = "---COMMIT_MSG---\n";
const PATCH_HEAD = "---PATCH---\n";

export interface CommitPatch {
  /** Absent for a bare diff. */
  readonly message?: string | undefined;
  readonly patch: string;
}

export function writeCommitPatch({ message, patch }: Required<CommitPatch>): string {
  return `${MESSAGE_HEAD}${message}\n${PATCH_HEAD}${patch}`;
}

/**
 * Reads the two blocks, or a bare diff.
 *
 * @throws {OrgError} `INPUT_INVALID` when there is nothing, or one block without the other.
 */
export function readCommitPatch(text: string): CommitPatch {
  const plain = text.startsWith(MESSAGE_HEAD.trim())
    ? text.replace(/^(---\w+---)\r\n/gm, "$1\n")
    : text;
  if (plain.trim() === "")
    throw notReadable("it is empty", "what was to print it has said why on its stderr");
  if (!plain.startsWith(MESSAGE_HEAD)) return { patch: text };
  const at = plain.indexOf(`\n${PATCH_HEAD}`);
  if (at < 0)
    throw notReadable("it has a ---COMMIT_MSG--- and no ---PATCH---", "run org exec again");
  const message = plain.slice(MESSAGE_HEAD.length, at).trim();
  const patch = plain.slice(at + 1 + PATCH_HEAD.length);
  if (message === "" || patch.trim() === "")
    throw notReadable("one of its two blocks is empty", "run org exec again");
  return { message, patch };
}

function notReadable(why: string, remedy: string): OrgError {
  return new OrgError("This is not a patch", {
    code: "INPUT_INVALID",
    why,
    remedies: [remedy],
    unchanged: "No candidate was made.",
  });
}

const TRAILER = "Tracking-Breadcrumb";
/** Longest message in characters. */
const MAX_MESSAGE = 4000;

/**
 * The message as it is printed: with the breadcrumb as a trailer, and no breadcrumb that the model made up.
 *
 * @param message cleaned.
 * @returns `undefined` when nothing is left of it.
 * @see https://git-scm.com/docs/git-interpret-trailers
 */
export function commitMessage(message: string, breadcrumb: string | undefined): string | undefined {
  const lines = message
    .slice(0, MAX_MESSAGE)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => !line.toLowerCase().startsWith(`${TRAILER.toLowerCase()}:`))
    // The reader of the two blocks looks for this line.
    .filter((line) => line !== PATCH_HEAD.trim());
  const text = lines.join("\n").trim();
  if (text === "" || breadcrumb === undefined) return text === "" ? undefined : text;
  const [, ...paragraphs] = text.split(/\n{2,}/);
  const last = paragraphs.at(-1)?.split("\n") ?? [];
  const isTrailers = last.length > 0 && last.every((line) => /^[A-Za-z][A-Za-z-]*: \S/.test(line));
  return `${text}${isTrailers ? "\n" : "\n\n"}${TRAILER}: ${breadcrumb}`;
}

/** @throws {OrgError} `USAGE` for what is more than one plain line. */
export function readBreadcrumb(text: string | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  if (text.length <= 200 && !/\p{C}|\p{Zl}|\p{Zp}/u.test(text) && text.trim() === text) return text;
  throw new OrgError("TRACKING_BREADCRUMB cannot be used", {
    code: "USAGE",
    why: "it goes into a line of the commit message: at most 200 visible characters, no blank around them",
    remedies: ["org exec TASK --breadcrumb TEXT"],
    unchanged: "Nothing was done.",
  });
}
