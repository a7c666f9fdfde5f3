import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { dayOf } from "#core/day-of.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { budgetSource } from "./budget-source.ts";

const DAY_MS = 86_400_000;

test("the dashboard has the limits, and what was spent on the last 14 days with this one", async () => {
  await using home = await temporaryFolder("budget-source");
  const { autonomy } = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  const path = join(home.path, "spending.sqlite");
  const budget = { session: {}, day: { tokens: 700 }, persona: {}, warnPercent: 80 };
  const source = budgetSource(Object({ budget, autonomy }), path);
  const now = Date.now();
  const day = dayOf(now);
  const limits = { day, limits: budget, autonomyTokens: autonomy.budget.tokens };
  expect(source.read()).toEqual(Object({ ...limits, spent: [] }));
  expect(existsSync(path)).toBe(false);
  const days = [0, 13, 14].map((ago) => dayOf(now - ago * DAY_MS));
  {
    using store = openSpendStore(path);
    for (const [index, one] of days.entries()) {
      const spender = { day: one, session: "s", persona: "agent" };
      await store.adjust(spender, { tokens: 70 + index, micros: index });
    }
  }
  expect(source.read().spent).toEqual([
    { day, persona: "agent", tokens: 70, micros: 0 },
    { day: days[1] ?? "", persona: "agent", tokens: 71, micros: 1 },
  ]);
});
