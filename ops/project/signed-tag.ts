/** Signed tags on what org commits to the user's repository: with the key of the home, as those of its own promotions. */
import { existsSync } from "node:fs";
import { OrgError } from "#core/errors.ts";
import { GATE_IDENTITY } from "#fitness/gate/gate-repository.ts";
import { prepareKey, type SigningPaths, signText } from "#fitness/gate/signing.ts";
import { gitText } from "#platform/git/raw.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { tagName } from "../release/signed-objects.ts";
import { tagFault as signatureFault } from "../release/tag-fault.ts";
import { type ProjectChange, ProjectLedger } from "./change-ledger.ts";
import { refuseExistingNames } from "./existing-names.ts";
import type { Landing } from "./land-change.ts";
import type { ProjectFolders } from "./settle.ts";
import { openUserCheckout, shortName, type UserCheckout } from "./user-checkout.ts";
import { refAt } from "./user-refs.ts";

export interface TagContent {
  readonly kind: ProjectChange["kind"];
  readonly commit: string;
  /** Ends with a line end. */
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  readonly signing: SigningPaths | undefined;
  /** Which repository gets the object. */
  readonly into: Repository;
}

/**
 * Writes the object of a tag on a commit; no ref names it yet.
 *
 * @returns null where there is nothing to sign with.
 * @throws {OrgError} `PROCESS_FAILED` when ssh-keygen is missing or fails, `CANDIDATE_REFUSED` where a tag of the user
 *   takes its place.
 */
export async function tagOn(
  { checkout }: Pick<Landing, "checkout">,
  { kind, commit, message, nowMs, signing, into }: TagContent,
): Promise<ProjectChange["tag"]> {
  if (signing === undefined) return null;
  await refuseExistingNames(checkout, kind);
  await prepareKey(signing);
  const name = tagName(kind, commit, nowMs);
  const { name: who, email } = GATE_IDENTITY;
  const payload = [
    `object ${commit}`,
    "type commit",
    `tag ${name}`,
    `tagger ${who} <${email}> ${Math.floor(nowMs / 1000)} +0000`,
    "",
    message,
  ].join("\n");
  // As an object, not by `git tag`: the same change at the same time makes the same tag, and no setting of the user counts.
  const stdin = payload + (await signText(payload, signing, "git"));
  const id = await gitText(into, ["hash-object", "-t", "tag", "-w", "--stdin"], { stdin });
  return { name, id };
}

/** What org did last to the user's branch. */
export interface NewestChange extends Pick<ProjectChange, "kind" | "candidate"> {
  /** Short name of the user's branch. */
  readonly into: string;
  readonly commit: string;
  readonly tag: string | null;
  /** What is wrong with its tag, as the end of a sentence; null when it verifies. */
  readonly fault: string | null;
}

/** @returns undefined where nothing was promoted yet. */
export async function newestChange(
  location: ProjectFolders,
  signing: Pick<SigningPaths, "signers">,
): Promise<NewestChange | undefined> {
  const [change] = (await new ProjectLedger(location.folder).read()).done;
  if (change === undefined) return undefined;
  const { kind, candidate, to: commit, tag } = change;
  const fault = (await tagFault(await openUserCheckout(location.root), change, signing)) ?? null;
  return { kind, candidate, into: shortName(change), commit, tag: tag?.name ?? null, fault };
}

/** Not a word about the tag: the program or the file that would tell is not there. */
const UNKNOWN = "cannot be verified, because";

/**
 * Whether the tag of a change is what this home signed.
 *
 * @returns what is wrong, as the end of a sentence; `undefined` when it verifies.
 */
async function tagFault(
  checkout: UserCheckout,
  { tag, to }: Pick<ProjectChange, "tag" | "to">,
  { signers }: Pick<SigningPaths, "signers">,
): Promise<string | undefined> {
  if (tag === null) return "was never made";
  const at = await refAt(checkout, `refs/tags/${tag.name}`);
  if (at === undefined) return "is gone";
  // A signature holds for an object, whatever name points to it.
  if (at !== tag.id) return "names another object than the one that was signed";
  if (!existsSync(signers)) return `${UNKNOWN} ${signers} is not there`;
  try {
    return await signatureFault(checkout.repository, { ...tag, commit: to }, signers);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const why = (error.why ?? error.message).replace(/\.$/, "");
    return `${UNKNOWN} ${why.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
  }
}
