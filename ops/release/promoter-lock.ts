/** One process at a time does a thing; the system takes the lock back when that process dies, however it does. */
import { setTimeout as sleep } from "node:timers/promises";
import { OrgError } from "#core/errors.ts";
import { exclusiveLock } from "#platform/exclusive-lock.ts";
import { overwriteFile, readTextFile } from "#platform/files.ts";

/** How one that promotes waits for another. */
export interface PromoterWait {
  /** Longest wait in milliseconds. @default ten minutes, several times what a promotion takes */
  readonly waitMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Called once, with a text for a person, who is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
}

/** Messages for a person who cannot have the lock. */
export interface LockMessages {
  readonly message: string;
  /** What the holder does, in the third person. */
  readonly doing: string;
  readonly remedies: readonly string[];
}

const PROMOTION: LockMessages = {
  message: "Another promotion or rollback is in progress",
  doing: "promotes or rolls back",
  remedies: ["wait for it to end, then run the same command again"],
};

const LONGEST_WAIT_MS = 600_000;
/** Pause between two looks at the lock, in milliseconds: a database tells no one that it is free. */
const LOOK_MS = 100;

/** @throws {OrgError} `LOCK_HELD` when another process, or another caller in this one, holds it now; `FILE_FAILED`. */
export function lockPromoter(
  path: string,
  { message, remedies }: LockMessages = PROMOTION,
): Disposable {
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const lock = exclusiveLock(path);
  if (lock === undefined) {
    throw new OrgError(message, {
      code: "LOCK_HELD",
      why: `${holderOf(path)} holds ${path}.`,
      remedies,
      unchanged: "Nothing was changed.",
    });
  }
  try {
    overwriteFile(`${path}.holder`, `${process.pid}\n`);
  } catch {
    // For error texts alone: on a full disk the lock holds all the same.
  }
  return lock;
}

/**
 * Waits until no other process holds the lock.
 *
 * @throws {OrgError} `LOCK_HELD` when it took too long; the error names the holder.
 */
export async function waitForPromoter(
  path: string,
  wait: PromoterWait = {},
  messages: LockMessages = PROMOTION,
): Promise<Disposable> {
  const { waitMs = LONGEST_WAIT_MS, signal, onWait } = wait;
  const start = performance.now();
  for (let look = 0; ; look += 1) {
    signal?.throwIfAborted();
    try {
      return lockPromoter(path, messages);
    } catch (error) {
      const isHeld = error instanceof OrgError && error.code === "LOCK_HELD";
      if (!isHeld || performance.now() - start >= waitMs) throw error;
    }
    if (look === 0) onWait?.(`waits for ${holderOf(path)}, which ${messages.doing}`);
    await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal });
  }
}

function holderOf(path: string): string {
  try {
    return `process ${readTextFile(`${path}.holder`).trim()}`;
  } catch {
    return "another process";
  }
}
