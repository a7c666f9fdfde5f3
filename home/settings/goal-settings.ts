/** How much goals may take by default, as the user configured it. */
import { z } from "zod";
import type { LimitOverrides } from "#core/cycles/limits.ts";

const most = (bound: number) => z.int().min(1).max(bound).optional();

/** Limits as a person or a program names them; what is absent follows from the profile. */
export const goalLimitsSchema: z.ZodType<LimitOverrides> = z.strictObject({
  ...{ cycles: most(10_000), seconds: most(604_800), tokens: most(1_000_000_000) },
  money: z.number().min(0).max(1_000_000).optional(),
  ...{ calls: most(100_000), actions: most(100_000) },
});

/** @param number reads a variable of the environment, which goes before the file. */
export function goalSettings(
  entry: LimitOverrides,
  number: (name: string) => number | undefined,
): LimitOverrides {
  const cycles = number("ORG_MAX_CYCLES") ?? entry.cycles;
  const seconds = number("ORG_PULSE_BUDGET_S") ?? entry.seconds;
  return { ...entry, cycles, seconds };
}
