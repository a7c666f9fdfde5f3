/** What was spent of which budget, for the dashboard. */
import { existsSync } from "node:fs";
import { dayOf } from "#core/day-of.ts";
import type { Settings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import type { BudgetSource } from "#server/ui/home-view.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** So many days are shown. */
const DAYS = 14;

/** @param path of the database of what was spent; a missing one is not made. */
export function budgetSource(
  { budget, autonomy }: Pick<Settings, "budget" | "autonomy">,
  path: string,
): BudgetSource {
  return {
    read: () => {
      const now = Date.now();
      const day = dayOf(now);
      return {
        ...{ day, limits: budget, autonomyTokens: autonomy.budget.tokens },
        spent: spentIn(path, dayOf(now - (DAYS - 1) * DAY_MS), day),
      };
    },
  };
}

function spentIn(
  path: string,
  first: string,
  last: string,
): ReturnType<BudgetSource["read"]>["spent"] {
  if (!existsSync(path)) return [];
  using store = openSpendStore(path);
  return store.byPersona(first, last);
}
