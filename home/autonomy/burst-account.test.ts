import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NO_LIMITS } from "#core/budget.ts";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { openSpendStore } from "../spend-store.ts";
import { burstAccount } from "./burst-account.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-account-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const usage = (promptTokens: number, completionTokens: number) => ({
  promptTokens,
  completionTokens,
});

/** What is booked of one answer, of 1,000 tokens a day. */
async function booked(told: ReturnType<typeof usage>): Promise<number> {
  using store = openSpendStore(join(folder, "spending.sqlite"));
  const limits = { ...NO_LIMITS, personas: { autonomy: { tokens: 1000 } } };
  const ledger = new BudgetLedger({ store, limits, prices: {}, now: () => 0 });
  const account = burstAccount(ledger, "autonomy:b1");
  await (await account.reserve("m", usage(300, 100))).settle(told);
  expect(await ledger.remainingTokens("autonomy:b1", "autonomy")).toBeGreaterThanOrEqual(0);
  const spender = { day: "1970-01-01", session: "", persona: "autonomy" };
  return (await store.totals(spender)).persona.tokens;
}

test("what a server counts is believed up to what is left of the day", async () => {
  expect(await booked(usage(350, 120))).toBe(470);
});

test.each([
  [usage(900, 900), 1000],
  [usage(5000, 0), 1000],
  [usage(0, 1e12), 1000],
  [usage(Number.NaN, 7), 7],
  [usage(-5, Number.POSITIVE_INFINITY), 0],
])("%p are booked as %i tokens, and never more than the day has", async (told, tokens) => {
  expect(await booked(told)).toBe(tokens);
});

test("a day that has no tokens left gives none", async () => {
  await booked(usage(1000, 0));
  await expect(booked(usage(1, 1))).rejects.toThrow("The budget does not allow another answer");
});
