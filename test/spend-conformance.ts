/** What every store of spending must do; a test file calls this with the one it tests. */
import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { type BudgetLimits, NO_LIMITS } from "#core/budget.ts";
import {
  type Account,
  BudgetLedger,
  type LedgerOptions,
  type Reservation,
  type SpendStore,
} from "#core/budget-ledger.ts";

/** Opens the store of a folder; opened twice, both have what either has spent. */
export type OpenSpendStore = (folder: string) => Promise<SpendStore & Partial<Disposable>>;

const tokens = (promptTokens: number, completionTokens = 0) => ({ promptTokens, completionTokens });
const limits = (rest: Partial<BudgetLimits>): BudgetLimits => ({ ...NO_LIMITS, ...rest });

/** `undefined` when the budget refuses it. */
async function reserved(account: Account, estimate: number): Promise<Reservation | undefined> {
  try {
    return await account.reserve("m", tokens(estimate));
  } catch {
    return undefined;
  }
}

/** An empty store, and ledgers that share it. */
class Spending implements AsyncDisposable {
  readonly #open: OpenSpendStore;
  readonly #parts = new DisposableStack();
  readonly #folder: string;

  private constructor(open: OpenSpendStore, folder: string) {
    this.#open = open;
    this.#folder = folder;
  }

  static async with(open: OpenSpendStore): Promise<Spending> {
    return new Spending(open, await mkdtemp(join(tmpdir(), "org-spending-")));
  }

  async ledger(options: Partial<LedgerOptions>): Promise<BudgetLedger> {
    const store = await this.#open(this.#folder);
    this.#parts.defer(() => store[Symbol.dispose]?.());
    return new BudgetLedger({ store, limits: NO_LIMITS, prices: {}, ...options });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.dispose();
    await rm(this.#folder, { recursive: true });
  }
}

export function testSpendConformance(open: OpenSpendStore): void {
  describe("a budget", () => {
    testReserving(open);
    testStanding(open);
    testAccounts(open);
    testMoney(open);
  });
  testSeveral(open);
}

function testReserving(open: OpenSpendStore): void {
  test("is spent by reserving; what was not taken comes back", async () => {
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = made.account("room", "agent");
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
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: given });
    const account = made.account("room", "agent");
    const settled = async (reserves: number, takes: number) =>
      await (await account.reserve("m", tokens(reserves))).settle(tokens(takes));
    expect(await settled(400, 300)).toEqual([]);
    expect(await settled(400, 350)).toEqual([
      "the budget of agent for this day: 650 tokens of 1,000 tokens are spent (65 %), too little is left for an answer of up to 400 tokens",
    ]);
    expect(await reserved(account, 400)).toBeUndefined();
    expect(await settled(200, 180)).toEqual([]);
    const other = made.account("room", "python");
    expect(await (await other.reserve("m", tokens(100))).settle(tokens(100))).toEqual([]);
    expect(await (await other.reserve("m", tokens(800))).settle(tokens(750))).toEqual([
      "the budget of python for this day: 850 tokens of 1,000 tokens are spent (85 %), too little is left for an answer of up to 800 tokens",
    ]);
  });
}

function testStanding(open: OpenSpendStore): void {
  test("says how it stands, of everything that holds for a persona", async () => {
    const given = limits({ session: { tokens: 100 }, personas: { agent: { tokens: 30 } } });
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: given });
    await made.account("room", "agent").reserve("m", tokens(20));
    expect(made.standings("room", "agent")).toEqual([
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
    expect(made.standings("other", "python").map(({ percent }) => percent)).toEqual([0]);
  });

  test("outlives the process that spent it", async () => {
    await using spending = await Spending.with(open);
    const given = { limits: limits({ day: { tokens: 100 } }) };
    const before = (await spending.ledger(given)).account("one", "agent");
    await (await before.reserve("m", tokens(99))).settle(tokens(99));
    const after = (await spending.ledger(given)).account("two", "python");
    await expect(after.reserve("m", tokens(2))).rejects.toThrow(
      "The budget does not allow another answer",
    );
  });
}

