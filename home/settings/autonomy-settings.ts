/** What the human has laid down for autonomy: what a home does by itself while no user asks for anything. */
import type { Limit } from "#core/budget.ts";
import type { AutonomyEntry, LimitEntry } from "./config-schema.ts";
import type { Profile } from "./permission-settings.ts";

/** Who it is to the policy, the budgets and the memory; no persona of a room can have this id. */
export const AUTONOMY = "autonomy";

/** How often bursts begin, and what one of them may take. */
interface BurstLimits {
  /** So long nothing has happened in any room before a burst, in milliseconds. */
  readonly idleMs: number;
  /** Shortest time from the begin of a burst to the next one, in milliseconds. */
  readonly gapMs: number;
  /** Most bursts a day, in UTC. */
  readonly aDay: number;
  /** Longest time of a burst, in milliseconds. */
  readonly lengthMs: number;
  /** How often a burst asks the model what to do next. */
  readonly questions: number;
}

export interface AutonomySettings extends BurstLimits {
  /** Whether bursts begin without `org auto on`. */
  readonly isEnabled: boolean;
  /** Name of the model on the server; absent: that of the rooms. */
  readonly model?: string | undefined;
  /** Tools that it may call, by name; those with effects are refused all the same. */
  readonly allow: readonly string[];
  /** Whether it may have tools built, each of which waits as a candidate for a person. */
  readonly mayCode: boolean;
  /** Most a day in UTC; there is always a limit of tokens. */
  readonly budget: Limit & { readonly tokens: number };
}

const MINUTE_MS = 60_000;
const QUESTIONS = 3;

const PROFILES: Readonly<Record<Profile, BurstLimits & { readonly tokens: number }>> = {
  dev: {
    ...{ idleMs: 3 * MINUTE_MS, gapMs: 10 * MINUTE_MS, aDay: 20, lengthMs: 60 * MINUTE_MS },
    ...{ questions: QUESTIONS, tokens: 200_000 },
  },
  prod: {
    ...{ idleMs: 120 * MINUTE_MS, gapMs: 120 * MINUTE_MS, aDay: 3, lengthMs: 30 * MINUTE_MS },
    ...{ questions: QUESTIONS, tokens: 50_000 },
  },
};

const ALLOWED = ["memory_search", "tools_search"];

/** @param limit the line `[budget.autonomy]`; what is absent there is the profile's, and never unlimited. */
export function autonomySettings(
  entry: AutonomyEntry,
  limit: LimitEntry | undefined,
  profile: Profile,
): AutonomySettings {
  const { tokens: usual, ...pace } = PROFILES[profile];
  const { tokens = usual, money } = limit ?? {};
  const micros = money === undefined ? {} : { micros: Math.round(money * 1_000_000) };
  return {
    ...pace,
    isEnabled: entry.enabled ?? false,
    model: entry.model,
    allow: entry.allow ?? ALLOWED,
    mayCode: entry.code ?? false,
    budget: { tokens, ...micros },
  };
}
