/** Judges the tree that an answer leads to, whatever the way there was, and prints the patch. */

import { sanitize } from "#core/sanitize.ts";
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { readTreeDiff, type TreeChange } from "#fitness/gate/tree-diff.ts";
import { ABSENT, FILE } from "#platform/git/entry-modes.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { newlyRefusedEntries, refusedTreeEntries } from "#platform/git/tree-entries.ts";
import { treeListing } from "#platform/git/tree-listing.ts";
import { gitApply } from "./make-change.ts";
import type { Outputs } from "./outputs.ts";
import { type Outcome, offLimits, unusable } from "./refusal.ts";
import type { Scratch } from "./scratch.ts";

/** Longest patch in characters. */
const MAX_PATCH_CHARACTERS = 1024 * 1024;

export interface JudgeRules {
  readonly outputs: Outputs;
  readonly cleaner: TextCleaner;
}

/** @returns the patch from the base to the tree: it applies, and to nothing but what the task names. */
export async function judgeChange(
  scratch: Scratch,
  tree: string,
  { outputs, cleaner }: JudgeRules,
): Promise<Outcome<string>> {
  const changes = await readTreeDiff(scratch.repository, scratch.base, tree);
  if (changes.length === 0) return unusable("it changes nothing");
  for (const change of changes) {
    const wrong = changeProblem(change, outputs);
    if (wrong !== undefined) return wrong;
  }
  const hidden = await newlyRefused(scratch, tree, changes);
  if (hidden !== undefined) return { refused: { code: "PATH_REFUSED", why: hidden } };
  const patch = await patchOf(scratch, tree);
  if ("refused" in patch) return patch;
  const wrong = textProblem(patch.value, cleaner);
  if (wrong !== undefined) return unusable(wrong);
  await proveThatItApplies(scratch, tree, patch.value);
  return patch;
}

function changeProblem(
  change: TreeChange,
  outputs: Outputs,
): ReturnType<typeof offLimits> | undefined {
  const { status, path, oldMode, newMode } = change;
  if (path === undefined) return offLimits("?", "its name is not valid UTF-8");
  if (!outputs(path)) return offLimits(path, "the task does not name it under outputs");
  const [before, after] = [oldMode, newMode].map((mode) => (mode === ABSENT ? FILE : mode));
  if (status === "A" && newMode !== FILE) return offLimits(path, `its mode would be ${newMode}`);
  if (status === "M" && before !== after)
    return offLimits(path, `its mode would change to ${newMode}`);
  if (!before?.startsWith("100") || !after?.startsWith("100")) {
    return offLimits(path, "it is a link or a submodule");
  }
  return undefined;
}

/** Names that Git obeys, that cannot be seen, or that are one with another name where case does not count. */
async function newlyRefused(
  { repository, base }: Scratch,
  tree: string,
  changes: readonly TreeChange[],
): Promise<string | undefined> {
  const rules = { executables: true };
  const own = changes.filter(({ status }) => status !== "D");
  const lines = own.map(({ newMode, newId, path }) => `${newMode} blob ${newId}\t${path}\0`);
  const [worst] = refusedTreeEntries(new TextEncoder().encode(lines.join("")), rules);
  if (worst !== undefined) return `${worst.path}: ${worst.why}`;
  const [old, now] = await Promise.all([
    treeListing(repository, base),
    treeListing(repository, tree),
  ]);
  const [first] = newlyRefusedEntries(old, now, rules);
  return first === undefined ? undefined : `${first.path}: ${first.why}`;
}

async function patchOf({ repository, base }: Scratch, tree: string): Promise<Outcome<string>> {
  const options = ["-p", "-r", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/"];
  const { stdout } = await gitRaw(repository, ["diff-tree", ...options, base, tree]);
  if (stdout.length > MAX_PATCH_CHARACTERS) {
    return unusable(`the patch has ${stdout.length} bytes; ${MAX_PATCH_CHARACTERS} are allowed`);
  }
  const patch = strictUtf8(stdout);
  if (patch === undefined) return unusable("the patch is not UTF-8 text");
  const binary = /^Binary files .* differ$/m.exec(patch);
  return binary === null ? { value: patch } : unusable("it would change a binary file");
}

/** Control characters, but for tab and line ends. */
const CONTROL = /[^\P{Cc}\t\n]/u;

/** What a terminal would obey, an eye would miss, or no reader should see. */
function textProblem(patch: string, cleaner: TextCleaner): string | undefined {
  const lines = patch.replaceAll("\r\n", "\n").split("\n");
  const controlLine = lines.findIndex((line) => CONTROL.test(line));
  if (controlLine >= 0) return `line ${controlLine + 1} of the patch has a control character`;
  const added = lines.filter((line) => line.startsWith("+"));
  const hidden = added.find((line) => sanitize(line) !== line);
  if (hidden !== undefined)
    return `an added line has a character that cannot be seen: ${sanitize(hidden).slice(0, 80)}`;
  const [secret] = cleaner.secretsIn(added.join("\n"));
  return secret === undefined ? undefined : `it adds what looks like a secret (${secret})`;
}

/** Our own patch, held against Git once more: readers of our output rely on it. */
async function proveThatItApplies(scratch: Scratch, tree: string, patch: string): Promise<void> {
  await gitText(scratch.repository, ["read-tree", scratch.base]);
  const problem = await gitApply(scratch, patch);
  const again = await gitText(scratch.repository, ["write-tree"]);
  if (problem !== undefined || again !== tree) {
    throw new Error(`The patch does not lead to the tree that it was made of: ${problem ?? again}`);
  }
}
