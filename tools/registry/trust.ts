/** How far a tool is trusted, by what became of its calls. */
import type { FailedOutcome } from "#core/calls.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** After this long a call counts half, in milliseconds. */
const HALF_LIFE_MS = 7 * DAY_MS;

export interface Use {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ok: boolean;
  /** Why it was not ok, where that is known. */
  readonly outcome?: FailedOutcome | undefined;
}

export interface Trust {
  /** Above 0 and below 1; 0.5 is a tool that was not used for long. */
  readonly score: number;
  readonly calls: number;
  /** Calls that broke down. */
  readonly failures: number;
  /** Milliseconds since the epoch. */
  readonly lastUsedAt?: number | undefined;
}

/**
 * The mean of a Beta distribution that starts at Beta(1, 1), the rule of succession of Laplace:
 *
 *     weight(use) = 2 ^ (-age / 7 days)
 *     score = (1 + weights of the good uses) / (2 + weights of all uses)
 *
 * A failure that the contract names is neither good nor bad: the tool did what it promised, and a tool that
 * does nothing else has shown nothing. Calls in the future, by a clock that was set back, count as of now.
 *
 * @param now milliseconds since the epoch.
 */
export function trustOf(uses: readonly Use[], now: number): Trust {
  let good = 0;
  let all = 0;
  for (const { at, ok, outcome } of uses) {
    if (outcome === "failure") continue;
    const weight = 2 ** (-Math.max(0, now - at) / HALF_LIFE_MS);
    all += weight;
    if (ok) good += weight;
  }
  const last = uses.reduce((latest, { at }) => Math.max(latest, at), Number.NEGATIVE_INFINITY);
  return {
    score: (1 + good) / (2 + all),
    calls: uses.length,
    failures: uses.filter(({ ok, outcome }) => !ok && outcome !== "failure").length,
    lastUsedAt: uses.length === 0 ? undefined : last,
  };
}
