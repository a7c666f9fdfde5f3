/** Single refs of the user's repository, each written only from its expected commit. */
import { setTimeout as sleep } from "node:timers/promises";
import { looseRef } from "#platform/git/loose-refs.ts";
import { gitRaw, gitText } from "#platform/git/raw.ts";
import type { UserCheckout } from "./user-checkout.ts";

/** @returns undefined where there is none. */
export async function refAt(
  { repository }: UserCheckout,
  ref: string,
): Promise<string | undefined> {
  const loose = looseRef(repository, ref);
  if (loose !== undefined) return loose ?? undefined;
  const args = ["show-ref", "--verify", "--hash", ref];
  const { stdout, exitCode } = await gitRaw(repository, args, { exitCodes: [0, 1, 128] });
  return exitCode === 0 ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** Makes a ref; one that is there stays as it is. */
export async function createRef(checkout: UserCheckout, ref: string, id: string): Promise<void> {
  if ((await refAt(checkout, ref)) !== undefined) return;
  await gitText(checkout.repository, ["update-ref", ref, id, ""]);
}

/** How long a Git that is about to end may hold a ref, in milliseconds. */
const PATIENCE_MS = 5000;

/** Removes a ref that has this value. */
export async function removeRef(checkout: UserCheckout, ref: string, value: string): Promise<void> {
  const start = performance.now();
  while ((await refAt(checkout, ref)) === value) {
    try {
      await gitText(checkout.repository, ["update-ref", "-d", ref, value]);
    } catch (error) {
      if (performance.now() - start > PATIENCE_MS) throw error;
      await sleep(50);
    }
  }
}
