/** The gate's own repository: bare, without hooks or remotes, and out of reach of whatever it judges. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { isObjectId, validRefName } from "#platform/git/names.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { createRepository, openRepository } from "#platform/git/repository.ts";
import type { Identity, Repository } from "#platform/git/wrapper.ts";
import type { Objection } from "../stages.ts";

/** Who makes the merges of the gate; a candidate that claims to be this one is refused. */
export const GATE_IDENTITY: Identity = { name: "org gate", email: "gate@org.invalid" };

/** Opens the gate's repository, and makes it first where there is none. */
export async function openGateRepository(gitDir: string): Promise<Repository> {
  const options = { gitDir, protocols: ["file"], identity: GATE_IDENTITY };
  if (existsSync(join(gitDir, "HEAD"))) return await openRepository(options);
  await mkdir(gitDir, { recursive: true, mode: 0o700 });
  return await createRepository(options);
}

/**
 * The commit that a person means by the name of a branch, or by a whole id. A short name is a branch and
 * nothing else: a tag of the same name does not count.
 *
 * @throws {OrgError} `INPUT_MISSING` when there is no such commit.
 */
export async function resolveCommit(source: Repository, name: string): Promise<string> {
  const ref = name.startsWith("refs/") ? name : `refs/heads/${name}`;
  const revision = isObjectId(name) ? name : validRefName(ref) ? ref : undefined;
  if (revision !== undefined) {
    const { exitCode, stdout } = await gitRaw(
      source,
      ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`],
      { exitCodes: [0, 1, 128] },
    );
    const id = new TextDecoder().decode(stdout).trim();
    if (exitCode === 0 && isObjectId(id)) return id;
  }
  throw new OrgError(`There is no branch or commit ${JSON.stringify(name.slice(0, 80))}`, {
    code: "INPUT_MISSING",
    why: `It was looked for in ${source.gitDir}.`,
    remedies: ["git branch --list 'cand/*'"],
    unchanged: "Nothing was changed.",
  });
}

/** Takes exactly these commits, and what they are made of, out of another repository: no tag, no note, no ref. */
export async function fetchCommits(
  gate: Repository,
  source: Repository,
  ids: readonly string[],
): Promise<void> {
  await gitText(gate, [
    "fetch",
    "--quiet",
    "--no-tags",
    "--no-write-fetch-head",
    source.gitDir,
    ...ids,
  ]);
}

/** What Git says of objects that are malformed, missing or cut off; else it failed for a reason of ours. */
const BROKEN_OBJECTS =
  /\bfsck error\b|\bcorrupt|\bbad (?:pack|object|tree)\b|\bmissing (?:blob|tree|commit|necessary)\b|\bdid not (?:send|receive) /i;

/** As {@link fetchCommits}, for a commit that was made on purpose so that it cannot be taken. */
export async function fetchCandidate(
  gate: Repository,
  source: Repository,
  candidate: string,
): Promise<Objection | undefined> {
  try {
    await fetchCommits(gate, source, [candidate]);
    return undefined;
  } catch (error) {
    const gitMessage = error instanceof OrgError ? (error.why ?? "") : "";
    if (!BROKEN_OBJECTS.test(gitMessage)) throw error;
    const [what = ""] = /^(?:remote: )?(?:error|fatal): .*$/m.exec(gitMessage) ?? [];
    return { reason: "its objects are not as Git writes them", details: [what.slice(0, 300)] };
  }
}
