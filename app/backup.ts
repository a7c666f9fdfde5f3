/** Backups of a home: read from the process that owns it, or from its files while none does. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { forgetAgain, forgetStatements } from "#memory/forget-again.ts";
import { holdHome } from "#ops/backup/hold-home.ts";
import { type BackupOptions, type MadeBackup, makeBackup } from "#ops/backup/make-backup.ts";
import {
  finishRestore,
  type Restored,
  type RestoreOptions,
  restoreBackup,
} from "#ops/backup/restore.ts";
import { describeOwner } from "#platform/owner.ts";
import { freezeRemotely } from "#server/socket/freeze.ts";
import { askOwner, NoOwner } from "#server/socket/owner-client.ts";
import { version } from "../package.json";

type Freeze = BackupOptions["freeze"];

/** @throws {OrgError} as {@link makeBackup}; `HOME_BUSY` when the owner does not answer. */
export async function backUp(home: string, signal: AbortSignal): Promise<MadeBackup> {
  return await makeBackup({ home, program: version, freeze: () => freeze(home, signal) });
}

export type RestoreWish = Pick<RestoreOptions, "name" | "isDamagedOnly">;

/**
 * @throws {OrgError} `HOME_BUSY` while a process owns the home, and as {@link restoreBackup}.
 * @param say told why what is there now could not be backed up first; it is kept aside all the same.
 */
export async function restore(
  home: string,
  { name, isDamagedOnly }: RestoreWish,
  say: (error: unknown) => void,
): Promise<Restored> {
  await using held = await holdHome(home, "org backup restore");
  const free: Freeze = async () => unlocked(async () => undefined);
  const backUpFirst = async (): Promise<string | undefined> => {
    try {
      return (await makeBackup({ home, program: version, freeze: free, spared: name })).name;
    } catch (error) {
      // What is restored is often what cannot be read any more.
      say(error);
      return undefined;
    }
  };
  return await restoreBackup({
    ...{ home, name, isDamagedOnly, backUpFirst },
    // Nothing new is written into it, so that no secret needs to be known.
    forgetAgain: async (today, { memory, ...target }) => {
      const cleaner = new TextCleaner();
      const isDone = memory === undefined || (await forgetAgain(today, memory, { cleaner }));
      // The memory that comes knows by now what both of them have forgotten.
      return (await forgetStatements(memory ?? today, target)) && isDone;
    },
    // The journal is about to be replaced: who keeps it open would keep the old one. The plan is on disk by then, and
    // who takes the home sees it.
    onStep: async (step) => {
      if (step.startsWith("move ")) await held[Symbol.asyncDispose]();
    },
  });
}

/** @returns one line for a person. @throws {OrgError} `LOCK_HELD` while the restore goes on. */
export async function finishInterruptedRestore(home: string): Promise<string> {
  const plan = await finishRestore(home);
  if (plan === undefined) return "";
  return `An interrupted restore was finished: the home is restored as in ${plan.backup}; the files from before are in ${plan.aside}.\n`;
}

/** Files that the owner has locked are frozen by it; without an owner no process takes the home meanwhile. */
async function freeze(home: string, signal: AbortSignal): ReturnType<Freeze> {
  const { socket, ownerRecord } = homePaths(home);
  const owner = () => describeOwner(ownerRecord);
  try {
    return await freezeRemotely(
      (name, body, stop) => askOwner(socket, { name, body }, { signal: stop, owner }),
      signal,
    );
  } catch (error) {
    if (!(error instanceof NoOwner)) throw error;
    // biome-ignore lint/nursery/useDisposables: the caller disposes of it
    const held = await holdHome(home, "org backup");
    return unlocked(() => held[Symbol.asyncDispose]());
  }
}

function unlocked(end: () => PromiseLike<void>): Awaited<ReturnType<Freeze>> {
  return {
    paths: [],
    isWhole: () => Promise.resolve(true),
    [Symbol.asyncDispose]: async () => await end(),
  };
}
