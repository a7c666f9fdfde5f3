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
function reserved(account: Account, estimate: number): Reservation | undefined {
  try {
    return account.reserve("m", tokens(estimate));
  } catch {
    return undefined;
  }
}

describe("a budget", () => {
  test("is spent by reserving; what was not taken comes back", () => {
    using open = ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = open.made.account("room", "agent");
    const first = account.reserve("m", tokens(60));
    expect(() => account.reserve("m", tokens(41))).toThrow(
      expect.objectContaining({
        code: "BUDGET_SPENT",
        why: "the budget of this room: 60 tokens of 100 tokens are spent (60 %), and the next answer may take 41 tokens",
      }),
    );
    first.settle(tokens(5, 5));
    first.settle(tokens(90));
    account.reserve("m", tokens(90));
  });

  test("warns before it refuses: at 80 %, or as soon as another answer like the last does not fit", () => {
    const given = limits({ persona: { tokens: 1000 } });
    using open = ledger({ limits: given });
    const account = open.made.account("room", "agent");
    const settled = (reserves: number, takes: number) =>
      account.reserve("m", tokens(reserves)).settle(tokens(takes));
    expect(settled(400, 300)).toEqual([]);
    expect(settled(400, 350)).toEqual([
      "the budget of agent for this day: 650 tokens of 1,000 tokens are spent (65 %), too little is left for an answer of up to 400 tokens",
    ]);
    expect(reserved(account, 400)).toBeUndefined();
    expect(settled(200, 180)).toEqual([]);
    const other = open.made.account("room", "python");
    expect(other.reserve("m", tokens(100)).settle(tokens(100))).toEqual([]);
    expect(other.reserve("m", tokens(800)).settle(tokens(750))).toEqual([
      "the budget of python for this day: 850 tokens of 1,000 tokens are spent (85 %), too little is left for an answer of up to 800 tokens",
    ]);
  });

  test("says how it stands, of everything that holds for a persona", () => {
    const given = limits({ session: { tokens: 100 }, personas: { agent: { tokens: 30 } } });
    using open = ledger({ limits: given });
    open.made.account("room", "agent").reserve("m", tokens(20));
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

  test("outlives the process that spent it", () => {
    const given = { limits: limits({ day: { tokens: 100 } }) };
    {
      using open = ledger(given);
      open.made.account("one", "agent").reserve("m", tokens(99)).settle(tokens(99));
    }
    using open = ledger(given);
    expect(() => open.made.account("two", "python").reserve("m", tokens(2))).toThrow(
      "The budget does not allow another answer",
    );
  });

  test("of a day is fresh on the next one, in UTC; that of a room is not", () => {
    let now = Date.UTC(2026, 0, 1, 23, 59);
    const given = limits({ day: { tokens: 100 }, session: { tokens: 150 } });
    using open = ledger({ limits: given, now: () => now });
    const account = open.made.account("room", "agent");
    account.reserve("m", tokens(100)).settle(tokens(100));
    expect(() => account.reserve("m", tokens(1))).toThrow();
    now = Date.UTC(2026, 0, 2);
    account.reserve("m", tokens(50)).settle(tokens(50));
    expect(() => account.reserve("m", tokens(1))).toThrow(
      expect.objectContaining({ why: expect.stringContaining("this room") }),
    );
  });

  test("of a persona is its own, and may differ from that of the others", () => {
    const given = limits({ persona: { tokens: 10 }, personas: { python: { tokens: 20 } } });
    using open = ledger({ limits: given });
    const reserve = (persona: string, count: number) =>
      open.made.account("room", persona).reserve("m", tokens(count));
    reserve("agent", 10);
    expect(() => reserve("agent", 1)).toThrow(
      expect.objectContaining({ why: expect.stringContaining("the budget of agent") }),
    );
    reserve("python", 20);
    expect(() => reserve("python", 1)).toThrow();
    reserve("constructor", 10);
  });

  test("in money follows the prices of the models", () => {
    const prices = { big: { input: 2, output: 10 }, "*": { input: 1, output: 1 } };
    const given = { limits: limits({ day: { micros: 1_000_000 } }), prices };
    using open = ledger(given);
    const account = open.made.account("room", "agent");
    account.reserve("big", tokens(100_000, 50_000)).settle(tokens(100_000, 50_000));
    account.reserve("small", tokens(300_000));
    expect(() => account.reserve("small", tokens(1))).toThrow(
      expect.objectContaining({
        why: "the budget of this day: 1.0000 of money of 1.0000 of money are spent (100 %), and the next answer may take 0.0000 of money",
      }),
    );
  });

  test("warns once, at 80 %", () => {
    using open = ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = open.made.account("room", "agent");
    const spend = (count: number) => account.reserve("m", tokens(1)).settle(tokens(count));
    expect(spend(79)).toEqual([]);
    expect(spend(1)).toEqual(["the budget of this room: 80 tokens of 100 tokens are spent (80 %)"]);
    expect(spend(1)).toEqual([]);
  });
});

test("two processes that reserve in turn never have more open than the budget holds", () => {
  const step = fc.record({
    who: fc.nat(1),
    estimate: fc.nat(40),
    real: fc.nat(40),
    settles: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), fc.nat(100), (steps, most) => {
      for (const end of ["", "-wal", "-shm"]) rmSync(`${path()}${end}`, { force: true });
      using one = ledger({ limits: limits({ day: { tokens: most } }) });
      using two = ledger({ limits: limits({ day: { tokens: most } }) });
      let taken = 0;
      for (const { who, estimate, real, settles } of steps) {
        const account = [one, two][who]?.made.account(`room ${who}`, "agent");
        const reservation = account && reserved(account, estimate);
        expect(reservation !== undefined).toBe(taken + estimate <= most);
        if (reservation === undefined) continue;
        if (settles) reservation.settle(tokens(real));
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
