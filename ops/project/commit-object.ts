/** Commits in a user's name: written as objects, because author and committer are two and no hook may run. */
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { humanIdentity, humanTrusts } from "#platform/git/human-identity.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import { refuseGone } from "./gone-folder.ts";
import { refusal } from "./user-checkout.ts";

/** Longest title and longest value of a trailer, in characters. */
const MAX_LINE = 300;
/** Longest text below a title, in characters. */
const MAX_BODY = 20_000;

/** Name and value of each line at the end of a message, such as `Org-Model: …`. */
export type Trailers = Readonly<Record<string, string>>;

export interface CommitContent {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/** @returns the id of the commit; no ref names it yet. */
export async function writeCommit(
  repository: Repository,
  { tree, parents, author, committer, message, nowMs }: CommitContent,
): Promise<string> {
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${signature(author, nowMs)}`,
    `committer ${signature(committer, nowMs)}`,
    "",
    message,
  ];
  const stdin = lines.join("\n").toWellFormed();
  return await gitText(repository, ["hash-object", "-t", "commit", "-w", "--stdin"], { stdin });
}

/** What a message consists of; every part may come from a model. */
export interface MessageParts {
  readonly title: string;
  readonly body?: string | undefined;
  readonly trailers: Trailers;
}

/** A message whose last paragraph holds these trailers and no other line, whatever the texts contain. */
export function commitMessage({ title, body = "", trailers }: MessageParts): string {
  const text = body
    .slice(0, MAX_BODY)
    .replace(/\r\n?/g, "\n")
    .replace(/[^\n\P{C}]/gu, "")
    .split("\n")
    // Only what we wrote may look like a statement of ours.
    .filter((line) => !/^\s*org-/i.test(line))
    .join("\n")
    .trim();
  const last = Object.entries(trailers).map(([name, value]) => trailer(name, value));
  const paragraphs = [oneLine(title) || "change", text, last.join("\n")];
  return `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}

/** A text as one line without anything that cannot be seen. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, MAX_LINE)
    .toWellFormed();
}

function trailer(name: string, value: string): string {
  if (!/^Org-[A-Za-z-]{1,40}$/.test(name)) throw new Error(`Not the name of a trailer: ${name}`);
  return `${name}: ${oneLine(value)}`;
}

/**
 * As whom a user commits in a repository.
 *
 * @throws {OrgError} `CONFIG_INVALID` when their Git does not know, `CANDIDATE_REFUSED` when it does not work there,
 *   `INPUT_INVALID` where the folder is gone.
 */
export async function committerOf(
  root: string,
  signal: AbortSignal = AbortSignal.timeout(10_000),
): Promise<Identity> {
  refuseGone(root);
  if (!(await humanTrusts(root, signal))) throw notTrusted(root);
  const { name, email } = await humanIdentity(root, signal);
  if (name !== "" && email !== "") return { name, email };
  throw new OrgError("Git does not know your name and address", {
    code: "CONFIG_INVALID",
    why: `A promotion is committed in your name, and ${name === "" ? "user.name" : "user.email"} is not set.`,
    remedies: [
      'git config --global user.name "YOUR NAME"',
      "git config --global user.email YOU@EXAMPLE.ORG",
    ],
    unchanged: "Nothing was changed.",
  });
}

function notTrusted(root: string): OrgError {
  return refusal("Your Git does not work in this repository", {
    why: `"${root}" belongs to another user: your Git would write nothing there.`,
    remedies: [`git config --global --add safe.directory ${shellWord(root)}   # if you trust it`],
  });
}

function signature({ name, email }: Identity, nowMs: number): string {
  const plain = (text: string): string => oneLine(text).replace(/[<>]/g, "");
  return `${plain(name)} <${plain(email)}> ${Math.floor(nowMs / 1000)} ${zone(nowMs)}`;
}

/** How far local time is from UTC, as Git writes it: `+0130`. */
function zone(nowMs: number): string {
  const minutes = -new Date(nowMs).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const digits = (count: number): string => String(count).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(hours)}${digits(rest)}`;
}
