import { expect, test } from "bun:test";
import { ANY_MODEL } from "#core/model-facts.ts";
import { chatModel, withDefaultModel } from "./default-model.ts";
import type { ChatRequest, Provider } from "./provider.ts";

function serverWith(models: readonly string[]): { provider: Provider; asked: string[] } {
  const asked: string[] = [];
  const provider: Provider = {
    endpoint: "http://server",
    async *stream({ model }: ChatRequest) {
      asked.push(model);
      yield { type: "finish", reason: "stop" };
    },
    listModels: async () => {
      asked.push("list");
      return models;
    },
  };
  return { provider: withDefaultModel(provider), asked };
}

async function ask(provider: Provider, model: string): Promise<void> {
  const request = { model, messages: [], tools: [] };
  await Array.fromAsync(provider.stream(request, AbortSignal.timeout(600_000)));
}

test("takes the first model that can chat, and asks for the list once", async () => {
  const { provider, asked } = serverWith(["nomic-embed-text", "llama3.2", "qwen3"]);
  await ask(provider, ANY_MODEL);
  await ask(provider, ANY_MODEL);
  expect(asked).toEqual(["list", "llama3.2", "llama3.2"]);
});

test("what is asked about the default model is about the chosen one", async () => {
  const { signal } = new AbortController();
  const provider = withDefaultModel({
    ...serverWith([]).provider,
    listModels: async () => ["llama3.2"],
    windowOf: async (model) => ({ tokens: model.length, isFinal: true }),
    isLoaded: async (model) => model === "llama3.2",
  });
  expect(await provider.windowOf?.(ANY_MODEL, signal)).toEqual({ tokens: 8, isFinal: true });
  expect(await provider.isLoaded?.(ANY_MODEL, signal)).toBe(true);
});

test("what it is called is known as soon as the list was asked for", async () => {
  const { provider } = serverWith(["nomic-embed-text", "llama3.2"]);
  expect(provider.modelName?.(ANY_MODEL)).toBe(ANY_MODEL);
  await provider.listModels(new AbortController().signal);
  expect(provider.modelName?.(ANY_MODEL)).toBe("llama3.2");
  expect(provider.modelName?.("mine")).toBe("mine");
});

test("a named model is asked for as it is", async () => {
  const { provider, asked } = serverWith([]);
  await ask(provider, "mine");
  expect(asked).toEqual(["mine"]);
});

test("a server without a chat model is said, with what it has", () => {
  expect(() => chatModel(["nomic-embed-text"], "http://server")).toThrow(
    expect.objectContaining({ code: "MODEL_MISSING", why: "it lists nomic-embed-text" }),
  );
});
