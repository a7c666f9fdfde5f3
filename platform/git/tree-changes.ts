/** What differs between two trees, in the one format of Git that names every file as it is. */
import type { EntryChange } from "./entry-change.ts";
import { looseChanges } from "./loose-trees.ts";
import { gitFields } from "./raw.ts";
import { type Repository, withoutIndex } from "./wrapper.ts";

export interface ChangesOptions {
  /** Whether the folders that differ are listed, too. @default false */
  readonly folders?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Most bytes of a difference: a million files with long names. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Longest time for one of a large repository, in milliseconds. */
const LONGEST_MS = 600_000;

/**
 * Every file that differs; one that moved is one that is gone and one that is new. A submodule is a change like any other.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git fails.
 */
export async function treeChanges(
  repository: Repository,
  [before, after]: readonly [string, string],
  { folders = false, signal }: ChangesOptions = {},
): Promise<readonly EntryChange[]> {
  signal?.throwIfAborted();
  const loose = folders ? undefined : looseChanges(repository, [before, after]);
  if (loose !== undefined) return loose;
  const options = ["-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none"];
  const args = ["diff-tree", ...options, ...(folders ? ["-t"] : []), before, after];
  const fields: string[] = [];
  await gitFields(withoutIndex(repository), args, {
    ...{ maxBytes: MAX_BYTES, timeoutMs: LONGEST_MS, signal },
    onField: (bytes, start, end) => fields.push(bytes.toString("latin1", start, end)),
  });
  return readChanges(fields);
}

/** @param fields of `--raw -z`: for each file what differs, then its path. */
export function readChanges(fields: readonly string[]): readonly EntryChange[] {
  const changes: EntryChange[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const [head = "", path] = fields.slice(index, index + 2);
    const match = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([AMDTUX])$/.exec(head);
    if (match === null || path === undefined) {
      throw new Error(`Not a line of a difference: ${JSON.stringify(head)}`);
    }
    const [, oldMode = "", newMode = "", oldId = "", newId = "", letter] = match;
    // The pattern allows no other letter.
    const status = letter as EntryChange["status"];
    changes.push({ status, path, oldMode, newMode, oldId, newId });
  }
  return changes;
}
