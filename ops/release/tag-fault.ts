/** Whether a signed tag is what it says, wherever its object came from. */
import { join } from "node:path";
import { isSigned } from "#fitness/gate/signing.ts";
import { gitRaw } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";

/** The line that begins a signature of Git's. */
const SIGNATURE = "-----BEGIN SSH SIGNATURE-----";

export interface NamedTag {
  /** Without `refs/tags/`. */
  readonly name: string;
  /** Of the object. */
  readonly id: string;
  /** What it must be about. */
  readonly commit: string;
}

/**
 * The name stands in the signed text, so a tag that is shown under another name is found out, and so is one that is shown
 * beside another commit.
 *
 * @param signers path of a file in the format of `ssh-keygen -Y verify`.
 * @returns what is wrong, as the end of a sentence; `undefined` when it verifies.
 * @throws {OrgError} `PROCESS_FAILED` when ssh-keygen is missing or fails: then the answer is open.
 */
export async function tagFault(
  repository: Repository,
  { name, id, commit }: NamedTag,
  signers: string,
): Promise<string | undefined> {
  const { stdout, exitCode } = await gitRaw(repository, ["cat-file", "tag", id], {
    exitCodes: [0, 128],
  });
  const text = new TextDecoder().decode(stdout);
  const start = text.lastIndexOf(`\n${SIGNATURE}`) + 1;
  if (exitCode !== 0 || start === 0) return "has no signature";
  if (!text.startsWith(`object ${commit}\ntype commit\ntag ${name}\n`)) {
    return "is about another commit";
  }
  await using folder = await temporaryFolder("tag");
  const file = join(folder.path, "signature");
  await Bun.write(file, text.slice(start));
  const isOurs = await isSigned(text.slice(0, start), file, { signers, namespace: "git" });
  return isOurs ? undefined : "is not signed by this home";
}
