import { expect, test } from "bun:test";
import type { ServerFacts } from "#core/model-facts.ts";
import { pathServer } from "#test/path-server.ts";
import { PATIENT } from "#test/patience.ts";
import { ollamaProvider } from "../ollama/ollama.ts";
import { openAiProvider } from "./openai.ts";

interface Row {
  readonly who: string;
  /** What the server answers, by path; everything else is not there. */
  readonly routes: Readonly<Record<string, unknown>>;
  readonly facts: ServerFacts;
}

const listed = (...entries: readonly object[]) => ({
  "/v1/models": { object: "list", data: entries },
});

const ROWS: readonly Row[] = [
  {
    who: "llama.cpp",
    routes: {
      ...listed({ id: "m", owned_by: "llamacpp", meta: { n_params: 1_777_088_000 } }),
      "/props": { total_slots: 3, chat_template: "{{ x }}" },
    },
    facts: { server: "llama.cpp", billions: 1.777, slots: 3, template: "{{ x }}" },
  },
  {
    who: "llama.cpp, which answers to every name",
    routes: listed({ id: "other", owned_by: "llamacpp", meta: { n_params: 135e6 } }),
    facts: { server: "llama.cpp", billions: 0.135 },
  },
  {
    who: "a llama.cpp behind a proxy that lists other names",
    routes: { ...listed({ id: "other" }), "/props": { total_slots: 1 } },
    facts: { server: "llama.cpp", slots: 1 },
  },
  {
    who: "Ollama",
    routes: {
      ...listed({ id: "m:latest", owned_by: "library" }),
      "/api/show": {
        template: "{{ .Prompt }}",
        details: { parameter_size: "7.6B" },
        model_info: { "general.parameter_count": 7_615_616_512 },
      },
    },
    facts: { server: "ollama", billions: 7.616, slots: 1, template: "{{ .Prompt }}" },
  },
  {
    who: "an old Ollama",
    routes: { "/api/show": { template: "x", details: { parameter_size: "1.5B" } } },
    facts: { server: "ollama", billions: 1.5, slots: 1, template: "x" },
  },
  {
    who: "the engine",
    routes: listed({ id: "m", owned_by: "org", slots: 4 }),
    facts: { server: "engine", slots: 4 },
  },
  {
    who: "LM Studio",
    routes: listed({ id: "m", owned_by: "organization_owner" }),
    facts: { server: "lm-studio" },
  },
  { who: "vLLM", routes: listed({ id: "m", owned_by: "vllm" }), facts: { server: "vllm" } },
  { who: "OpenAI", routes: listed({ id: "m", owned_by: "system" }), facts: {} },
  { who: "a server that knows none of the places", routes: {}, facts: {} },
  {
    who: "a server that answers nonsense",
    routes: {
      "/v1/models": { data: [7, null, { id: "m", owned_by: {}, meta: "x", slots: -2 }] },
      "/api/show": [],
      "/props": { total_slots: "many", chat_template: 9 },
    },
    facts: {},
  },
];

test.each(ROWS)("the facts that $who tells", async ({ routes, facts }) => {
  await using server = pathServer(routes);
  expect(await factsAt(server.url.origin)).toEqual(facts);
});

test("a server that is down tells nothing, on either wire", async () => {
  expect(await factsAt("http://127.0.0.1:9")).toBeUndefined();
  const provider = ollamaProvider({ baseUrl: "http://127.0.0.1:9", timeouts });
  expect(await provider.factsOf?.("m", new AbortController().signal)).toBeUndefined();
});

test("Ollama tells the same by its own interface, and nothing of a model that it does not have", async () => {
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { model } = (await request.json().catch(() => ({}))) as { readonly model?: string };
      if (model !== "m") return Response.json({ error: "not found" }, { status: 404 });
      return Response.json({ template: "x", details: { parameter_size: "1.5B" } });
    },
  });
  const provider = ollamaProvider({ baseUrl: server.url.origin, timeouts });
  const { signal } = new AbortController();
  expect(await provider.factsOf?.("m", signal)).toEqual({
    server: "ollama",
    billions: 1.5,
    slots: 1,
    template: "x",
  });
  expect(await provider.factsOf?.("other", signal)).toBeUndefined();
});

const timeouts = PATIENT;

async function factsAt(baseUrl: string): Promise<ServerFacts | undefined> {
  const provider = openAiProvider({ baseUrl, timeouts });
  return await provider.factsOf?.("m", new AbortController().signal);
}
