import { expect, test } from "bun:test";
import { explain, OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import {
  type Answer,
  breakOff,
  call,
  finish,
  gate,
  hang,
  raw,
  respond,
  say,
  several,
  usage,
} from "../../test/scripted-answers.ts";
import { scriptedServer } from "../../test/scripted-server.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ChatRequest, ProviderEvent } from "../provider.ts";
import { openAiProvider } from "./openai.ts";

const timeouts = PATIENT;
const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] };
const tool = { name: "sh", description: "Runs a command.", parameters: { type: "object" } };

test("streams text, calls and usage, and says how it ended", async () => {
  await using server = scriptedServer([several(say("I look."), call("sh", { cmd: "ls" }))]);
  expect(await ask(server.url)).toEqual([
    { type: "text", text: "I look." },
    { type: "call", call: { id: "call_0_0", name: "sh", arguments: { cmd: "ls" } } },
    { type: "usage", usage: { promptTokens: 1, completionTokens: 3 } },
    { type: "finish", reason: "stop" },
  ]);
});

test("tells how much of the prompt was in the server's cache, where the server does", async () => {
  await using server = scriptedServer([several(say("Yes."), usage(900, 2, 886))]);
  expect(await ask(server.url)).toContainEqual({
    type: "usage",
    usage: { promptTokens: 900, completionTokens: 2, cachedTokens: 886 },
  });
});

test("sends what a server needs: the stream, the tools, and calls paired with results by id", async () => {
  await using server = scriptedServer([say("done")]);
  const messages: ChatRequest["messages"] = [
    { role: "system", content: "You are agent." },
    { role: "assistant", content: "", calls: [{ id: "c1", name: "sh", arguments: { cmd: "ls" } }] },
    { role: "tool", callId: "c1", name: "sh", content: "a.txt" },
  ];
  const how = { temperature: 0.2, seed: 3, maxTokens: 9 };
  await ask(server.url, { model: "m", messages, tools: [tool], ...how });
  expect(server.requests[0]?.body).toEqual({
    model: "m",
    messages: [
      { role: "system", content: "You are agent." },
      {
        role: "assistant",
        content: "",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "sh", arguments: '{"cmd":"ls"}' } },
        ],
      },
      { role: "tool", tool_call_id: "c1", name: "sh", content: "a.txt" },
    ],
    stream: true,
    stream_options: { include_usage: true },
    tools: [{ type: "function", function: tool }],
    temperature: 0.2,
    seed: 3,
    max_tokens: 9,
  });
});

test("an empty list of tools is left out, and a key goes into the header", async () => {
  await using server = scriptedServer([say("done")]);
  const provider = openAiProvider({ baseUrl: `${server.url}/v1/`, apiKey: "secret", timeouts });
  await Array.fromAsync(provider.stream(request, never()));
  expect(server.requests[0]?.body.tools).toBeUndefined();
  expect(server.requests[0]?.headers.get("authorization")).toBe("Bearer secret");
});

test("lists the models", async () => {
  await using server = scriptedServer([], { models: ["a", "b:7b"] });
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  expect(await provider.listModels(never())).toEqual(["a", "b:7b"]);
});

test("an abort closes the connection at once, and throws its reason", async () => {
  await using server = scriptedServer([several(say("one"), hang())]);
  const leave = new AbortController();
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  const stream = provider.stream(request, leave.signal);
  expect((await stream.next()).value).toEqual({ type: "text", text: "one" });
  const next = stream.next();
  leave.abort(new Error("Esc"));
  expect(async () => await next).toThrow("Esc");
  await (await server.request(0)).closed;
});

test("an abort before the first byte, and one before the start", async () => {
  await using server = scriptedServer([hang()]);
  const leave = new AbortController();
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  const first = provider.stream(request, leave.signal).next();
  const { closed } = await server.request(0);
  leave.abort(new Error("Esc"));
  expect(async () => await first).toThrow("Esc");
  await closed;
  expect(async () => await provider.stream(request, leave.signal).next()).toThrow("Esc");
  expect(server.requests).toHaveLength(1);
});

