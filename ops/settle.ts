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

/** @returns the exit code: 1 when it could not be settled, as while another promotion runs; standard error says why. */
export async function settle(home: string): Promise<number> {
  try {
    await settleIn(home);
    return 0;
  } catch (error) {
    console.error(reasonOf(error));
    return 1;
  }
}

async function settleIn(home: string): Promise<void> {
  await using parts = new AsyncDisposableStack();
  const promoter = await openPromoter(home, { service: currentService(home) }, parts);
  using _ = await waitForPromoter(promoter.paths.lock, { waitMs: WAIT_MS });
  await settleUnfinished(promoter, Date.now());
}

if (import.meta.main) process.exitCode = await settle(Bun.env["ORG_HOME"] ?? process.cwd());
