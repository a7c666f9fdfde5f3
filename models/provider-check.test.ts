import { describe, expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { scriptedOllama } from "#test/scripted-ollama.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { openAiProvider } from "./openai/openai.ts";
import { providerCheck } from "./provider-check.ts";
import { openProvider } from "./servers/open-provider.ts";

const { signal } = new AbortController();

function check(url: string, model: string | undefined) {
  const timeouts = PATIENT;
  return providerCheck(openAiProvider({ baseUrl: url, timeouts }), model).run(signal);
}

function ollamaCheck(baseUrl: string) {
  const timeouts = PATIENT;
  return providerCheck(openProvider({ baseUrl, timeouts }), undefined).run(signal);
}

describe("the check of the model server", () => {
  test("is content when the server has the model, with or without its tag", async () => {
    await using server = scriptedServer([], { models: ["qwen3:8b", "llama3.2:latest"] });
    expect(await check(server.url, "qwen3:8b")).toEqual({
      state: "ok",
      detail: expect.stringMatching(
        new RegExp(`^${server.url} answers in \\d+ ms with 2 models; using qwen3:8b$`),
      ),
      remedies: [],
    });
    expect(await check(server.url, "llama3.2")).toMatchObject({ state: "ok" });
  });

  test("does not take one tag of a model for another", async () => {
    await using server = scriptedServer([], { models: ["qwen3:8b"] });
    expect(await check(server.url, "qwen3")).toMatchObject({ state: "fault" });
    const { detail } = await check(server.url, "qwen3:8b");
    expect(detail).toEndWith("with 1 model; using qwen3:8b");
  });

  test("names the model that would be used when none was chosen", async () => {
    await using server = scriptedServer([], { models: ["nomic-embed-text", "qwen3:8b"] });
    const { detail } = await check(server.url, undefined);
    expect(detail).toEndWith("with 2 models; using qwen3:8b");
  });

  test("says which models there are when the wanted one is missing, and how to get it", async () => {
    await using server = scriptedServer([], { models: ["qwen3:8b", "llama3.2:latest"] });
    expect(await check(server.url, "gemma3")).toEqual({
      state: "fault",
      detail: `${server.url} has no model "gemma3"; it has qwen3:8b, llama3.2:latest`,
      remedies: ["org models pull gemma3"],
    });
  });

  test("says so when the server has no model at all", async () => {
    await using server = scriptedServer([], { models: [] });
    expect(await check(server.url, "m")).toMatchObject({
      state: "fault",
      detail: `${server.url} has no model "m"; it has none`,
    });
    expect(await check(server.url, undefined)).toMatchObject({
      state: "fault",
      detail: `The server "${server.url}" has no model that can chat\nit lists none`,
    });
  });

  test("says what to do when the server is down", async () => {
    await using server = scriptedServer([]);
    await server[Symbol.asyncDispose]();
    expect(await check(server.url, "m")).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("does not answer\nnothing listens at that address"),
      remedies: expect.arrayContaining(["ollama serve"]),
    });
  });

  test("warns of a model without tools, and names one that has them, or one to fetch", async () => {
    const weak = { name: "gemma3:4b", capabilities: ["completion", "vision"] };
    const strong = { name: "qwen3:8b", capabilities: ["completion", "tools"] };
    await using alone = scriptedOllama({ models: [weak] });
    expect(await ollamaCheck(alone.url)).toEqual({
      state: "warning",
      detail: `"gemma3:4b" on ${alone.url} takes no tools: its calls are read from its text, less reliably`,
      remedies: ["org models pull qwen3:8b"],
    });
    await using both = scriptedOllama({ models: [weak, strong] });
    expect(await ollamaCheck(both.url)).toMatchObject({ remedies: ["org --model qwen3:8b"] });
    await using good = scriptedOllama({ models: [strong] });
    expect(await ollamaCheck(good.url)).toMatchObject({ state: "ok" });
  });

  test("says what the server says when it refuses", async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () => Response.json({ error: { message: "bad key" } }, { status: 401 }),
    });
    expect(await check(`http://127.0.0.1:${server.port}`, "m")).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("bad key"),
      remedies: ["export OPENAI_API_KEY=KEY   # one that this server takes"],
    });
  });
});
