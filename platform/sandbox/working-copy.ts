/** A copy of the user's project in the sandbox: what programs change there is kept. */
import type { SandboxPolicy } from "./policy.ts";
import { hasEntry, isPlainFolder } from "./writable.ts";

/** Where programs see the user's files, and start. */
export const WORKSPACE = "/workspace";

const MOST_ADDED_BYTES: number = 2 * 1024 ** 3;
const MOST_ADDED_FILES = 100_000;

/** A folder of the user's checkout that a build needs and Git ignores. */
export interface Dependency {
  /** Absolute path on the host. */
  readonly from: string;
  /** Path in the copy, as `node_modules`. */
  readonly name: string;
}

/**
 * The part of a policy by which programs work in a copy, with dependencies inside: what a program writes there, such as
 * the cache of a bundler, is gone with the run, and the folders of the checkout stay as they are.
 *
 * A dependency is left out when it is not a folder, leads over a link, or when the copy has a file or a link in its
 * place: a candidate can make such a link, and what it leads to was not meant.
 *
 * @param copy absolute path, without a link, of a folder that org made for this.
 */
export function workingCopy(
  copy: string,
  dependencies: readonly Dependency[] = [],
): Pick<SandboxPolicy, "writable" | "readOnly" | "folder"> {
  const limits = { maxBytes: MOST_ADDED_BYTES, maxFiles: MOST_ADDED_FILES };
  return {
    writable: [{ from: copy, to: WORKSPACE, ...limits }],
    readOnly: dependencies
      .filter(({ from, name }) => isPlainFolder(from) && hasEntry(copy, name))
      .map(({ from, name }) => ({ from, to: `${WORKSPACE}/${name}`, layered: true })),
    folder: WORKSPACE,
  };
}