function testAccounts(open: OpenSpendStore): void {
  test("of a day is fresh on the next one, in UTC; that of a room is not", async () => {
    let now = Date.UTC(2026, 0, 1, 23, 59);
    const given = limits({ day: { tokens: 100 }, session: { tokens: 150 } });
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: given, now: () => now });
    const account = made.account("room", "agent");
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
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: given });
    const reserve = (persona: string, count: number) =>
      made.account("room", persona).reserve("m", tokens(count));
    await reserve("agent", 10);
    await expect(reserve("agent", 1)).rejects.toThrow(
      expect.objectContaining({ why: expect.stringContaining("the budget of agent") }),
    );
    await reserve("python", 20);
    await expect(reserve("python", 1)).rejects.toThrow();
    await reserve("constructor", 10);
  });
}

function testMoney(open: OpenSpendStore): void {
  test("in money follows the prices of the models", async () => {
    const prices = { big: { input: 2, output: 10 }, "*": { input: 1, output: 1 } };
    const given = { limits: limits({ day: { micros: 1_000_000 } }), prices };
    await using spending = await Spending.with(open);
    const made = await spending.ledger(given);
    const account = made.account("room", "agent");
    await (await account.reserve("big", tokens(100_000, 50_000))).settle(tokens(100_000, 50_000));
    await account.reserve("small", tokens(300_000));
    await expect(account.reserve("small", tokens(1))).rejects.toThrow(
      expect.objectContaining({
        why: "the budget of this day: 1.0000 of money of 1.0000 of money are spent (100 %), and the next answer may take 0.0000 of money",
      }),
    );
  });

  test("warns once, at 80 %", async () => {
    await using spending = await Spending.with(open);
    const made = await spending.ledger({ limits: limits({ session: { tokens: 100 } }) });
    const account = made.account("room", "agent");
    const spend = async (count: number) =>
      await (await account.reserve("m", tokens(1))).settle(tokens(count));
    expect(await spend(79)).toEqual([]);
    expect(await spend(1)).toEqual([
      "the budget of this room: 80 tokens of 100 tokens are spent (80 %)",
    ]);
    expect(await spend(1)).toEqual([]);
  });
}

function testSeveral(open: OpenSpendStore): void {
  test("two processes that reserve in turn never have more open than the budget holds", async () => {
    const step = fc.record({
      who: fc.nat(1),
      estimate: fc.nat(40),
      real: fc.nat(40),
      settles: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), fc.nat(100), async (steps, most) => {
        await using spending = await Spending.with(open);
        const given = { limits: limits({ day: { tokens: most } }) };
        const both = [await spending.ledger(given), await spending.ledger(given)] as const;
        let left = most;
        for (const { who, ...asked } of steps) {
          const account = both[who === 0 ? 0 : 1].account(`room ${who}`, "agent");
          left -= await spent(account, asked, left);
        }
      }),
      { numRuns: 10 },
    );
  });

  test("of many that reserve at once, no more are let through than the budget holds", async () => {
    await using spending = await Spending.with(open);
    const given = { limits: limits({ day: { tokens: 100 } }) };
    const ledgers = [await spending.ledger(given), await spending.ledger(given)] as const;
    const asked = Array.from({ length: 20 }, (_, n) =>
      reserved((ledgers[n % 2] ?? ledgers[0]).account(`room ${n}`, "agent"), 10),
    );
    const got = (await Promise.all(asked)).filter((one) => one !== undefined);
    expect(got).toHaveLength(10);
  });
}

/** Reserves and perhaps settles. @param left of the budget, in tokens. @returns how many were taken of it. */
async function spent(
  account: Account,
  { estimate, real, settles }: { estimate: number; real: number; settles: boolean },
  left: number,
): Promise<number> {
  const reservation = await reserved(account, estimate);
  expect(reservation !== undefined).toBe(estimate <= left);
  if (reservation === undefined) return 0;
  if (!settles) return estimate;
  await reservation.settle(tokens(real));
  return real;
}
