/** Stage S1: which files a candidate may change, and how. Pure: all it needs is in its arguments. */
import { newlyRefusedEntries } from "#platform/git/tree-entries.ts";
import { TOOL_NAME } from "#tools/contract/spec.ts";
import type { Objection } from "../stages.ts";
import { type ChangeClass, classOf, toolOf } from "./change-class.ts";
import type { TreeChange } from "./tree-diff.ts";

/** Most files that one candidate changes. */
const MAX_FILES = 60;

export interface DiffFacts {
  /** Between main's tree and the tree after the merge. */
  readonly changes: readonly TreeChange[];
  /** `git ls-tree -r -z --full-tree` of main and of the tree after the merge. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  /** Every path that any commit of the candidate touched. */
  readonly touched: ReadonlySet<string>;
  /** Names of the tools that were requested. */
  readonly intent: readonly string[];
}

/** A change that may be judged further. */
export interface AdmittedChange {
  readonly class: Exclude<ChangeClass, "guard">;
  /** Names of the tools that it changes, sorted. */
  readonly tools: readonly string[];
}

export function judgeDiff(facts: DiffFacts): AdmittedChange | Objection {
  const { changes, touched, intent } = facts;
  if (changes.length === 0) return { reason: "merged into main, it changes nothing", details: [] };
  const problems = [
    ...changes.flatMap(entryProblems),
    ...treeProblems(facts),
    ...changes.flatMap(({ path }) => (path === undefined ? [] : pathProblems(path, intent))),
    // A commit that the next one reverts still becomes part of main's history.
    ...[...touched].flatMap((path) => pathProblems(path, intent)),
  ];
  if (changes.length > MAX_FILES) {
    problems.push(`it changes ${changes.length} files; ${MAX_FILES} are the most`);
  }
  const paths = changes.flatMap(({ path }) => path ?? []);
  const classes = [...new Set([...paths, ...touched].map(classOf))];
  if (classes.length > 1 && !classes.includes("guard")) {
    problems.push(`it mixes changes of different kinds: ${classes.sort().join(", ")}`);
  }
  const details = [...new Set(problems)];
  if (details[0] !== undefined) return { reason: details[0], details };
  const [kind = "core"] = classes;
  const tools = [...new Set(paths.flatMap((path) => toolOf(path) ?? []))].sort();
  return { class: kind === "guard" ? "core" : kind, tools };
}

function entryProblems({ status, path, newMode }: TreeChange): readonly string[] {
  if (path === undefined) return ["the name of a file is not valid UTF-8"];
  const quotedPath = JSON.stringify(path);
  if (status === "D") return [];
  if (status === "T") return [`${quotedPath} becomes something else than a file`];
  return newMode === "100644" ? [] : [`${quotedPath} has mode ${newMode}; only 100644 is let in`];
}

/** Names are judged over the whole tree: two of them may be one on another file system. */
function treeProblems({ before, after }: DiffFacts): readonly string[] {
  const refused = newlyRefusedEntries(before, after, { executables: true });
  return refused.map(({ path, why }) => `${path}: ${why}`);
}

function pathProblems(path: string, intent: readonly string[]): readonly string[] {
  const quotedPath = JSON.stringify(path);
  switch (classOf(path)) {
    case "guard":
      return [`it changes ${quotedPath}, which only a human changes`];
    case "tool":
      return toolProblems(path, intent);
    case "core":
    case "document":
      return /^[A-Za-z0-9._/-]+$/.test(path)
        ? []
        : [`${quotedPath} is not written in plain ASCII letters`];
  }
}

function notRequested(name: string): string {
  const remedy = `name it, if you want that: org fitness CANDIDATE --intent ${name}`;
  return `it changes the tool "${name}", which was not asked for; ${remedy}`;
}

const TOOL_FILE = /^(?:[a-z0-9][a-z0-9._-]*|README\.md)$/;

function toolProblems(path: string, intent: readonly string[]): readonly string[] {
  const [, , name = "", file = "", ...deeper] = path.split("/");
  const quotedPath = JSON.stringify(path);
  if (!TOOL_NAME.test(name)) return [`${quotedPath} lies in a folder that is not a name of a tool`];
  if (!intent.includes(name)) return [notRequested(name)];
  if (deeper.length > 0) return [`${quotedPath} lies deeper than the folder of its tool`];
  if (file === "metadata.json") return [`${quotedPath} is written by the gate alone`];
  return TOOL_FILE.test(file) ? [] : [`${quotedPath} is not a lower-case ASCII name`];
}
