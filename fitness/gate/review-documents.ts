/** What of a change of documents a human has to see before it is main's. */
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { takeoverFaults } from "../oracle/takeover.ts";
import type { Objection } from "../stages.ts";
import type { Admission } from "./admission.ts";
import { readBlobs } from "./blobs.ts";
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
      /\b(?:ba|z|da)?sh\b.*(?:<\(|\$\(|`)\s*(?:curl|wget)\b|\b(?:eval|source)\b.*\b(?:curl|wget)\b/i,
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
    details.push(...addedCommands(change, textOf));
  }
  const [first] = details;
  return first === undefined
    ? undefined
    : { result: "hold", reason: `${first}: a human decides`, details };
}

/** Lines that are new, and that a reader, a person or a model, might act on. */
function addedCommands(
  { path = "", status, oldId, newId }: TreeChange,
  textOf: (id: string) => string,
): readonly string[] {
  if (status === "D") return [];
  const known = new Set(status === "A" ? [] : textOf(oldId).split("\n"));
  return textOf(newId)
    .split("\n")
    .flatMap((line, index) => {
      if (known.has(line)) return [];
      const told = COMMANDS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => what);
      const orders = takeoverFaults(line).length > 0 ? ["gives a model orders"] : [];
      const [what] = [...told, ...orders];
      return what === undefined
        ? []
        : [`${path}:${index + 1} ${what}: ${line.trim().slice(0, 120)}`];
    });
}

/** Tests by path, with their text. */
async function testsOf(gate: Repository, tree: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await gitRaw(gate, ["ls-tree", "-r", "-z", "--full-tree", tree]);
  const entries = new TextDecoder()
    .decode(stdout)
    .split("\0")
    .flatMap((line) => {
      const [, id = "", path = ""] = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return TEST_FILE.test(path) ? [[path, id] as const] : [];
    });
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
