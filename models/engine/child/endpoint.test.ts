import { expect, test } from "bun:test";
import { PATIENT } from "#test/patience.ts";
import { until } from "#test/until.ts";
import { openAiProvider } from "../../openai/openai.ts";
import { serveEndpoint } from "./endpoint.ts";
import {
  ContextExceeded,
  type InferenceEvent,
  type InferenceSession,
  ShapeRefused,
} from "./inference-session.ts";

const END: InferenceEvent = {
  type: "end",
  reason: "stop",
  promptTokens: 3,
  cachedTokens: 1,
  completionTokens: 2,
};
const request = { model: "tiny", messages: [{ role: "user" as const, content: "hi" }], tools: [] };
const never = () => new AbortController().signal;

/** The endpoint over real HTTP, with a voice of the test. */
function endpoint(speak: InferenceSession["speak"], token = "secret-token") {
  const port = serveEndpoint({
    ...{ model: "tiny", token: "secret-token" },
    speaker: { contextTokens: 2048, slots: 3, parameters: 1_777_088_000, speak },
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  const timeouts = PATIENT;
  return { baseUrl, provider: openAiProvider({ baseUrl, apiKey: token, timeouts }) };
}

function saying(...spoken: readonly InferenceEvent[]): InferenceSession["speak"] {
  return async (_request, say) => spoken.forEach(say);
}

async function failureOf(speak: InferenceSession["speak"], token?: string): Promise<unknown> {
  const { provider } = endpoint(speak, token);
  return await Array.fromAsync(provider.stream(request, never())).catch((error: unknown) => error);
}

test("our own client reads text, thinking, calls and usage", async () => {
  const { provider } = endpoint(
    saying(
      { type: "reasoning", text: "hm" },
      { type: "text", text: "one" },
      { type: "call", name: "sh", arguments: { cmd: "ls" } },
      { type: "call", name: "sh", arguments: { cmd: "pwd" } },
      { ...END, reason: "tool_calls" },
    ),
  );
  const events = await Array.fromAsync(provider.stream(request, never()));
  expect(events.map((event) => (event.type === "call" ? event.call.arguments : event))).toEqual([
    { type: "reasoning", text: "hm" },
    { type: "text", text: "one" },
    { cmd: "ls" },
    { cmd: "pwd" },
    { type: "usage", usage: { promptTokens: 3, completionTokens: 2, cachedTokens: 1 } },
    { type: "finish", reason: "stop" },
  ]);
});

test("a whole answer is given to a client that asks for no stream", async () => {
  const { baseUrl } = endpoint(
    saying({ type: "text", text: "one " }, { type: "text", text: "two" }, END),
  );
  const response = await fetch(`${baseUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer secret-token" },
    body: JSON.stringify(request),
  });
  expect(await response.json()).toMatchObject({
    choices: [{ message: { content: "one two" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  });
});

test("it lists its model with its window, for a client with the token and no other", async () => {
  const { baseUrl, provider } = endpoint(saying(END));
  expect(await provider.listModels(never())).toEqual(["tiny"]);
  expect(await provider.windowOf?.("tiny", never())).toEqual({ tokens: 2048, isFinal: true });
  const headers = { authorization: "Bearer secret-token" };
  expect(await (await fetch(`${baseUrl}/v1/models`, { headers })).json()).toMatchObject({
    data: [
      {
        context_length: 2048,
        slots: 3,
        parameters_billions: 1.777088,
        meta: { n_params: 1.777088e9 },
      },
    ],
  });
  expect(await failureOf(saying(END), "another-token")).toMatchObject({ code: "PROVIDER_REFUSED" });
  expect((await fetch(`${baseUrl}/v1/models`)).status).toBe(401);
});

test("another model, another address and no JSON are refused", async () => {
  const { baseUrl, provider } = endpoint(saying(END));
  const other = provider.stream({ ...request, model: "qwen3" }, never()).next();
  expect(await other.catch((error: unknown) => error)).toMatchObject({ code: "MODEL_MISSING" });
  const headers = { authorization: "Bearer secret-token" };
  expect((await fetch(`${baseUrl}/v1/embeddings`, { headers })).status).toBe(404);
  const init = { method: "POST", headers, body: "{" };
  expect((await fetch(`${baseUrl}/v1/chat/completions`, init)).status).toBe(400);
});

test("a prompt that is too long is refused before a word, a failure in the middle is told", async () => {
  const tooLong = () => Promise.reject(new ContextExceeded(3000, 2048));
  expect(await failureOf(tooLong)).toMatchObject({ code: "CONTEXT_OVERFLOW" });
  expect(await failureOf(() => Promise.reject(new Error("no memory")))).toMatchObject({
    why: expect.stringContaining("no memory"),
  });
  const broken = await failureOf(async (_request, say) => {
    say({ type: "text", text: "one" });
    throw new Error("no memory");
  });
  expect(broken).toMatchObject({ code: "STREAM_ERROR", why: expect.stringContaining("no memory") });
});

test("our own client understands that a shape cannot be held, and asks again without it", async () => {
  const asked: boolean[] = [];
  const { provider } = endpoint((one, say) => {
    asked.push(one.grammar !== undefined);
    if (one.grammar !== undefined) {
      return Promise.reject(new ShapeRefused("left recursion", {}));
    }
    say(END);
    return Promise.resolve();
  });
  const shape = { name: "turn", schema: { $ref: "#" } };
  await Array.fromAsync(provider.stream({ ...request, shape }, never()));
  expect(asked).toEqual([true, false]);
});

test("a client that leaves stops the model", async () => {
  const stopped = Promise.withResolvers<void>();
  const { provider } = endpoint(async (_request, say, signal) => {
    signal.addEventListener("abort", () => stopped.resolve());
    while (!signal.aborted) {
      say({ type: "text", text: "on and on " });
      await Bun.sleep(1);
    }
    signal.throwIfAborted();
  });
  for await (const event of provider.stream(request, never())) {
    if (event.type === "text") break;
  }
  await until("the model has stopped", () => stopped.promise.then(() => true));
});
