/** Fixes of promotions, their work trees, and of what ends again and again. */
import { readdir, readlink, rm } from "node:fs/promises";
import { join, sep } from "node:path";
import { gitText } from "#platform/git/raw.ts";
import { locateCheckout, openCheckout, openRepository } from "#platform/git/repository.ts";
import { processOf, readServiceRecords } from "#platform/process-record.ts";
import { readGeneration } from "../../processes/generation-record.ts";
import { stopGeneration } from "../../processes/generations.ts";
import { PROMOTION } from "../../processes/home-processes.ts";
import { observeWorktrees } from "../observe/worktrees.ts";
import type { Done, Finding, Fix } from "../pattern.ts";
import { WINDOW_MS } from "../restart-plan.ts";
import { type ServingParts, startAgain } from "./serving.ts";

/** How long a rollback or the end of a promotion may take, in milliseconds. */
const CHILD_MS = 120_000;
/** A loop is the same while it is no older than this. */
const LOOP_MS = 60 * 60_000;
/** Tags know whole seconds. */
const SECOND_MS = 1000;

export function releaseFixes(parts: ServingParts): readonly Fix[] {
  const { home } = parts;
  return [
    {
      name: "break-loop",
      restarts: ({ subject }) => subject,
      verifyMs: 60_000,
      apply: async (finding) => await breakLoop(parts, finding),
      verify: async ({ subject }) => await isSettled(parts, subject),
    },
    {
      name: "settle-promotion",
      apply: async () => {
        const program = join(import.meta.dir, "..", "..", "settle.ts");
        const exitCode = await runChild(home, ["--no-env-file", "--no-install", program]);
        if (exitCode !== 0) throw new Error(`settling ended with exit code ${exitCode}`);
        await removeDeadPromotion(home);
        return {};
      },
      verify: async () => (await deadPromotion(home)) === undefined,
    },
    {
      name: "prune-worktrees",
      apply: async () => await pruneWorktrees(home),
      verify: async () =>
        (await observeWorktrees(home)).every(
          ({ isMissing, isGone, isDirty }) => !isMissing && (!isGone || isDirty),
        ),
    },
  ];
}

/**
 * Reverts the newest promotion where it came shortly before the loop, once; else gives the role up, and a person
 * goes on.
 */
async function breakLoop(parts: ServingParts, { subject, why }: Finding): Promise<Done> {
  const { home, program, store } = parts;
  const now = await parts.now();
  if (subject === "current" && !hasRolledBack(parts, now)) {
    const first = store.ends(now - WINDOW_MS).find(({ role }) => role === subject)?.at ?? now;
    const loopAt = Date.now() - (now - first);
    const { tag, at } = await newestChange(home);
    const commandArgs = ["--no-env-file", "--no-install", program, "rollback", tag];
    // A crash may have come between the rollback and the start, or a person has rolled back meanwhile.
    const isReverted = tag.startsWith("rollback/") && at >= loopAt - SECOND_MS;
    const isNear = tag.startsWith("promotion/") && at >= loopAt - WINDOW_MS;
    if (isReverted || (isNear && (await runChild(home, commandArgs)) === 0)) {
      await startAgain(parts, subject);
      return { rolledBack: tag, at: now };
    }
  }
  if (subject === "candidate") await stopGeneration(home, "candidate");
  store.giveUp({ role: subject, at: Date.now(), why });
  return { gaveUp: true };
}

function hasRolledBack({ store }: ServingParts, now: number): boolean {
  const earlier = store.endedSince({ pattern: "crash-loop", subject: "current" }, now - LOOP_MS);
  return earlier.some(({ done }) => done?.["rolledBack"] !== undefined);
}

async function isSettled({ home, store }: ServingParts, role: string): Promise<boolean> {
  if (store.givenUp().some((one) => one.role === role)) return true;
  return role === "current" && (await readGeneration(home, "current")) !== undefined;
}

/** The tag of the newest promotion or rollback, and when it was made; empty where there is none. */
async function newestChange(home: string): Promise<{ readonly tag: string; readonly at: number }> {
  const repository = await openCheckout(home).catch(() => undefined);
  if (repository === undefined) return { tag: "", at: 0 };
  const format = "--format=%(refname:lstrip=2) %(creatordate:unix)";
  const prefixes = ["refs/tags/promotion/", "refs/tags/rollback/"];
  const options = ["for-each-ref", "--sort=-creatordate", "--count=1", format, ...prefixes];
  const [tag = "", seconds = ""] = (await gitText(repository, options)).split(" ");
  return { tag, at: Number(seconds) * 1000 };
}

async function runChild(home: string, args: readonly string[]): Promise<number> {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd: home,
    env: { ...Bun.env, ORG_HOME: home },
    stdio: ["ignore", "ignore", "ignore"],
    timeout: CHILD_MS,
    killSignal: "SIGKILL",
  });
  return await child.exited;
}

type Dead = Awaited<ReturnType<typeof readServiceRecords>>[number];

async function deadPromotion(home: string): Promise<Dead | undefined> {
  const record = (await readServiceRecords(home)).find(({ role }) => role === PROMOTION);
  return record !== undefined && (await processOf(record)) === undefined ? record : undefined;
}

async function removeDeadPromotion(home: string): Promise<void> {
  if ((await deadPromotion(home)) === undefined) return;
  await rm(join(home, ".org", "run", `service-${PROMOTION}.json`), { force: true });
}

/** One by one: `git worktree prune` would also forget those of the user whose disk is not mounted. */
async function pruneWorktrees(home: string): Promise<Done> {
  let removed = 0;
  const { gitDir, workTree } = await locateCheckout(home);
  const repository = await openRepository({ gitDir, workTree });
  for (const { folder, isGone, isMissing, isDirty } of await observeWorktrees(home)) {
    if (!isMissing && (!isGone || isDirty || (await isUsed(folder)))) continue;
    // Without --force Git itself refuses one that holds changes, or that is being made or locked.
    await gitText(repository, ["worktree", "remove", folder]);
    removed += 1;
  }
  return { removed };
}

/** Whether a process works in it. */
async function isUsed(folder: string): Promise<boolean> {
  for (const name of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
    const cwd = await readlink(`/proc/${name}/cwd`).catch(() => "");
    if (cwd === folder || cwd.startsWith(folder + sep)) return true;
  }
  return false;
}
