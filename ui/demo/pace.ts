/** How fast the human of the demo reads and types. Times in milliseconds. */
import { setTimeout as delay } from "node:timers/promises";

export interface Pace {
  /** Between two keys, on average. */
  readonly keyMs: number;
  /** To read one character. */
  readonly readMs: number;
  /** Before a line is sent, and after it was answered. */
  readonly restMs: number;
}

/** As a person who knows what to say. */
export const AS_A_PERSON: Pace = { keyMs: 38, readMs: 18, restMs: 700 };
export const AT_ONCE: Pace = { keyMs: 0, readMs: 0, restMs: 0 };

/** @throws the reason of the signal. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  // Even without a pause, what was handed over before has its turn first.
  if (ms === 0) await new Promise(setImmediate);
  else await delay(ms, undefined, { signal });
}

/** Some keys take longer than others; the same ones in every run. */
export function keyPause(key: string, { keyMs }: Pace): number {
  const unevenness = (key.codePointAt(0) ?? 0) % 7;
  return (keyMs * (4 + unevenness)) / 7;
}
