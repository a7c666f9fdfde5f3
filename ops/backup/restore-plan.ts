/** A restore as it stands on disk before it begins: what is moved where. Doing it twice is doing it once. */
import { existsSync } from "node:fs";
import { cp, lstat, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { shellWord } from "#core/text/shell-word.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { homePaths } from "#home/home-paths.ts";
import { errnoOf, isThere, loadText, syncFolder, writeFileAtomically } from "#platform/files.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { moveFiles } from "../release/checkout.ts";
import { releaseMain } from "../release/main-release.ts";
import { dropStagedRefs, refsOf } from "./bundles.ts";
import { filesIn } from "./manifest.ts";

/** One file or folder; all paths are absolute, but in the file of the plan relative to ORG_HOME. */
export interface RestoreMove {
  /** What comes; null: nothing does. */
  readonly from: string | null;
  readonly place: string;
  /** Where goes what was in that place. */
  readonly aside: string;
}

export interface CheckoutRefs {
  /** What the refs are to be. */
  readonly refs: Readonly<Record<string, string>>;
  /** The commits that the files of main follow; absent where main is not checked out. */
  readonly main?: { readonly from: string; readonly to: string } | undefined;
}

export interface RestorePlan {
  readonly v: 1;
  /** Name of the backup. */
  readonly backup: string;
  /** The folder that is prepared; it goes at the end. */
  readonly staging: string;
  readonly aside: string;
  readonly moves: readonly RestoreMove[];
  readonly checkout?: CheckoutRefs | undefined;
}

const text = z.string();
const planSchema: z.ZodType<RestorePlan> = z.object({
  ...{ v: z.literal(1), backup: text, staging: text, aside: text },
  moves: z.array(z.object({ from: text.nullable(), place: text, aside: text })),
  checkout: z
    .object({
      refs: z.record(text, text),
      main: z.object({ from: text, to: text }).optional(),
    })
    .optional(),
});

/** From now on the restore is finished, whatever happens. */
export async function writePlan(home: string, plan: RestorePlan): Promise<void> {
  // A home may be copied or moved before it is finished: the plan is of the home that it lies in.
  const written = withPaths(plan, (path) => relative(home, path));
  await writeFileAtomically(homePaths(home).restorePlan, `${JSON.stringify(written)}\n`);
}

/**
 * @returns `undefined` while no restore is under way.
 * @throws {OrgError} `BACKUP_DAMAGED` for a plan that cannot be read, or that leads out of the home.
 */
export async function readPlan(home: string): Promise<RestorePlan | undefined> {
  const path = homePaths(home).restorePlan;
  if (!existsSync(path)) return undefined;
  const plan = planSchema.safeParse(parseJson(await loadText(path))).data;
  if (plan === undefined) throw badPlan(path, "it is not a plan of this version of org");
  return withPaths(plan, (inner) => {
    const place = resolve(home, inner);
    if (!place.startsWith(resolve(home) + sep)) throw badPlan(path, `${inner} is not in this home`);
    return place;
  });
}

function withPaths(plan: RestorePlan, change: (path: string) => string): RestorePlan {
  const moves = plan.moves.map(({ from, place, aside }) => ({
    ...{ from: from === null ? null : change(from), place: change(place), aside: change(aside) },
  }));
  return { ...plan, staging: change(plan.staging), aside: change(plan.aside), moves };
}

function badPlan(path: string, why: string): OrgError {
  return new OrgError("The interrupted restore cannot be completed", {
    code: "BACKUP_DAMAGED",
    why,
    remedies: [`rm ${shellWord(path)}   # and go on from what is there`, "org backup list"],
    unchanged: "Nothing was moved.",
  });
}

/** Does what is left of a plan. Called by the holder of the lock of the backups. */
export async function carryOut(
  home: string,
  plan: RestorePlan,
  onStep: (step: string) => void | Promise<void> = () => undefined,
): Promise<void> {
  for (const move of plan.moves) {
    await onStep(`move ${move.place}`);
    await carryOutMove(move);
  }
  for (const folder of new Set(plan.moves.map(({ place }) => dirname(place)))) {
    if (existsSync(folder)) await syncFolder(folder);
  }
  if (plan.checkout !== undefined) {
    await onStep("refs");
    await moveCheckout(await openCheckout(home), plan.checkout);
    await onStep("release");
    // What serves is made of main: the release of a promotion that is no more must not go on.
    if (await isThere(promotionPaths(home).current)) await releaseMain(home, Date.now());
  }
  await onStep("end");
  await rm(homePaths(home).restorePlan, { force: true });
  await syncFolder(dirname(homePaths(home).restorePlan));
  await rm(plan.staging, { recursive: true, force: true });
}

async function carryOutMove({ from, place, aside }: RestoreMove): Promise<void> {
  // It was moved before the process ended that began this.
  if (from !== null && !(await isThere(from))) return;
  if ((await isThere(place)) && !(await isThere(aside))) await move(place, aside);
  // Made anew in between, by a process that knew nothing of the restore, or half moved: it is aside as a whole.
  await rm(place, { recursive: true, force: true });
  if (from !== null) await move(from, place);
}

/** What is there under its new name is whole; backups may lie on another disk than the home. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await rename(from, to);
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    const half = `${to}.moving`;
    await rm(half, { recursive: true, force: true });
    await cp(from, half, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    await syncTree(half);
    await rename(half, to);
    await syncFolder(dirname(to));
    await rm(from, { recursive: true, force: true });
  }
}

/** Every file in a folder, or the one file. */
async function syncTree(path: string): Promise<void> {
  const isFolder = (await lstat(path)).isDirectory();
  for (const inner of isFolder ? await filesIn(path) : [""]) {
    if (!(await lstat(join(path, inner))).isFile()) continue;
    await using handle = await open(join(path, inner), "r");
    await handle.sync();
  }
}

async function moveCheckout(checkout: Repository, { refs, main }: CheckoutRefs): Promise<void> {
  if (main !== undefined) await moveFiles(checkout, main);
  const now = await refsOf(checkout);
  const lines = [
    ...Object.entries(refs)
      .filter(([ref, id]) => now[ref] !== id)
      .map(([ref, id]) => `update ${ref} ${id}`),
    ...Object.keys(now)
      .filter((ref) => refs[ref] === undefined)
      .map((ref) => `delete ${ref}`),
  ];
  if (lines.length > 0) {
    const stdin = `${lines.join("\n")}\n`;
    await gitText(checkout, ["update-ref", "--no-deref", "--stdin"], { stdin });
  }
  await dropStagedRefs(checkout);
}