test("leaving the loop closes the connection", async () => {
  await using server = scriptedServer([several(say("one"), hang())]);
  const provider = openAiProvider({ baseUrl: server.url, timeouts });
  for await (const event of provider.stream(request, never())) {
    expect(event).toEqual({ type: "text", text: "one" });
    break;
  }
  await (await server.request(0)).closed;
});

test("silence before the first byte and in the middle ends the stream, and says how long it was", async () => {
  const early = await failure([hang()], { firstByteMs: 20, idleMs: 60_000 });
  expect(early).toMatchObject({ code: "STREAM_SILENT" });
  expect(early.message).toContain("did not begin to answer within 0.02 s");
  const late = await failure([several(say("one"), hang())], { firstByteMs: 60_000, idleMs: 30 });
  expect(late.message).toContain("sent nothing for 0.03 s");
});

test("a byte that is not a token yet counts as a sign of life", async () => {
  const error = await failure([several(ping, hang())], { firstByteMs: 60_000, idleMs: 20 });
  expect(error.message).toContain("sent nothing for 0.02 s");
});

test("who breaks off or falls silent behind the end of the answer has said it all", async () => {
  await using server = scriptedServer([several(finished, breakOff()), several(finished, hang())]);
  const provider = openAiProvider({
    baseUrl: server.url,
    timeouts: { ...timeouts, graceMs: 20 },
  });
  for (let i = 0; i < 2; i += 1) {
    expect(await Array.fromAsync(provider.stream(request, never()))).toEqual([
      { type: "text", text: "all" },
      { type: "finish", reason: "stop" },
    ]);
  }
});

test("nothing is waited for behind the end marker", async () => {
  await using server = scriptedServer([several(say("all"), raw("data: [DONE]\n\n"), hang())]);
  const patient = { firstByteMs: 60_000, idleMs: 60_000, graceMs: 60_000 };
  const provider = openAiProvider({ baseUrl: server.url, timeouts: patient });
  expect(await Array.fromAsync(provider.stream(request, never()))).toEqual([
    { type: "text", text: "all" },
    { type: "finish", reason: "stop" },
  ]);
  await (await server.request(0)).closed;
});

test("Bun's own limits are off, and a proxy for the world is not used for this machine", async () => {
  const seen: BunFetchRequestInit[] = [];
  const baseUrl = "http://127.0.0.1:1";
  const fetch = async (_: string, init: BunFetchRequestInit) => {
    seen.push(init);
    return new Response("data: [DONE]\n\n");
  };
  const provider = openAiProvider({ baseUrl, timeouts, fetch });
  await Array.fromAsync(provider.stream(request, never()));
  expect(seen).toMatchObject([{ timeout: false, proxy: false }]);
});

test("a server that is down", async () => {
  const error = await failureOf("http://127.0.0.1:9");
  expect(explain(error)).toMatchInlineSnapshot(`
    "The server http://127.0.0.1:9 does not answer [PROVIDER_UNREACHABLE]
    nothing listens at that address (ECONNREFUSED)
    → ollama serve
    → export OLLAMA_BASE=http://HOST:PORT
    Nothing was sent."
  `);
});

test("a model that is not there: what to pull, and what is there", async () => {
  const body = { error: { message: "model 'nope' not found", type: "api_error" } };
  const error = await failure([respond(404, body)]);
  expect(explain(error).replace(/:\d{4,}/, ":PORT")).toMatchInlineSnapshot(`
    "The server http://127.0.0.1:PORT has no model "m" [MODEL_MISSING]
    model 'nope' not found; it has llama3.2, qwen3:4b
    → org models pull m
    → export OLLAMA_MODEL=llama3.2
    Nothing was changed."
  `);
});

test("a model without tools is told from other refusals only when tools were sent", async () => {
  const body = {
    error: { message: "registry.ollama.ai/library/gemma3:4b does not support tools" },
  };
  await using server = scriptedServer(() => respond(400, body));
  const withTools = { ...request, tools: [tool] };
  expect(await failureOf(server.url, withTools)).toMatchObject({ code: "MODEL_WITHOUT_TOOLS" });
  expect(await failureOf(server.url)).toMatchObject({ code: "PROVIDER_REFUSED" });
});

