/** A restore as it stands on disk before it begins: what is moved where. Doing it twice is doing it once. */
import { existsSync } from "node:fs";
import { lstat, mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { homePaths } from "#home/home-paths.ts";
import { syncFolder, writeFileAtomically } from "#platform/files.ts";
import { gitText } from "#platform/git/raw.ts";
import { openCheckout } from "#platform/git/repository.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { moveFiles } from "../release/checkout.ts";
import { dropStagedRefs, refsOf } from "./bundles.ts";

/** One file or folder; all paths are absolute. */
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
  await writeFileAtomically(homePaths(home).restorePlan, `${JSON.stringify(plan)}\n`);
}

/** @returns `undefined` while no restore is under way. */
export async function readPlan(home: string): Promise<RestorePlan | undefined> {
  const path = homePaths(home).restorePlan;
  if (!existsSync(path)) return undefined;
  return planSchema.parse(JSON.parse(await readFile(path, "utf8")));
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
  }
  await onStep("end");
  await rm(homePaths(home).restorePlan, { force: true });
  await syncFolder(dirname(homePaths(home).restorePlan));
  await rm(plan.staging, { recursive: true, force: true });
}

async function carryOutMove({ from, place, aside }: RestoreMove): Promise<void> {
  // It was moved before the process ended that began this.
  if (from !== null && !(await isThere(from))) return;
  if ((await isThere(place)) && !(await isThere(aside))) {
    await mkdir(dirname(aside), { recursive: true, mode: 0o700 });
    await rename(place, aside);
  }
  if (from === null) return;
  // Made anew in between, by a process that knew nothing of the restore: it holds nothing yet.
  await rm(place, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  await rename(from, place);
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

/** Of a link, whether the link itself is. */
async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
