import { expect, test } from "bun:test";
import fc from "fast-check";
import { LimitLedger } from "#core/cycles/limit-ledger.ts";
import { estimateTokens, requestTokens } from "./context.ts";
import { limited } from "./limited.ts";
import type { ChatRequest, Provider, ProviderEvent } from "./provider.ts";

const LIMITS = {
  ...{ cycles: 9, seconds: 9, tokens: 5000, money: Number.POSITIVE_INFINITY },
  ...{ calls: 3, actions: 9 },
};
const REQUEST: ChatRequest = {
  ...{ model: "m", tools: [], maxTokens: 40 },
  messages: [{ role: "user", content: "Say something." }],
};
const PROMPT = requestTokens(REQUEST);

function ledgerOf(limits: Partial<typeof LIMITS> = {}): LimitLedger {
  return new LimitLedger({ limits: { ...LIMITS, ...limits }, nowMs: () => 0 });
}

function providerOf(stream: Provider["stream"]): Provider {
  return { endpoint: "e", listModels: () => Promise.resolve([]), stream };
}

function saying(...events: readonly ProviderEvent[]): Provider {
  return providerOf(async function* () {
    yield* events;
  });
}

async function all(
  provider: Provider,
  { ledger = ledgerOf(), signal = new AbortController().signal, request = REQUEST } = {},
): Promise<readonly ProviderEvent[]> {
  return await Array.fromAsync(limited(provider, { ledger }).stream(request, signal));
}

const text = (said: string) => ({ type: "text", text: said }) as const;
const stop = { type: "finish", reason: "stop" } as const;

test("hands on a well-behaved answer with our own count of it, and books that", async () => {
  const ledger = ledgerOf();
  const events = await all(saying(text("Hello"), text(" you"), stop), { ledger });
  const usage = { promptTokens: PROMPT, completionTokens: estimateTokens("Hello you") };
  expect(events).toEqual([text("Hello"), text(" you"), { type: "usage", usage }, stop]);
  expect(ledger.spent).toMatchObject({ calls: 1, tokens: PROMPT + usage.completionTokens });
});

test("raises what a server counts below our own count, and takes the cache from it", async () => {
  const claimed = { promptTokens: 1, completionTokens: 1, cachedTokens: 1 };
  const events = await all(saying(text("Hello"), { type: "usage", usage: claimed }, stop));
  expect(events.at(-2)).toEqual({
    type: "usage",
    usage: { promptTokens: PROMPT, completionTokens: 2, cachedTokens: 1 },
  });
});

test.each([
  ["1e999", Number.POSITIVE_INFINITY],
  ["no number", Number.NaN],
  ["less than nothing", -5],
])("keeps its own count where a server claims %s", async (_name, tokens) => {
  const ledger = ledgerOf();
  const usage = { promptTokens: tokens, completionTokens: tokens };
  const events = await all(saying(text("Hello"), { type: "usage", usage }, stop), { ledger });
  const counted = { promptTokens: PROMPT, completionTokens: 2 };
  expect(events.at(-2)).toEqual({ type: "usage", usage: counted });
  expect(ledger.spent.tokens).toBe(PROMPT + 2);
});

test("cuts an answer at its length, in the middle of a piece, and closes the stream", async () => {
  let isClosed = false;
  const endless = providerOf(async function* () {
    try {
      for (;;) yield text("é".repeat(25));
    } finally {
      isClosed = true;
    }
  });
  const ledger = ledgerOf();
  const events = await all(endless, { ledger });
  const said = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  expect(said).toBe("é".repeat(72));
  expect(events.at(-1)).toEqual({ type: "finish", reason: "length" });
  expect(ledger.spent.tokens).toBe(PROMPT + 40);
  expect(isClosed).toBe(true);
});

test("a call that does not fit is not a call, and pieces without a letter count as well", async () => {
  const call = {
    type: "call",
    call: { id: "1", name: "sh", arguments: { cmd: "x".repeat(200) } },
  } as const;
  expect((await all(saying(call, stop))).map(({ type }) => type)).toEqual(["usage", "finish"]);
  const nothing = providerOf(async function* () {
    for (;;) yield text("");
  });
  expect((await all(nothing)).at(-1)).toEqual({ type: "finish", reason: "length" });
});

test("a stream that ends without an end is cut, and one that fails is booked as far as it came", async () => {
  expect((await all(saying(text("Hel")))).at(-1)).toEqual({ type: "finish", reason: "cut" });
  const ledger = ledgerOf();
  const failing = providerOf(async function* () {
    yield text("Hel");
    throw new Error("gone");
  });
  await expect(all(failing, { ledger })).rejects.toThrow("gone");
  expect(ledger.spent.tokens).toBe(PROMPT + 1);
});

test("what ignores an abort is left behind at once", async () => {
  const stopping = new AbortController();
  const deaf = providerOf(async function* () {
    yield text("Hel");
    stopping.abort(new Error("enough"));
    await new Promise(() => undefined);
  });
  await expect(all(deaf, { signal: stopping.signal })).rejects.toThrow("enough");
  await expect(all(saying(stop), { signal: stopping.signal })).rejects.toThrow("enough");
});

test("nothing is sent that does not fit, and what is sent is reserved before", async () => {
  const sent: ChatRequest[] = [];
  const order: string[] = [];
  const counting = providerOf(async function* (request) {
    sent.push(request);
    order.push("sent");
    yield stop;
  });
  const ledger = ledgerOf({ tokens: PROMPT + 20 });
  const reserved = async () => void order.push(`reserved ${ledger.spent.tokens}`);
  const provider = limited(counting, { ledger, reserved });
  const { signal } = new AbortController();
  await Array.fromAsync(provider.stream(REQUEST, signal));
  expect(sent.map(({ maxTokens }) => maxTokens)).toEqual([20]);
  expect(order).toEqual([`reserved ${PROMPT + 20}`, "sent"]);
  await expect(Array.fromAsync(provider.stream(REQUEST, signal))).rejects.toMatchObject({
    end: "tokens",
  });
  expect(sent).toHaveLength(1);
});

test("no answer is longer than its limit, however it is cut into pieces", async () => {
  const pieces = fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(pieces, fc.integer({ min: 1, max: 60 }), async (said, maxTokens) => {
      const request = { ...REQUEST, maxTokens };
      const events = await all(saying(...said.map(text), stop), { request });
      const came = events.map((event) => (event.type === "text" ? event.text : "")).join("");
      expect(estimateTokens(came)).toBeLessThanOrEqual(maxTokens);
      expect(said.join("").startsWith(came)).toBe(true);
    }),
  );
});
