/**
 * Pipes (FIFOs) that lie in a folder of a user. Where a program has a layer above the folder, a pipe of that name is a
 * pipe of its own; where it has none, a mount that is read-only does not close it, and neither does any option of one.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";

/** So many names are looked at before each run; in a larger folder, what lies deepest is not. */
const MOST_NAMES = 20_000;

/** Each is a mount of its own. */
const MOST_PIPES = 256;

/**
 * The policy with the pipes hidden that lie in a folder that was to have a layer.
 *
 * @param hasLayer whether the folder that is mounted at a path has one.
 */
export function withoutPipes(
  policy: SandboxPolicy,
  hasLayer: (to: string) => boolean,
): SandboxPolicy {
  const withoutPipe = (bind: ReadOnlyBind): ReadOnlyBind =>
    bind.layered !== true || hasLayer(bind.to)
      ? bind
      : { ...bind, hide: [...(bind.hide ?? []), ...pipesIn(bind)] };
  return { ...policy, readOnly: policy.readOnly.map(withoutPipe) };
}

/** Their paths in the folder, the nearest first; hidden folders and what a link leads to are left out. */
function pipesIn({ from, hide = [] }: ReadOnlyBind): readonly string[] {
  const found: string[] = [];
  const folders = [""];
  let names = 0;
  for (const folder of folders) {
    for (const entry of entriesOf(join(from, folder))) {
      const path = join(folder, entry.name);
      if (entry.isFIFO() && found.length < MOST_PIPES) found.push(path);
      if (entry.isDirectory() && !hide.includes(path)) folders.push(path);
      names += 1;
    }
    if (names > MOST_NAMES) break;
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // What is closed to us is closed to the program, and a file has no entries.
    return [];
  }
}
