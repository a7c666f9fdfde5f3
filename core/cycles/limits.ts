/** How much a run of cycles may take. */
import type { Spent } from "../goal-step.ts";

/** Every one of them holds; `Number.POSITIVE_INFINITY` where there is none. */
export interface Limits {
  readonly cycles: number;
  /** On the monotonic clock, while the work goes on. */
  readonly seconds: number;
  /** Prompts and answers together. */
  readonly tokens: number;
  /** In units of the currency of the prices. */
  readonly money: number;
  /** Questions to a model, failed ones included. */
  readonly calls: number;
  /** Calls of tools. */
  readonly actions: number;
}

/** Those that a caller may name; what is absent follows from the profile. */
export type LimitOverrides = { readonly [Name in keyof Limits]?: number | undefined };

export const NOTHING_SPENT: Spent = {
  ...{ cycles: 0, ms: 0, tokens: 0, micros: 0, calls: 0, actions: 0 },
};

const PROFILES = {
  dev: { cycles: 100, seconds: 3600, tokens: 200_000 },
  prod: { cycles: 30, seconds: 600, tokens: 50_000 },
} as const;

/** Questions of a cycle: what to do, what came of it, and one more of each. */
const CALLS_A_CYCLE = 4;

/** The limits of a goal. @param overrides go before the profile, and the first of them before those behind it. */
export function goalLimits(
  profile: keyof typeof PROFILES,
  ...overrides: readonly LimitOverrides[]
): Limits {
  const named = (name: keyof Limits): number | undefined =>
    overrides.find((one) => one[name] !== undefined)?.[name];
  const usual = PROFILES[profile];
  const cycles = named("cycles") ?? usual.cycles;
  return {
    cycles,
    seconds: named("seconds") ?? usual.seconds,
    tokens: named("tokens") ?? usual.tokens,
    money: named("money") ?? Number.POSITIVE_INFINITY,
    calls: named("calls") ?? cycles * CALLS_A_CYCLE,
    actions: named("actions") ?? cycles,
  };
}
