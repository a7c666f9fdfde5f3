import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { asked, type TestGeneration, testGeneration } from "#test/generation-fixture.ts";

const hi = [{ role: "user", content: "hi" }];
const WEATHER = { type: "function", function: { name: "weather" } };

const WRONG: readonly (readonly [
  string,
  Record<string, unknown>,
  readonly [number, string | null],
])[] = [
  ["an unknown model", { model: "gpt-4" }, [400, "model"]],
  ["an unknown persona", { model: "persona:stranger" }, [404, null]],
  ["no messages", { messages: [] }, [400, "messages"]],
  ["an unknown role", { messages: [{ role: "king", content: "hi" }] }, [400, "messages.0.role"]],
  [
    "a picture",
    { messages: [{ role: "user", content: [{ type: "image_url" }] }] },
    [400, "messages.0.content"],
  ],
  ["nothing to answer", { messages: [{ role: "assistant", content: "hi" }] }, [400, "messages"]],
  [
    "a result of no call",
    { messages: [{ role: "tool", tool_call_id: "x", content: "" }] },
    [400, "messages"],
  ],
  ["tools for the room", { model: "room", tools: [WEATHER] }, [400, "tools"]],
  ["several answers", { n: 2 }, [400, "n"]],
  [
    "a form of answer that there is not",
    { response_format: { type: "json_object" } },
    [400, "response_format.type"],
  ],
  ["a stream that is not a boolean", { stream: "yes" }, [400, "stream"]],
];
describe("refuses, and asks no model", () => {
  let shared: TestGeneration;
  beforeAll(async () => {
    shared = await testGeneration();
  });
  afterAll(async () => {
    expect(shared.model.requests).toHaveLength(0);
    await shared[Symbol.asyncDispose]();
  });

  test.each(WRONG)("%s", async (_name, change, expected) => {
    const [status, param] = expected;
    const { url } = shared;
    const body = { model: "persona:agent", messages: hi, ...change };
    const response = await asked(`${url}/v1/chat/completions`, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: {
        message: expect.any(String),
        type: "invalid_request_error",
        param,
        code: expect.any(String),
      },
    });
  });
});
