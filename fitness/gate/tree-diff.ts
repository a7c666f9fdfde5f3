/** The difference between main's tree and the tree that main would become, as Git itself tells it. */
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";

export interface TreeChange {
  readonly status: "A" | "M" | "D" | "T" | "U" | "X";
  /** Undefined when the name is not valid UTF-8. */
  readonly path: string | undefined;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
}

/** @returns the id of the tree of the merge, or that there is none. */
export async function mergedTree(
  gate: Repository,
  main: string,
  candidate: string,
): Promise<string | Objection> {
  const { exitCode, stdout } = await gitRaw(
    gate,
    ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", main, candidate],
    { exitCodes: [0, 1] },
  );
  const [tree = "", ...conflicts] = new TextDecoder().decode(stdout).split("\0");
  if (exitCode === 0) return tree.trim();
  const paths = conflicts.filter((path) => path !== "");
  const details = paths.map((path) => `conflict in ${JSON.stringify(path)}`);
  return { reason: `it does not merge with main: ${details[0] ?? "conflict"}`, details };
}

/** Every file that differs; a file that moved is one that is gone and one that is new. */
export async function readTreeDiff(
  gate: Repository,
  before: string,
  after: string,
): Promise<readonly TreeChange[]> {
  // A submodule is a change like any other here.
  const modules = "--ignore-submodules=none";
  const options = ["-r", "-z", "--raw", "--no-renames", "--no-abbrev", modules];
  const { stdout } = await gitRaw(gate, ["diff-tree", ...options, before, after]);
  const fields: Uint8Array[] = [];
  for (let start = 0; start < stdout.length; ) {
    const end = stdout.indexOf(0, start);
    if (end < 0) throw new Error("A difference of trees ends in the middle of an entry");
    fields.push(stdout.subarray(start, end));
    start = end + 1;
  }
  const changes: TreeChange[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    changes.push(readChange(fields[index], fields[index + 1]));
  }
  return changes;
}

function readChange(head: Uint8Array | undefined, name: Uint8Array | undefined): TreeChange {
  const text = new TextDecoder().decode(head);
  const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([AMDTUX])$/.exec(text);
  if (match === null || name === undefined) {
    throw new Error(`Not a line of git diff-tree: ${JSON.stringify(text)}`);
  }
  const [, oldMode = "", newMode = "", oldId = "", newId = "", status] = match;
  // The pattern allows no other letter.
  const kind = status as TreeChange["status"];
  return { status: kind, path: decode(name), oldMode, newMode, oldId, newId };
}

function decode(name: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    return undefined;
  }
}
