#!/usr/bin/env bun
/**
 * Finishes a promotion or a rollback that was cut off: forward when main has moved, back when it has not.
 *
 *   ORG_HOME=FOLDER bun ops/settle.ts      called by the supervisor, which opens no database of a home itself
 */
import { reasonOf } from "#core/errors.ts";
import { currentService } from "./processes/generations.ts";
import { openPromoter } from "./release/open-promoter.ts";
import { waitForPromoter } from "./release/promoter-lock.ts";
import { settleUnfinished } from "./release/settle.ts";

/** Longest wait for another promotion, in milliseconds. */
const WAIT_MS = 30_000;

/** @returns how many changes were settled. @throws {OrgError} `LOCK_HELD` when another promotion runs. */
export async function settle(home: string): Promise<number> {
  await using parts = new AsyncDisposableStack();
  const promoter = await openPromoter(home, { service: currentService(home) }, parts);
  using _ = await waitForPromoter(promoter.paths.lock, { waitMs: WAIT_MS });
  return (await settleUnfinished(promoter, Date.now())).length;
}

if (import.meta.main) {
  try {
    await settle(Bun.env["ORG_HOME"] ?? process.cwd());
  } catch (error) {
    console.error(reasonOf(error));
    process.exitCode = 1;
  }
}