test("a key never shows, even when the server repeats it", async () => {
  const apiKey = "sk-1234567890abcdef";
  await using server = scriptedServer(() =>
    respond(401, { error: { message: `Incorrect API key provided: ${apiKey}.\u001b[31m` } }),
  );
  const error = await failureOf(server.url, request, apiKey);
  expect(error).toMatchObject({ code: "PROVIDER_REFUSED" });
  expect(error.why).toBe("Incorrect API key provided: (hidden).");
  expect(explain(error, true)).not.toContain(apiKey);
});

test("a busy server says when to come back", async () => {
  const soon = await failure([respond(429, "slow down", { "retry-after": "7" })]);
  expect(soon).toMatchObject({ code: "PROVIDER_BUSY", retryAfterMs: 7000 });
  const dates = {
    date: "Tue, 01 Sep 2026 10:00:00 GMT",
    "retry-after": "Tue, 01 Sep 2026 10:00:12 GMT",
  };
  const later = await failure([respond(503, { error: "loading model" }, dates)]);
  expect(later).toMatchObject({ code: "PROVIDER_BUSY", retryAfterMs: 12_000 });
});

test("a connection that breaks keeps what was said, and is told from a refusal", async () => {
  const heard = gate();
  await using server = scriptedServer([several(say("half"), heard, breakOff())]);
  const events: ProviderEvent[] = [];
  const stream = openAiProvider({ baseUrl: server.url, timeouts }).stream(request, never());
  expect(async () => {
    for await (const event of stream) {
      events.push(event);
      heard.open();
    }
  }).toThrow("was lost in the middle of the answer");
  expect(events).toEqual([{ type: "text", text: "half" }]);
});

test("a web page instead of a model server, and one that is not an error page", async () => {
  const page = "<!DOCTYPE html><title>Log in</title>";
  expect(await failure([respond(200, page)])).toMatchObject({ code: "STREAM_ERROR" });
  const refused = await failure([respond(404, page)]);
  expect(refused).toMatchObject({ code: "PROVIDER_REFUSED", why: "a web page" });
  expect(refused.remedies).toEqual(["check the address: it may lack a path such as /v1"]);
});

test("the reason of the end is that of the model", async () => {
  await using server = scriptedServer([
    several(say("x"), finish("length")),
    several(say("x"), finish("content_filter")),
    several(say("x"), finish("eos")),
  ]);
  const ends: unknown[] = [];
  for (let i = 0; i < 3; i += 1) ends.push((await ask(server.url)).at(-1));
  expect(ends).toEqual(
    ["length", "filtered", "stop"].map((reason) => ({ type: "finish", reason })),
  );
});

const ping = raw(": ping\n\n");
const finished = raw('data: {"choices":[{"delta":{"content":"all"},"finish_reason":"stop"}]}\n\n');

function never(): AbortSignal {
  return new AbortController().signal;
}

async function ask(url: string, asked: ChatRequest = request): Promise<ProviderEvent[]> {
  const stream = openAiProvider({ baseUrl: url, timeouts }).stream(asked, never());
  // How many chunks come in one packet is the network's affair.
  return [...joinTexts(await Array.fromAsync(stream))];
}

async function failure(answers: readonly Answer[], limits = timeouts): Promise<OrgError> {
  await using server = scriptedServer(answers, { models: ["llama3.2", "qwen3:4b"] });
  return await caught(
    openAiProvider({ baseUrl: server.url, timeouts: limits }).stream(request, never()),
  );
}

async function failureOf(baseUrl: string, asked = request, apiKey?: string): Promise<OrgError> {
  return await caught(openAiProvider({ baseUrl, apiKey, timeouts }).stream(asked, never()));
}

async function caught(stream: AsyncGenerator<ProviderEvent, void>): Promise<OrgError> {
  try {
    for await (const _ of stream);
  } catch (error) {
    if (error instanceof OrgError) return error;
    throw error;
  }
  throw new Error("the stream did not fail");
}
