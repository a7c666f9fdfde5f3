import { expect, test } from "bun:test";
import { pathServer } from "#test/path-server.ts";
import { PATIENT } from "#test/patience.ts";
import type { ModelWindow } from "../provider.ts";
import { openAiProvider } from "./openai.ts";

interface Row {
  readonly who: string;
  /** What the server answers, by path; everything else is not there. */
  readonly routes: Readonly<Record<string, unknown>>;
  readonly window: ModelWindow;
}

const listed = (facts: object) => ({
  "/v1/models": { object: "list", data: [{ id: "m", ...facts }] },
});

const ROWS: readonly Row[] = [
  {
    who: "llama.cpp, which has divided its window among its slots",
    routes: {
      ...listed({ meta: { n_ctx_train: 131_072 } }),
      "/props": { default_generation_settings: { n_ctx: 2048 } },
    },
    window: { tokens: 2048, isFinal: true },
  },
  {
    who: "vLLM",
    routes: listed({ max_model_len: 16_384 }),
    window: { tokens: 16_384, isFinal: true },
  },
  {
    who: "OpenRouter",
    routes: listed({ context_length: 128_000 }),
    window: { tokens: 128_000, isFinal: true },
  },
  {
    who: "LM Studio with the model in memory",
    routes: {
      ...listed({}),
      "/api/v0/models": {
        data: [{ id: "m", max_context_length: 131_072, loaded_context_length: 4096 }],
      },
    },
    window: { tokens: 4096, isFinal: true },
  },
  {
    who: "LM Studio with the model on disk",
    routes: { ...listed({}), "/api/v0/models": { data: [{ id: "m" }] } },
    window: { tokens: undefined, isFinal: false },
  },
  {
    who: "Ollama with the model in memory",
    routes: { ...listed({}), "/api/ps": { models: [{ name: "m:latest", context_length: 8192 }] } },
    window: { tokens: 8192, isFinal: true },
  },
  {
    who: "Ollama with the model on disk: the least that it allocates, until it tells",
    routes: { ...listed({}), "/api/ps": { models: [] } },
    window: { tokens: 4096, isFinal: false },
  },
  {
    who: "OpenAI, which does not tell",
    routes: listed({ owned_by: "system" }),
    window: { tokens: undefined, isFinal: true },
  },
];

test.each(ROWS)("the window that $who tells", async ({ routes, window }) => {
  await using server = pathServer(routes);
  expect(await windowAt(server.url.origin)).toEqual(window);
});

test("a server that is down may tell the next time", async () => {
  expect(await windowAt("http://127.0.0.1:9")).toEqual({ tokens: undefined, isFinal: false });
});

async function windowAt(baseUrl: string): Promise<ModelWindow | undefined> {
  const timeouts = PATIENT;
  const provider = openAiProvider({ baseUrl, timeouts });
  return await provider.windowOf?.("m", new AbortController().signal);
}
