import { expect, test } from "bun:test";
import { embeddingServer } from "#test/embedding-server.ts";
import { PATIENT } from "#test/patience.ts";
import { openAiEmbeddings } from "./embeddings.ts";

const timeouts = PATIENT;
const { signal } = new AbortController();

test("vectors come in the order of the texts, however the server orders them", async () => {
  await using server = embeddingServer([/cat/, /dog/]);
  const { embed, endpoint } = openAiEmbeddings({ baseUrl: server.url, timeouts });
  const { vectors, promptTokens } = await embed("m", ["a cat", "a dog", "both: cat, dog"], signal);
  expect(vectors.map((one) => [...one].map(Math.round))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [1, 1, 0],
  ]);
  expect(promptTokens).toBe(3);
  expect(server.requests).toEqual([{ model: "m", input: ["a cat", "a dog", "both: cat, dog"] }]);
  expect(endpoint).toBe(server.url);
});

test.each([
  [{}, "data"],
  [{ data: [] }, "0 vectors"],
  [{ data: [{ embedding: [] }] }, "embedding"],
  [{ data: [{ embedding: [1, "2"] }] }, "embedding"],
  [{ data: [{ embedding: [1] }, { embedding: [1, 2] }] }, "2 vectors of 1 and 2"],
])("an answer such as %j is not an embedding", async (answer, why) => {
  await using server = Bun.serve({ port: 0, fetch: () => Response.json(answer) });
  const { embed } = openAiEmbeddings({ baseUrl: String(server.url), timeouts });
  const failure = await embed("m", ["text"], signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "STREAM_ERROR", why: expect.stringContaining(why) });
});

test("a server that refuses, and one that is not there, say which", async () => {
  await using server = embeddingServer([]);
  server.status = 400;
  const { embed } = openAiEmbeddings({ baseUrl: server.url, timeouts });
  const refused = await embed("m", ["text"], signal).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: "PROVIDER_REFUSED" });
  const gone = openAiEmbeddings({ baseUrl: "http://127.0.0.1:1", timeouts });
  const silent = await gone.embed("m", ["text"], signal).catch((error: unknown) => error);
  expect(silent).toMatchObject({ code: "PROVIDER_UNREACHABLE" });
});
