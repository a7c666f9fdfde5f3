/** What of a change of documents a human has to see before it is main's. */

import { readBlobs } from "#platform/git/blobs.ts";
import { readTreeEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { isForeign } from "../oracle/foreign-language.ts";
import { speaksOfTools } from "../oracle/reader-talk.ts";
import { takeoverFaults } from "../oracle/takeover.ts";
import type { Objection } from "../stages.ts";
import { hiddenCharacters } from "../static/text/hidden-characters.ts";
import type { Admission } from "./admission.ts";
import type { TreeChange } from "./tree-diff.ts";

/** Files that run as tests. */
const TEST_FILE = /(?:\.test\.tsx?|_test\.py|(?:^|\/)test_[^/]*\.py)$/;

interface Rule {
  readonly pattern: RegExp;
  readonly what: string;
}

const SHELL = String.raw`(?:sudo\s+)?(?:\w*sh|python\d?|node|bun|perl|ruby|iex)\b`;

/** Commands that a reader copies, and that do more than the project's own. */
const COMMANDS: readonly Rule[] = [
  {
    pattern: new RegExp(
      String.raw`\b(?:curl|wget|iwr|irm|invoke-webrequest)\b.*\|\s*${SHELL}`,
      "i",
    ),
    what: "runs what it downloads",
  },
  {
    pattern:
      /\b(?:iex|invoke-expression)\b|\b(?:ba|z|da)?sh\b.*(?:<\(|\$\(|`)\s*(?:curl|wget)\b|\b(?:eval|source)\b.*\b(?:curl|wget)\b/i,
    what: "runs what it downloads",
  },
  {
    pattern: /\b(?:curl|wget)\b.*(?:&&|;)\s*(?:sudo\s+)?(?:chmod|\w*sh|python\d?|\.\/)/i,
    what: "runs what it downloads",
  },
  {
    pattern: /(?:^|[\s`$|;&(])(?:sudo|doas|su -c|runas)\s+\S/i,
    what: "asks for the rights of root",
  },
  { pattern: /\brm\s+-\w*[rf]|\bmkfs\b|\bdd\s+if=/i, what: "deletes" },
  {
    pattern: /\bbase64\s+(?:-d|-D|--decode)\b|\bxxd\s+-r\b/i,
    what: "decodes what it does not show",
  },
  { pattern: /\bchmod\s+(?:-R\s+)?(?:\+\w*[xs]|[0-7]*7)/i, what: "changes who may do what" },
  {
    pattern:
      /\b(?:npm|pnpm|yarn|bun|pip3?|pipx|uv|cargo|gem|brew|apt(?:-get)?|dnf|apk|go)\s+(?:-\S+\s+)*(?:i|install|add|get|x|exec)\s+\S|\b(?:npx|bunx|uvx)\s+\S/i,
    what: "installs something",
  },
  {
    pattern:
      /\bgit\s+(?:config|remote|push|clone|submodule)\b|--no-verify\b|\bcrontab\b|authorized_keys|\.(?:bashrc|zshrc|profile)\b/i,
    what: "changes settings of its reader",
  },
  { pattern: /<(?:script|iframe|object|embed)\b|\bjavascript:/i, what: "holds a program" },
];

/** @returns what is to be held, with a line for each reason. */
export async function reviewDocuments(
  gate: Repository,
  { changes, tree }: Admission,
): Promise<Objection | undefined> {
  const ids = changes
    .flatMap(({ oldId, newId }) => [oldId, newId])
    .filter((id) => !/^0+$/.test(id));
  const blobs = await readBlobs(gate, [...new Set(ids)]);
  const textOf = (id: string): string => new TextDecoder().decode(blobs.get(id));
  // A new file is read by no test that was there before.
  const tests = changes.some(({ status }) => status !== "A")
    ? await testsOf(gate, tree)
    : new Map();
  const details: string[] = [];
  for (const change of changes) {
    const path = change.path ?? "";
    if (change.status === "D") details.push(`${path} is deleted`);
    const readers = change.status === "A" ? [] : readersOf(tests, path);
    if (readers.length > 0)
      details.push(`${path} is read by tests: ${readers.slice(0, 5).join(", ")}`);
    details.push(...addedLines(change, textOf));
  }
  const [first] = details;
  return first === undefined
    ? undefined
    : { result: "hold", reason: `${first}: a human decides`, details };
}

/** Lines that are new, and that a reader, a person or a model, might act on. */
function addedLines(
  { path = "", status, oldId, newId }: TreeChange,
  textOf: (id: string) => string,
): readonly string[] {
  if (status === "D") return [];
  const before = status === "A" ? "" : textOf(oldId);
  const existing = new Set(before.split("\n"));
  const hosts = new Set(hostsIn(before));
  const lines = textOf(newId).split("\n");
  const isCode = codeLines(lines);
  const retained = lines.filter((line) => line.trim() !== "" && existing.has(line)).length;
  const had = before.split("\n").filter((line) => line.trim() !== "").length;
  const lost =
    had >= SHORT_DOCUMENT && retained * 2 < had
      ? [`${path} loses ${had - retained} of its ${had} lines`]
      : [];
  const added = lines.flatMap((line, index) => {
    if (existing.has(line) || line.trim() === "") return [];
    const what = whyHeld(line, { isCode: isCode[index] === true, hosts });
    return what === undefined ? [] : [`${path}:${index + 1} ${what}: ${line.trim().slice(0, 120)}`];
  });
  return [...lost, ...added];
}

/** A shorter document is rewritten as a whole. */
const SHORT_DOCUMENT = 8;
/** No person reads a longer line in a difference, and the rules would take ever longer for it. */
const LONGEST_LINE = 2000;
const TAG = /<\/?[a-z][\w-]*[\s>]/i;

/** What a human has to see in a line that is new. */
function whyHeld(
  line: string,
  { isCode, hosts }: { readonly isCode: boolean; readonly hosts: ReadonlySet<string> },
): string | undefined {
  if (line.length > LONGEST_LINE) return `has ${line.length} characters`;
  const command = COMMANDS.find(({ pattern }) => pattern.test(line))?.what;
  if (command !== undefined) return command;
  if (takeoverFaults(line).length > 0) return "gives a model orders";
  const host = hostsIn(line).find((one) => !hosts.has(one));
  if (host !== undefined) return `leads to ${host}`;
  if (isCode || holdsCommand(line)) return "shows a command or code";
  if (holdsMarkup(line)) return "holds markup that is not shown";
  if (hiddenCharacters(line).length > 0) return "holds invisible characters";
  if (isForeign(line)) return "is not English, and no rule reads it";
  return speaksOfTools(line) ? "says what models or tools have to do" : undefined;
}

/** A command in prose, between backticks: words with an option, a path, a pipe or an assignment. */
function holdsCommand(line: string): boolean {
  return line
    .split("`")
    .slice(1, -1)
    .some((code) => {
      if (/^\w+=./.test(code) || (code.startsWith("-") && code.includes(" "))) return true;
      const word = code.search(/\S /);
      const sign = code.search(/[/|>$]/);
      return (
        (word >= 0 && /\s-|[/|>=$]|&&/.test(code.slice(word + 2))) ||
        (sign >= 0 && code.includes(" ", sign))
      );
    });
}

function holdsMarkup(line: string): boolean {
  const tag = line.search(TAG);
  return line.includes("<!--") || (tag >= 0 && line.includes(">", tag));
}

/** Hosts and other schemes that lead out of the document. */
function hostsIn(text: string): readonly string[] {
  const named = [
    ...text.matchAll(/\b([a-z][a-z0-9+.-]{0,30}):\/\/([^/\s)>"'`]*)|\bwww\.[^/\s)>"'`]+/gi),
  ];
  const mailed = [
    ...text.matchAll(/[\w.+-]{1,64}@[\w-]+\.[\w.-]*\w|\b(?:data|mailto|tel|vbscript):\S/gi),
  ];
  return [
    ...named.map(([whole, , host]) => (host || whole).toLowerCase()),
    ...mailed.map(([whole]) => whole.toLowerCase()),
  ];
}

/** Which lines stand in a block of code: between fences, or indented behind an empty line. */
function codeLines(lines: readonly string[]): readonly boolean[] {
  let fence: string | undefined;
  let isIndented = false;
  return lines.map((line, index) => {
    const [mark] = /^\s*(?:```+|~~~+)/.exec(line) ?? [];
    if (mark !== undefined && (fence === undefined || mark.trim().startsWith(fence))) {
      fence = fence === undefined ? mark.trim() : undefined;
      return false;
    }
    if (fence !== undefined) return true;
    const isStart = /^(?: {4}|\t)\s*\S/.test(line) && !/^\s*(?:[-*+]|\d+[.)])\s/.test(line);
    isIndented = isStart && (isIndented || (lines[index - 1] ?? "").trim() === "");
    return isIndented;
  });
}

/** Tests by path, with their text. */
async function testsOf(gate: Repository, tree: string): Promise<ReadonlyMap<string, string>> {
  const entries = readTreeEntries(await treeListing(gate, tree)).flatMap(
    ({ mode, path = "", objectId }) =>
      mode.startsWith("100") && TEST_FILE.test(path) ? [[path, objectId] as const] : [],
  );
  const blobs = await readBlobs(gate, [...new Set(entries.map(([, id]) => id))]);
  return new Map(entries.map(([path, id]) => [path, new TextDecoder().decode(blobs.get(id))]));
}

/** Tests that name the file, or the folder that it lies in. */
function readersOf(tests: ReadonlyMap<string, string>, path: string): readonly string[] {
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const names = [path, ...(folder === "" ? [] : [`"${folder}"`, `"${folder}/"`])];
  return [...tests]
    .filter(([, text]) => names.some((name) => text.includes(name)))
    .map(([file]) => file);
}
