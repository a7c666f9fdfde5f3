import { expect, test } from "bun:test";
import { serveVectors } from "./vectors-endpoint.ts";

const asked: (readonly string[])[] = [];
const port = serveVectors({
  ...{ model: "tiny", token: "secret" },
  vectors: {
    embed: async (texts) => {
      asked.push(texts);
      if (texts.includes("fail")) throw new Error("out of memory");
      return { vectors: texts.map((_, at) => [at, 1]), tokens: texts.length * 3 };
    },
  },
});

interface Asked {
  readonly token?: string;
  readonly path?: string;
  readonly body?: string;
}

async function post(
  sent: unknown,
  { token = "secret", path = "/v1/embeddings", body }: Asked = {},
) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: body ?? JSON.stringify(sent),
  });
  return { status: response.status, body: await response.json() };
}

test("texts become vectors in their order, and tokens are counted", async () => {
  expect(await post({ model: "tiny", input: ["a", "b"], encoding_format: "float" })).toEqual({
    status: 200,
    body: {
      ...{ object: "list", model: "tiny", usage: { prompt_tokens: 6, total_tokens: 6 } },
      data: [
        { object: "embedding", index: 0, embedding: [0, 1] },
        { object: "embedding", index: 1, embedding: [1, 1] },
      ],
    },
  });
  expect((await post({ model: "tiny", input: "a" })).body).toMatchObject({ data: [{ index: 0 }] });
});

test("who has no token asks nothing, and there is nothing but vectors", async () => {
  const before = asked.length;
  const request = { model: "tiny", input: ["a"] };
  expect((await post(request, { token: "wrong" })).status).toBe(401);
  expect((await post(request, { path: "/v1/chat/completions" })).status).toBe(404);
  expect(asked).toHaveLength(before);
});

test.each([
  { input: ["a"] },
  { model: "tiny", input: [] },
  { model: "tiny", input: Array.from({ length: 257 }, () => "a") },
  { model: "tiny", input: ["a".repeat(20_001)] },
  { model: "tiny", input: ["a"], encoding_format: "base64" },
  null,
])("what is not a question is refused: %#", async (request) => {
  expect((await post(request)).status).toBe(400);
});

test("what is not JSON, another model and a failure are said", async () => {
  expect((await post(undefined, { body: "{" })).status).toBe(400);
  expect((await post({ model: "other", input: "a" })).body).toMatchObject({
    error: { code: "model_not_found", message: expect.stringContaining("tiny") },
  });
  expect(await post({ model: "tiny", input: ["fail"] })).toEqual({
    status: 500,
    body: { error: { code: "engine_error", message: "out of memory" } },
  });
});
