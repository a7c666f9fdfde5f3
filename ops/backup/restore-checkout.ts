/** The checkout of a home in a restore: its refs move to those of the backup, and the refs before are stored aside. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { refuseChangedFiles } from "../release/checkout.ts";
import { bundlePath, refsOf, STAGED_REFS, writeBundle } from "./bundles.ts";
import type { Manifest } from "./manifest.ts";
import type { CheckoutRefs } from "./restore-plan.ts";

export interface Checkout {
  readonly repository: Repository;
  readonly refs: CheckoutRefs;
}

/** Tree of a repository without a commit. */
const NO_FILES = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** @throws {OrgError} `PATH_REFUSED` when what the user has checked out would be written over. */
export async function checkoutOf(
  home: string,
  { repositories }: Manifest,
): Promise<Checkout | undefined> {
  const stored = repositories.find(({ name }) => name === "checkout");
  if (stored === undefined || !existsSync(join(home, ".git"))) return undefined;
  const repository = await openCheckout(home);
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const { stdout } = await gitRaw(repository, args, { exitCodes: [0, 1] });
  const head = new TextDecoder().decode(stdout).trim();
  const from = (await refsOf(repository))[head] ?? NO_FILES;
  const to = stored.refs[head];
  if (head === "" || to === from) return { repository, refs: { refs: stored.refs } };
  if (head !== "refs/heads/main" || to === undefined) throw otherBranch(head);
  return { repository, refs: { refs: stored.refs, main: { from, to } } };
}

/** Brings the objects in, and keeps those that hang on the refs of today in a bundle. */
export async function stageCheckout(
  { repository, refs }: Checkout,
  folder: string,
  aside: string,
): Promise<CheckoutRefs> {
  await mkdir(aside, { recursive: true, mode: 0o700 });
  await writeBundle(repository, "checkout", aside);
  const reading = { ...repository, protocols: ["file"] };
  const args = ["--quiet", "--no-tags", "--no-write-fetch-head"];
  const bundle = bundlePath(folder, "checkout");
  await gitText(reading, ["fetch", ...args, bundle, `+refs/*:${STAGED_REFS}*`]);
  if (refs.main !== undefined) await refuseChangedFiles(repository, refs.main);
  return refs;
}

function otherBranch(head: string): OrgError {
  return new OrgError("The files of your checkout cannot follow the backup", {
    code: "PATH_REFUSED",
    why: `You have ${head.replace(/^refs\/heads\//, "")} checked out, which the backup moves or does not have.`,
    remedies: ["git checkout main, or git checkout --detach", "then run the same command again"],
    unchanged: "Nothing was restored.",
  });
}
