import { setTimeout as delay } from "node:timers/promises";

/**
 * Lets the last bytes arrive before a connection is broken on purpose. A client that finds both at once
 * hears only of the break: Bun's fetch then drops what it has not handed on yet (measured on 1.4.5).
 */
export async function settled(): Promise<void> {
  await delay(BEFORE_BREAK_MS);
}

const BEFORE_BREAK_MS = 20;
