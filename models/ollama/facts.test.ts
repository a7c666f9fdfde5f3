import { describe, expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { done, type OllamaModel, said, scriptedOllama } from "#test/scripted-ollama.ts";
import { lines } from "#test/scripted-pieces.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import type { ChatRequest } from "../provider.ts";
import { openProvider } from "../servers/open-provider.ts";
import { ollamaProvider } from "./ollama.ts";

const timeouts = PATIENT;
const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] };

test("a model is loaded when it is in memory, by its short name, too", async () => {
  const models = [{ name: "in:latest", loadedTokens: 4096 }, { name: "out" }];
  await using server = scriptedOllama({ models });
  const { signal } = new AbortController();
  for (const wire of ["ollama", "openai"] as const) {
    const provider = openProvider({ baseUrl: server.url, wire, timeouts });
    expect(await provider.isLoaded?.("in", signal)).toBe(true);
    expect(await provider.isLoaded?.("out", signal)).toBe(false);
  }
});

test("a server that does not tell what it has loaded is not said to be loading", async () => {
  await using server = scriptedServer([]);
  const provider = openProvider({ baseUrl: server.url, timeouts });
  expect(await provider.isLoaded?.("m", new AbortController().signal)).toBeUndefined();
});

interface WindowRow {
  readonly name: string;
  readonly facts: Partial<OllamaModel>;
  readonly configured?: number;
  readonly expected: number;
}

const WINDOWS: readonly WindowRow[] = [
  { name: "what the model takes", facts: { contextTokens: 16_384 }, expected: 16_384 },
  {
    name: "not more than a machine bears unasked",
    facts: { contextTokens: 1_000_000 },
    expected: 32_768,
  },
  {
    name: "what its Modelfile says",
    facts: { contextTokens: 1_000_000, parameters: "stop x\nnum_ctx  2048" },
    expected: 2048,
  },
  {
    name: "what is really loaded",
    facts: { contextTokens: 16_384, loadedTokens: 4096 },
    expected: 4096,
  },
  {
    name: "what was configured",
    facts: { contextTokens: 16_384, loadedTokens: 4096 },
    configured: 9000,
    expected: 9000,
  },
  { name: "what nearly every model takes", facts: {}, expected: 8192 },
];

describe("the window", () => {
  test.each(WINDOWS)("is $name", async ({ facts, configured, expected }) => {
    const models = [{ name: "m:latest", ...facts }];
    await using server = scriptedOllama({ models, chat: () => lines(said("x"), done("stop")) });
    const options = { baseUrl: server.url, timeouts, windowTokens: configured };
    const provider = ollamaProvider(options);
    const told = await provider.windowOf?.("m", never());
    for (let i = 0; i < 2; i += 1) await Array.fromAsync(provider.stream(request, never()));
    const sent = server.chats.map(({ body }) => body?.["options"]);
    const num_ctx = expected;
    expect([told?.tokens, ...sent]).toEqual([expected, { num_ctx }, { num_ctx }]);
    // One num_ctx for one model: it is asked for once.
    expect(server.paths.filter((path) => path === "/api/show")).toHaveLength(1);
  });

  test("is asked for again while the server does not tell", async () => {
    await using server = scriptedOllama({ models: [] });
    const provider = ollamaProvider({ baseUrl: server.url, timeouts });
    expect(await provider.windowOf?.("m", never())).toEqual({ tokens: undefined, isFinal: false });
    await provider.windowOf?.("m", never());
    expect(server.paths.filter((path) => path === "/api/show")).toHaveLength(2);
  });
});

test("lists what is there, with all that is known of it", async () => {
  const models = [
    {
      name: "qwen3:8b",
      bytes: 5_200_000_000,
      contextTokens: 40_960,
      loadedTokens: 4096,
      capabilities: ["tools"],
    },
    { name: "old", bytes: 1000 },
  ];
  await using server = scriptedOllama({ models });
  const provider = ollamaProvider({ baseUrl: server.url, timeouts });
  expect(await provider.listModels(never())).toEqual(["qwen3:8b", "old"]);
  expect(await provider.describeModels?.(never())).toEqual([
    {
      name: "qwen3:8b",
      bytes: 5_200_000_000,
      parameters: "8.2B",
      quantization: "Q4_K_M",
      contextTokens: 40_960,
      loadedTokens: 4096,
      capabilities: ["tools"],
    },
    {
      name: "old",
      bytes: 1000,
      parameters: "8.2B",
      quantization: "Q4_K_M",
      contextTokens: undefined,
      loadedTokens: undefined,
      capabilities: undefined,
    },
  ]);
});

function never(): AbortSignal {
  return new AbortController().signal;
}
