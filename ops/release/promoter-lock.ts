/** One process promotes at a time; the system takes the lock back when that process dies, however it does. */
import { Database } from "bun:sqlite";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { OrgError } from "#core/errors.ts";

/** How one that promotes waits for another. */
export interface PromoterWait {
  /** Longest wait in milliseconds. @default ten minutes, several times what a promotion takes */
  readonly waitMs?: number | undefined;
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Told once, in words for a person, who is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
}

const LONGEST_WAIT_MS = 600_000;
/** Pause between two looks at the lock, in milliseconds: a database tells no one that it is free. */
const LOOK_MS = 100;

/** @throws {OrgError} `LOCK_HELD` when another process promotes or rolls back right now. */
export function lockPromoter(path: string): Disposable {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new Database(path, { create: true, strict: true });
  try {
    database.run("pragma busy_timeout = 0");
    database.run("begin exclusive");
    writeFileSync(`${path}.holder`, `${process.pid}\n`, { mode: 0o600 });
  } catch (cause) {
    database.close();
    throw new OrgError("Another promotion or rollback is under way", {
      code: "LOCK_HELD",
      why: `${holderOf(path)} holds ${path}.`,
      remedies: ["wait for it to end, then run the same command again"],
      left: "Nothing was changed.",
      cause,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}

/**
 * Waits until no other process promotes or rolls back.
 *
 * @throws {OrgError} `LOCK_HELD` when it took too long; the error names the holder.
 */
export async function waitForPromoter(path: string, wait: PromoterWait = {}): Promise<Disposable> {
  const { waitMs = LONGEST_WAIT_MS, signal, onWait } = wait;
  const start = performance.now();
  for (let look = 0; ; look += 1) {
    signal?.throwIfAborted();
    try {
      return lockPromoter(path);
    } catch (error) {
      const isHeld = error instanceof OrgError && error.code === "LOCK_HELD";
      if (!isHeld || performance.now() - start >= waitMs) throw error;
    }
    if (look === 0) onWait?.(`waits for ${holderOf(path)}, which promotes or rolls back`);
    await sleep(LOOK_MS, undefined, signal === undefined ? {} : { signal });
  }
}

function holderOf(path: string): string {
  try {
    return `process ${readFileSync(`${path}.holder`, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
