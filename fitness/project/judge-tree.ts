/** P0: what a candidate changes, judged by names, modes and sizes before anything of it runs. */

import { counted } from "#core/text/counted.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { EXECUTABLE, LINK, SUBMODULE } from "#platform/git/entry-modes.ts";
import { leadsOut } from "#platform/git/link-target.ts";
import { newlyRefusedEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { TreeChange } from "../gate/tree-diff.ts";
import { fewOf, type ProjectFinding, quoted, type Severity } from "./finding.ts";
import { heldFor, isManifest } from "./held-names.ts";
import { missingFrom } from "./test-syntax.ts";

/** A file that is larger, in bytes, or a change of more files, is for a person to see. */
const LARGE_BYTES = 1024 * 1024;
const MANY_FILES = 200;

/** Two trees of one repository, and how they differ. */
export interface ChangedTrees {
  readonly repository: Repository;
  /** Ids of commits or trees. */
  readonly base: string;
  readonly candidate: string;
  /** From the base to the candidate, without recognition of renames. */
  readonly changes: readonly TreeChange[];
}

export interface TreeRules {
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/** A change whose name is a text. */
export interface NamedChange extends TreeChange {
  readonly path: string;
}

/**
 * @returns everything about the tree that must not be merged or that a person should see.
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function judgeTree(
  trees: ChangedTrees,
  { cleaner, signal }: TreeRules,
): Promise<readonly ProjectFinding[]> {
  const { changes, repository } = trees;
  const named = namedChanges(changes);
  const ids = named.filter(({ status }) => status !== "D").flatMap(idsToRead);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: LARGE_BYTES, signal });
  const textOf = (id: string): string | undefined => {
    const bytes = blobs.get(id);
    return bytes && new TextDecoder().decode(bytes);
  };
  return [
    ...unreadableNames(changes),
    ...(await newlyRefused(trees, signal)),
    ...named.flatMap((change) => modeFindings(change, textOf(change.newId))),
    ...named.flatMap(nameFindings),
    ...named.flatMap((change) => contentFindings(change, { textOf, cleaner })),
    ...manyFiles(changes.length),
  ];
}

/** The changes of files whose names can be read. */
export function namedChanges(changes: readonly TreeChange[]): readonly NamedChange[] {
  return changes.flatMap((change) => {
    const { path } = change;
    return path === undefined ? [] : [{ ...change, path }];
  });
}

function idsToRead({ newMode, newId, oldMode, oldId }: NamedChange): readonly string[] {
  if (newMode === SUBMODULE) return [];
  return oldMode.startsWith("100") ? [newId, oldId] : [newId];
}

function finding(severity: Severity, path: string | undefined, text: string): ProjectFinding {
  return { stage: "P0", severity, path, text };
}

function unreadableNames(changes: readonly TreeChange[]): readonly ProjectFinding[] {
  const count = changes.filter(({ path }) => path === undefined).length;
  if (count === 0) return [];
  return [
    finding(
      "refused",
      undefined,
      `${counted(count, "changed file")} with a name that is not valid UTF-8.`,
    ),
  ];
}

/** Names that Git obeys, that cannot be seen, or that are one with another name where case does not count. */
async function newlyRefused(
  { repository, base, candidate, changes }: ChangedTrees,
  signal: AbortSignal,
): Promise<readonly ProjectFinding[]> {
  // Only a new name can be a bad one, or the twin of another; a large tree is not listed for less.
  if (!changes.some(({ status }) => status === "A")) return [];
  const [before, after] = await Promise.all([
    treeListing(repository, base, { signal }),
    treeListing(repository, candidate, { signal }),
  ]);
  return newlyRefusedEntries(before, after, { executables: true })
    .filter(({ why }) => !CHECKED_SEPARATELY.test(why))
    .map(({ path, why }) =>
      finding("refused", undefined, `${path}: ${why}. Give the file another name.`),
    );
}

/** Links and submodules are judged by where they lead; Git's own settings are held by name. */
const CHECKED_SEPARATELY =
  /^(?:it is a symbolic link|it is a submodule|Git obeys "\.git(?:attributes|modules)")$/;

function modeFindings(change: NamedChange, text: string | undefined): readonly ProjectFinding[] {
  const { path, status, oldMode, newMode } = change;
  const quotedPath = quoted(path);
  if (oldMode === SUBMODULE || newMode === SUBMODULE) {
    const severity = newMode === SUBMODULE ? "refused" : "held";
    const what = newMode === SUBMODULE ? "is a submodule, whose files" : "was a submodule, which";
    return [finding(severity, path, `${quotedPath} ${what} this gate cannot judge.`)];
  }
  if (status === "D") return [];
  if (newMode === LINK) return [linkFinding(path, text)];
  if (newMode === EXECUTABLE && oldMode !== EXECUTABLE) {
    return [finding("held", path, `${quotedPath} becomes executable.`)];
  }
  if (oldMode === LINK)
    return [finding("held", path, `${quotedPath} was a link and becomes a file.`)];
  return [];
}

function linkFinding(path: string, target: string | undefined): ProjectFinding {
  const subject = `${quoted(path)} is a link to ${quoted(target ?? "?")}`;
  if (target === undefined) return finding("refused", path, `${subject}, which is too long.`);
  if (leadsOut(path, target)) {
    return finding("refused", path, `${subject}, which leads out of the repository. Remove it.`);
  }
  return finding("held", path, `${subject}.`);
}

function nameFindings({ path, status }: NamedChange): readonly ProjectFinding[] {
  const why = heldFor(path);
  if (why === undefined) return [];
  const verbs = { A: "is new", D: "is removed" } as const;
  const verb = status === "A" || status === "D" ? verbs[status] : "changes";
  return [finding("held", path, `${quoted(path)} ${verb}, and it ${why}.`)];
}

interface ContentRules {
  readonly textOf: (id: string) => string | undefined;
  readonly cleaner: TextCleaner;
}

function contentFindings(
  { path, status, newMode, newId, oldId, oldMode }: NamedChange,
  { textOf, cleaner }: ContentRules,
): readonly ProjectFinding[] {
  if (status === "D" || !newMode.startsWith("100")) return [];
  const text = textOf(newId);
  const quotedPath = quoted(path);
  if (text === undefined) return [finding("held", path, `${quotedPath} has more than 1 MiB.`)];
  const before = oldMode.startsWith("100") ? (textOf(oldId) ?? "") : "";
  const added = missingFrom(before.split("\n"), text.split("\n"));
  const existing = new Set(cleaner.secretsIn(before));
  const secrets = cleaner.secretsIn(added.join("\n")).filter((kind) => !existing.has(kind));
  const isHidden = text.includes("\0") && (isProgram(path, text) || hadText(before));
  const external = isManifest(path) ? added.filter((line) => FROM_ELSEWHERE.test(line)) : [];
  return [
    ...(isHidden ? [finding("held", path, `${quotedPath} ${HAS_NUL}`)] : []),
    ...secrets.map((kind) =>
      finding("held", path, `${quotedPath} gets a line that looks like a secret (${kind}).`),
    ),
    ...(external.length === 0
      ? []
      : [finding("held", path, elsewhere(quotedPath, external, cleaner))]),
  ];
}

const HAS_NUL =
  "has a NUL byte, so Git and other tools take it for no text and hide what changes in it.";
const PROGRAM =
  /\.(?:[cm]?[jt]sx?|pyi?|sh|bash|zsh|fish|rb|pl|pm|php|lua|go|rs|java|kts?|scala|groovy|c|h|cc|cpp|cxx|hh|hpp|m|mm|cs|fs|vb|swift|dart|exs?|erl|hs|ml|clj|jl|r|sql|ps1|bat|cmd|vue|svelte|astro|html?|css|scss|less|json[c5]?|ya?ml|toml|ini|cfg|xml|gradle|cmake|mk|zig|nix|tf|proto)$/i;

function isProgram(path: string, text: string): boolean {
  return PROGRAM.test(path) || text.startsWith("#!");
}

/** An empty file tells nothing of what it is for. */
function hadText(before: string): boolean {
  return before !== "" && !before.includes("\0");
}

/** A dependency that no registry serves: a folder, an archive, a repository, an address. */
const FROM_ELSEWHERE =
  /["'=\s@](?:file|link|portal|workspace|patch|git(?:\+\w+)?|github|https?|ssh):|\b(?:path|git|url|registry|index-url|extra-index-url)\s*=|^\s*(?:-e|--?\w*index-url|--find-links)\b|=>\s|:\s*["']\.{0,2}\//;

function elsewhere(quotedPath: string, lines: readonly string[], cleaner: TextCleaner): string {
  const few = fewOf(lines.map((line) => quoted(cleaner.clean(line.trim()).slice(0, 100))));
  return `${quotedPath} gets a dependency from a folder or an address: ${few}.`;
}

function manyFiles(count: number): readonly ProjectFinding[] {
  if (count <= MANY_FILES) return [];
  return [finding("held", undefined, `${count} files change; ${MANY_FILES} are usual at most.`)];
}
