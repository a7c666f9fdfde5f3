/** How the calls of tools went, by the hundred. */
import type { Use } from "./trust.ts";

/** Calls in a window. */
const CALLS = 100;

export interface UseWindow {
  /** When its first call and its last one were made, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** A hundred, or fewer in the newest window. */
  readonly calls: number;
  /** Those that did not break down; a failure that a contract names is an answer. */
  readonly good: number;
}

/**
 * The oldest first, each full but the newest.
 *
 * @param uses in any order.
 * @param most so many windows, the newest.
 */
export function useWindows(uses: readonly Use[], most: number): readonly UseWindow[] {
  const sorted = uses.toSorted((one, other) => one.at - other.at);
  const windows: UseWindow[] = [];
  for (let at = 0; at < sorted.length; at += CALLS) {
    const part = sorted.slice(at, at + CALLS);
    const good = part.filter(({ ok, outcome }) => ok || outcome === "failure").length;
    windows.push({ from: part[0]?.at ?? 0, to: part.at(-1)?.at ?? 0, calls: part.length, good });
  }
  return windows.slice(-most);
}
