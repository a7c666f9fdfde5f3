/** Budgets on the real database. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type BudgetLimits, NO_LIMITS } from "#core/budget.ts";
import {
  type Account,
  BudgetLedger,
  type LedgerOptions,
  type Reservation,
} from "#core/budget-ledger.ts";
import { openSpendStore } from "./spend-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-spending-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = () => join(folder, "spending.sqlite");
const tokens = (promptTokens: number, completionTokens = 0) => ({ promptTokens, completionTokens });
const limits = (rest: Partial<BudgetLimits>): BudgetLimits => ({ ...NO_LIMITS, ...rest });

function ledger(options: Partial<LedgerOptions>) {
  const parts = new DisposableStack();
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const store = parts.use(openSpendStore(path()));
  const made = new BudgetLedger({ store, limits: NO_LIMITS, prices: {}, ...options });
  return { made, [Symbol.dispose]: () => parts.dispose() };
}

/** `undefined` when the budget refuses it. */
async function reserved(account: Account, estimate: number): Promise<Reservation | undefined> {
  try {
    return await account.reserve("m", tokens(estimate));
  } catch {
    return undefined;
  }
}

describe("a budget", () => {
  test("is spent by reserving; what was not taken comes back", async () => {
    using open = ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = open.made.account("room", "agent");
    const first = await account.reserve("m", tokens(60));
    await expect(account.reserve("m", tokens(41))).rejects.toThrow(
      expect.objectContaining({
        code: "BUDGET_SPENT",
        why: "the budget of this room: 60 tokens of 100 tokens are spent (60 %), and the next answer may take 41 tokens",
      }),
    );
    await first.settle(tokens(5, 5));
    await first.settle(tokens(90));
    await account.reserve("m", tokens(90));
  });

  test("warns before it refuses: at 80 %, or as soon as another answer like the last does not fit", async () => {
    const given = limits({ persona: { tokens: 1000 } });
    using open = ledger({ limits: given });
    const account = open.made.account("room", "agent");
    const settled = async (reserves: number, takes: number) =>
      await (await account.reserve("m", tokens(reserves))).settle(tokens(takes));
    expect(await settled(400, 300)).toEqual([]);
    expect(await settled(400, 350)).toEqual([
      "the budget of agent for this day: 650 tokens of 1,000 tokens are spent (65 %), too little is left for an answer of up to 400 tokens",
    ]);
    expect(await reserved(account, 400)).toBeUndefined();
    expect(await settled(200, 180)).toEqual([]);
    const other = open.made.account("room", "python");
    expect(await (await other.reserve("m", tokens(100))).settle(tokens(100))).toEqual([]);
    expect(await (await other.reserve("m", tokens(800))).settle(tokens(750))).toEqual([
      "the budget of python for this day: 850 tokens of 1,000 tokens are spent (85 %), too little is left for an answer of up to 800 tokens",
    ]);
  });

  test("says how it stands, of everything that holds for a persona", async () => {
    const given = limits({ session: { tokens: 100 }, personas: { agent: { tokens: 30 } } });
    using open = ledger({ limits: given });
    await open.made.account("room", "agent").reserve("m", tokens(20));
    expect(open.made.standings("room", "agent")).toEqual([
      {
        name: "the budget of this room",
        percent: 20,
        text: "the budget of this room: 20 tokens of 100 tokens are spent (20 %)",
      },
      {
        name: "the budget of agent for this day",
        percent: 66,
        text: "the budget of agent for this day: 20 tokens of 30 tokens are spent (66 %)",
      },
    ]);
    expect(open.made.standings("other", "python").map(({ percent }) => percent)).toEqual([0]);
  });

  test("outlives the process that spent it", async () => {
    const given = { limits: limits({ day: { tokens: 100 } }) };
    {
      using open = ledger(given);
      await (await open.made.account("one", "agent").reserve("m", tokens(99))).settle(tokens(99));
    }
    using open = ledger(given);
    await expect(open.made.account("two", "python").reserve("m", tokens(2))).rejects.toThrow(
      "The budget does not allow another answer",
    );
  });

  test("of a day is fresh on the next one, in UTC; that of a room is not", async () => {
    let now = Date.UTC(2026, 0, 1, 23, 59);
    const given = limits({ day: { tokens: 100 }, session: { tokens: 150 } });
    using open = ledger({ limits: given, now: () => now });
    const account = open.made.account("room", "agent");
    await (await account.reserve("m", tokens(100))).settle(tokens(100));
    await expect(account.reserve("m", tokens(1))).rejects.toThrow();
    now = Date.UTC(2026, 0, 2);
    await (await account.reserve("m", tokens(50))).settle(tokens(50));
    await expect(account.reserve("m", tokens(1))).rejects.toThrow(
      expect.objectContaining({ why: expect.stringContaining("this room") }),
    );
  });

  test("of a persona is its own, and may differ from that of the others", async () => {
    const given = limits({ persona: { tokens: 10 }, personas: { python: { tokens: 20 } } });
    using open = ledger({ limits: given });
    const reserve = (persona: string, count: number) =>
      open.made.account("room", persona).reserve("m", tokens(count));
    await reserve("agent", 10);
    await expect(reserve("agent", 1)).rejects.toThrow(
      expect.objectContaining({ why: expect.stringContaining("the budget of agent") }),
    );
    await reserve("python", 20);
    await expect(reserve("python", 1)).rejects.toThrow();
    await reserve("constructor", 10);
  });

  test("in money follows the prices of the models", async () => {
    const prices = { big: { input: 2, output: 10 }, "*": { input: 1, output: 1 } };
    const given = { limits: limits({ day: { micros: 1_000_000 } }), prices };
    using open = ledger(given);
    const account = open.made.account("room", "agent");
    await (await account.reserve("big", tokens(100_000, 50_000))).settle(tokens(100_000, 50_000));
    await account.reserve("small", tokens(300_000));
    await expect(account.reserve("small", tokens(1))).rejects.toThrow(
      expect.objectContaining({
        why: "the budget of this day: 1.0000 of money of 1.0000 of money are spent (100 %), and the next answer may take 0.0000 of money",
      }),
    );
  });

  test("warns once, at 80 %", async () => {
    using open = ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = open.made.account("room", "agent");
    const spend = async (count: number) =>
      await (await account.reserve("m", tokens(1))).settle(tokens(count));
    expect(await spend(79)).toEqual([]);
    expect(await spend(1)).toEqual([
      "the budget of this room: 80 tokens of 100 tokens are spent (80 %)",
    ]);
    expect(await spend(1)).toEqual([]);
  });
});

test("two processes that reserve in turn never have more open than the budget holds", async () => {
  const step = fc.record({
    who: fc.nat(1),
    estimate: fc.nat(40),
    real: fc.nat(40),
    settles: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(100), async (steps, most) => {
      for (const end of ["", "-wal", "-shm"]) rmSync(`${path()}${end}`, { force: true });
      using one = ledger({ limits: limits({ day: { tokens: most } }) });
      using two = ledger({ limits: limits({ day: { tokens: most } }) });
      let taken = 0;
      for (const { who, estimate, real, settles } of steps) {
        const account = [one, two][who]?.made.account(`room ${who}`, "agent");
        const reservation = account && (await reserved(account, estimate));
        expect(reservation !== undefined).toBe(taken + estimate <= most);
        if (reservation === undefined) continue;
        if (settles) await reservation.settle(tokens(real));
        taken += settles ? real : estimate;
      }
    }),
    { numRuns: 10 },
  );
});

test("the file is for this user alone", () => {
  using _ = ledger({});
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test("a damaged store is an error that says what to do", () => {
  writeFileSync(path(), "garbage ".repeat(200));
  expect(() => openSpendStore(path())).toThrow(
    expect.objectContaining({ code: "JOURNAL_CORRUPT" }),
  );
});
