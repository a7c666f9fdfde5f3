import { expect, test } from "bun:test";
import { fakeModel } from "./fake-model.ts";
import { serverFacts } from "./model-server-facts.ts";

const { signal } = new AbortController();

test("a llama.cpp server is known by its properties", async () => {
  await using model = fakeModel([]);
  expect(await serverFacts(model.url, signal)).toEqual({
    ...{ text: "llama.cpp, 2 slots of 4,096 tokens", isLlamaCpp: true, windowTokens: 4096 },
  });
});

test.each([
  [Response.json({ version: "0.17.4" }), "Ollama 0.17.4"],
  [new Response("no", { status: 404 }), "another server"],
])("a server that has other properties is told by its version: %#", async (version, text) => {
  const server = Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0, routes: { "/api/version": version } },
    fetch: () => new Response("not found", { status: 404 }),
  });
  try {
    const facts = await serverFacts(`http://127.0.0.1:${server.port}`, signal);
    expect(facts).toMatchObject({ text, isLlamaCpp: false });
  } finally {
    await server.stop(true);
  }
});
