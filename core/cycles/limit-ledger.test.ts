import { expect, test } from "bun:test";
import fc from "fast-check";
import { LimitLedger, LimitReached } from "./limit-ledger.ts";
import { goalLimits, type Limits, NOTHING_SPENT } from "./limits.ts";

const MANY: Limits = {
  ...{ cycles: 10, seconds: 100, tokens: 1000, money: Number.POSITIVE_INFINITY },
  ...{ calls: 10, actions: 10 },
};

function ledgerOf(limits: Partial<Limits> = {}, now = { ms: 0 }): LimitLedger {
  return new LimitLedger({ limits: { ...MANY, ...limits }, nowMs: () => now.ms });
}

function endOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof LimitReached) return error.end;
    throw error;
  }
  return "none";
}

const ASKED = { promptTokens: 100, completionTokens: 500 };

test("reserves prompt and answer before a call, and books what it took instead", () => {
  const ledger = ledgerOf();
  const call = ledger.beginCall(ASKED);
  expect(call.maxTokens).toBe(500);
  expect(ledger.spent).toMatchObject({ tokens: 600, calls: 1 });
  call.settle({ promptTokens: 100, completionTokens: 20 });
  call.settle({ promptTokens: 0, completionTokens: 0 });
  expect(ledger.spent).toMatchObject({ tokens: 120, calls: 1 });
});

test("shortens an answer to what is left, and refuses one that could hold nothing", () => {
  const ledger = ledgerOf();
  ledger.beginCall(ASKED);
  expect(ledger.beginCall(ASKED).maxTokens).toBe(300);
  expect(ledger.spent.tokens).toBe(1000);
  expect(endOf(() => ledger.beginCall({ promptTokens: 0, completionTokens: 100 }))).toBe("tokens");
});

test("does not believe a server that counts less than came, and takes all that is left for more", () => {
  const ledger = ledgerOf();
  const counted = { promptTokens: 100, completionTokens: 50 };
  ledger.beginCall(ASKED).settle(counted, { promptTokens: 1, completionTokens: Number.NaN });
  expect(ledger.spent.tokens).toBe(150);
  ledger.beginCall(ASKED).settle(counted, { promptTokens: 1e9, completionTokens: 0 });
  expect(ledger.spent.tokens).toBe(1000);
});

test("money is reserved by the price of the model; without a price a model costs none", () => {
  const ledger = ledgerOf({ money: 0.001 });
  const price = { input: 2, output: 4 };
  expect(ledger.beginCall(ASKED, price).maxTokens).toBe(200);
  expect(ledger.spent.micros).toBe(1000);
  expect(endOf(() => ledger.beginCall(ASKED, price))).toBe("money");
  expect(endOf(() => ledger.beginCall({ promptTokens: 10, completionTokens: 20 }))).toBe("none");
});

test.each(["cycles", "actions", "calls"] as const)("%s end at their number", (name) => {
  const ledger = ledgerOf({ [name]: 2, tokens: 1e6 });
  const begin = {
    cycles: () => ledger.beginCycle(),
    actions: () => ledger.beginAction(),
    calls: () => ledger.beginCall(ASKED),
  }[name];
  expect([endOf(begin), endOf(begin), endOf(begin)]).toEqual(["none", "none", name]);
  expect(ledger.spent[name]).toBe(2);
});

test("nothing begins when the time is over, that of an earlier process counted", () => {
  const now = { ms: 50_000 };
  const spent = { ...NOTHING_SPENT, ms: 99_000, tokens: 30 };
  const ledger = new LimitLedger({ limits: MANY, spent, nowMs: () => now.ms });
  expect(endOf(() => ledger.beginCycle())).toBe("none");
  now.ms += 1000;
  expect(ledger.remainingMs).toBe(0);
  expect(endOf(() => ledger.beginCycle())).toBe("time");
  expect(endOf(() => ledger.beginCall(ASKED))).toBe("time");
  expect(ledger.spent).toMatchObject({ ms: 100_000, tokens: 30 });
});

test("no sequence of calls exceeds a limit, whatever servers say of them", () => {
  const count = fc.oneof(fc.nat(2000), fc.constantFrom(Number.NaN, -5, 1e12, 0.5));
  const usage = fc.record({ promptTokens: count, completionTokens: count });
  const wanted = fc.record({
    promptTokens: fc.nat(400),
    completionTokens: fc.integer({ min: 1, max: 900 }),
  });
  const calls = fc.array(
    fc.record({ wanted, share: fc.double({ min: 0, max: 1, noNaN: true }), usage }),
  );
  const price = fc.option(fc.record({ input: fc.nat(9), output: fc.nat(9) }), { nil: undefined });
  fc.assert(
    fc.property(calls, price, (all, cost) => {
      const limits = { tokens: 3000, money: 0.004, calls: 8 };
      const ledger = ledgerOf(limits);
      for (const { wanted: asked, share, usage: claimed } of all) {
        let call: ReturnType<LimitLedger["beginCall"]>;
        try {
          call = ledger.beginCall(asked, cost);
        } catch {
          continue;
        }
        const answer = Math.floor(call.maxTokens * share);
        call.settle({ promptTokens: asked.promptTokens, completionTokens: answer }, claimed);
        const { tokens, micros, calls: made } = ledger.spent;
        expect(tokens <= limits.tokens && micros <= 4000 && made <= limits.calls).toBe(true);
        expect(tokens >= 0 && micros >= 0).toBe(true);
      }
    }),
  );
});

test("limits that are named go before the profile, and calls follow the cycles", () => {
  expect(goalLimits("dev")).toMatchObject({
    cycles: 100,
    seconds: 3600,
    tokens: 200_000,
    calls: 400,
  });
  expect(goalLimits("prod")).toMatchObject({
    cycles: 30,
    seconds: 600,
    tokens: 50_000,
    calls: 120,
  });
  expect(goalLimits("prod", { cycles: 3, money: 1 }, { cycles: 50, seconds: 60 })).toEqual({
    ...{ cycles: 3, seconds: 60, tokens: 50_000, money: 1, calls: 12, actions: 3 },
  });
});
