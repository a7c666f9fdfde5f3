/** Which tools a person might want to retire: those that are not used, and those that break down. Pure. */
import type { Trust } from "./trust.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** As long a tool may lie unused, in days. */
const UNUSED_DAYS = 60;
/** Part of the calls that may break down, and how many calls say something. */
const ALLOWED_BREAKDOWNS = 0.2;
const ENOUGH_CALLS = 10;
/** Less than this no tool is trusted that works now and then: about nine breakdowns of this week, and nothing else. */
const LEAST_TRUST = 0.1;

/** What is known of a tool that main has. */
export interface ToolRecord {
  readonly trust: Trust;
  /** When it was promoted, in milliseconds since the epoch. */
  readonly promotedAt: number;
}

/**
 * @param now milliseconds since the epoch.
 * @returns why a tool might go, for a person; nothing for one that is of use.
 */
export function whyRetire({ trust, promotedAt }: ToolRecord, now: number): string | undefined {
  const { calls, failures, lastUsedAt = promotedAt, score } = trust;
  if (calls >= ENOUGH_CALLS && failures > calls * ALLOWED_BREAKDOWNS) {
    return `it broke down in ${failures} of ${calls} calls`;
  }
  if (score < LEAST_TRUST) {
    return `its trust is ${score.toFixed(2)}: of late it breaks down (${failures} of ${calls} calls)`;
  }
  const days = Math.floor((now - lastUsedAt) / DAY_MS);
  if (days < UNUSED_DAYS) return undefined;
  return calls === 0
    ? `it was never used in the ${days} days since it was promoted`
    : `it was last used ${days} days ago`;
}
