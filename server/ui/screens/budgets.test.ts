import { afterEach, expect, test } from "bun:test";
import { openSpendStore } from "#home/spend-store.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";
import { accountsToday, meterOf } from "./budgets.ts";

let home: DashboardHome | undefined;
afterEach(async () => {
  await home?.[Symbol.asyncDispose]();
  home = undefined;
});

const day = "2026-11-24";

test("each persona has its own limit, autonomy that of its own line, and all together that of the day", () => {
  const spent = [
    { day, persona: "agent", tokens: 900, micros: 2_000_000 },
    { day, persona: "autonomy", tokens: 50, micros: 0 },
    { day: "2026-11-23", persona: "agent", tokens: 7, micros: 0 },
  ];
  const limits = {
    ...{ session: {}, day: { tokens: 1000 }, persona: { tokens: 500 } },
    personas: { python: { tokens: 10 } },
  };
  const accounts = accountsToday({ day, limits, autonomyTokens: 100, spent });
  expect(accounts.map(({ name, kind, spent: used, limit }) => [name, kind, used, limit])).toEqual([
    ["All personas", "tokens", 950, 1000],
    ["All personas", "money", 2_000_000, undefined],
    ["agent", "tokens", 900, 500],
    ["agent", "money", 2_000_000, undefined],
    ["autonomy", "tokens", 50, 100],
    ["python", "tokens", 0, 10],
  ]);
});

test.each([
  [0, 0, 100],
  [5, 10, 50],
  [900, 500, 100],
])("%d of %d is shown as %d percent", (spent, limit, percent) => {
  const bar = String(meterOf({ name: "agent", kind: "tokens", spent, limit }));
  expect(bar).toContain(`${percent} %`);
});

test("what was spent is shown by day and persona, names as text", async () => {
  home = await dashboardHome();
  expect(await home.page("/ui/budgets")).toContain("Nothing was spent in the last 14 days.");
  using store = openSpendStore(home.paths.spending);
  const today = new Date().toISOString().slice(0, 10);
  await store.adjust(
    { day: today, session: "s", persona: "<b>agent</b>" },
    { tokens: 1234, micros: 0 },
  );
  const page = await home.page("/ui/budgets");
  expect(page).toContain("&lt;b&gt;agent&lt;/b&gt;");
  expect(page).not.toContain("<b>agent");
  expect(page).toContain(today);
  expect(page).toContain("1,234");
});
