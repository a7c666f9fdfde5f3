import { expect, test } from "bun:test";
import fc from "fast-check";
import { requestTokens } from "./context.ts";
import { contextModel } from "./context-model.ts";
import { withProvider } from "./model.ts";
import { agent } from "./personas/agent.ts";
import { python } from "./personas/python.ts";
import { toolsmith } from "./personas/toolsmith.ts";
import type { Provider } from "./provider.ts";
import { systemPrompt } from "./system-prompt.ts";

const silent: Provider = {
  endpoint: "test",
  async *stream() {
    // A request is built, never sent.
  },
  listModels: async () => [],
};
const view = {
  history: [[{ role: "user" as const, content: "user: hi" }]],
  current: [],
  tools: [],
};

test("the prompt names who else is there, and not the persona itself", () => {
  const text = systemPrompt(agent, [python, toolsmith]);
  expect(text).toContain("- @@python: a Python programmer");
  expect(text).not.toContain("- @@agent:");
});

test("a request carries persona, model and what may be seen", () => {
  const model = contextModel(
    { ...python, temperature: 0.5 },
    { provider: silent, name: "m", windowTokens: 4096, others: [agent] },
  );
  const request = model.request(view);
  expect(request).toMatchObject({ model: "m", temperature: 0.5, tools: [] });
  expect(request.messages.map((message) => message.role)).toEqual(["system", "user"]);
});

test("a hook has the last word on a request", () => {
  const model = contextModel(agent, {
    provider: silent,
    name: "m",
    windowTokens: 4096,
    others: [],
    hooks: { beforeRequest: (request) => ({ ...request, maxTokens: 7 }) },
  });
  expect(model.request(view).maxTokens).toBe(7);
});

test("the window is what the server tells, asked until it is settled", async () => {
  const told = [
    { tokens: 4096, isFinal: false },
    { tokens: 32_768, isFinal: true },
    { tokens: 1, isFinal: true },
  ];
  const provider: Provider = {
    ...silent,
    windowOf: async () => told.shift() ?? { isFinal: true },
  };
  const model = contextModel(agent, { provider, name: "m", others: [] });
  const seen: number[] = [model.windowTokens];
  for (let i = 0; i < 3; i += 1) {
    await model.prepare(new AbortController().signal);
    seen.push(model.windowTokens);
  }
  expect(seen).toEqual([8192, 4096, 32_768, 32_768]);
});

test("a request that did not fit makes the next ones shorter, whatever the server says of it", () => {
  const figures = fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50_000 }), figures, figures, (size, sent, window) => {
      const model = contextModel(agent, { provider: silent, name: "m", others: [] });
      const asked = [{ role: "user" as const, content: "x".repeat(size) }];
      const request = model.request({ history: [asked], current: [], tools: [] });
      const before = requestTokens(request);
      model.narrow(request, { sent, window });
      expect(model.promptTokens).toBeLessThan(Math.max(2, before));
      expect(model.windowTokens).toBeLessThanOrEqual(window ?? 8192);
    }),
  );
});

test("a model that is asked by another way knows what the same one has learnt since", async () => {
  const windowOf = async () => ({ tokens: 32_768, isFinal: true });
  const model = contextModel(agent, { provider: { ...silent, windowOf }, name: "m", others: [] });
  const paid = withProvider(model, { ...silent, endpoint: "paid" });
  await model.prepare(new AbortController().signal);
  expect([paid.windowTokens, paid.provider.endpoint, model.provider.endpoint]).toEqual([
    32_768,
    "paid",
    "test",
  ]);
});

test("a request holds all that may be seen, or it does not", () => {
  const model = contextModel(agent, {
    provider: silent,
    name: "m",
    windowTokens: 1024,
    others: [],
  });
  expect(model.holds(view)).toBe(true);
  const long = [{ role: "user" as const, content: "x".repeat(4000) }];
  expect(model.holds({ ...view, history: [...view.history, long] })).toBe(false);
});

test("whether a model has to be loaded is asked once a minute at most", async () => {
  let asked = 0;
  const isLoaded = async () => {
    asked += 1;
    return false;
  };
  const model = contextModel(agent, { provider: { ...silent, isLoaded }, name: "m", others: [] });
  const { signal } = new AbortController();
  expect([await model.isLoading(signal), await model.isLoading(signal)]).toEqual([true, false]);
  expect(asked).toBe(1);
  const unknown = contextModel(agent, { provider: silent, name: "m", others: [] });
  expect(await unknown.isLoading(signal)).toBe(false);
});

test("a window that was configured is not asked for", async () => {
  const provider: Provider = {
    ...silent,
    windowOf: () => Promise.reject(new Error("not asked for")),
  };
  const model = contextModel(agent, { provider, name: "m", windowTokens: 5000, others: [] });
  await model.prepare(new AbortController().signal);
  expect(model.windowTokens).toBe(5000);
});
