import { expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { done, type OllamaModel, said, scriptedOllama } from "#test/scripted-ollama.ts";
import { cutAt, lines, type Pieces, refusal } from "#test/scripted-pieces.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ChatRequest, ProviderEvent } from "../provider.ts";
import { resilient } from "../retry.ts";
import { type OllamaOptions, ollamaProvider } from "./ollama.ts";

const timeouts = PATIENT;
const tool = { name: "sh", description: "Runs a command.", parameters: { type: "object" } };
const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] };
const calling = (id?: string) => ({
  tool_calls: [{ id, function: { name: "sh", arguments: { cmd: "ls" } } }],
});

test("thoughts, text, calls, usage and the end", async () => {
  const answer = lines(
    said("", { thinking: "Hm, " }),
    said("", { thinking: "yes." }),
    said("I look."),
    said("", calling("c1")),
    done("stop"),
  );
  await using server = scriptedOllama({ chat: [answer] });
  expect(await ask(server.url)).toEqual([
    { type: "reasoning", text: "Hm, yes." },
    { type: "text", text: "I look." },
    { type: "call", call: { id: "c1", name: "sh", arguments: { cmd: "ls" } } },
    { type: "usage", usage: { promptTokens: 7, completionTokens: 3 } },
    { type: "finish", reason: "stop" },
  ]);
});

test("sends the window, forbids silent truncation, and pairs calls with results", async () => {
  const models = [model({ capabilities: ["tools", "thinking"], contextTokens: 16_384 })];
  await using server = scriptedOllama({ models, chat: [lines(said("ok"), done("stop"))] });
  const messages: ChatRequest["messages"] = [
    { role: "system", content: "You are agent." },
    { role: "assistant", content: "", calls: [{ id: "c1", name: "sh", arguments: { cmd: "ls" } }] },
    { role: "tool", callId: "c1", name: "sh", content: "a.txt" },
    { role: "assistant", content: "", calls: [{ id: "c2", name: "sh", arguments: "{oops" }] },
  ];
  const how = { temperature: 0.2, seed: 3, maxTokens: 9 };
  const asked = { model: "m", messages, tools: [tool], ...how };
  await ask(server.url, asked, { keepAlive: "30m" });
  expect(server.chats[0]?.body).toEqual({
    model: "m",
    messages: [
      { role: "system", content: "You are agent." },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c1", function: { name: "sh", arguments: { cmd: "ls" } } }],
      },
      { role: "tool", content: "a.txt", tool_name: "sh", tool_call_id: "c1" },
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c2", function: { name: "sh", arguments: { arguments: "{oops" } } }],
      },
    ],
    tools: [{ type: "function", function: tool }],
    stream: true,
    think: true,
    keep_alive: "30m",
    truncate: false,
    options: { num_ctx: 16_384, temperature: 0.2, seed: 3, num_predict: 9 },
  });
});

test("a model without tools is not asked with tools; it is asked without them, and that is said", async () => {
  const models = [model({ capabilities: ["completion"] })];
  await using server = scriptedOllama({ models, chat: [lines(said("ok"), done("stop"))] });
  const provider = resilient(ollamaProvider({ baseUrl: server.url, timeouts }));
  const events = await Array.fromAsync(provider.stream({ ...request, tools: [tool] }, never()));
  expect(events[0]).toMatchObject({
    type: "notice",
    text: expect.stringContaining("takes no tools"),
  });
  expect(server.chats.map(({ body }) => body?.["tools"])).toEqual([undefined]);
});

interface Row {
  readonly name: string;
  readonly answer: Pieces;
  readonly end: string;
  readonly text?: string;
}

const ROWS: readonly Row[] = [
  { name: "the model's own end", answer: lines(said("x"), done("stop")), end: "stop", text: "x" },
  { name: "a full window", answer: lines(said("x"), done("length")), end: "length", text: "x" },
  { name: "no end at all", answer: lines(said("half")), end: "cut", text: "half" },
  { name: "no end behind a call", answer: lines(said("", calling())), end: "stop" },
  {
    name: "an error line in the middle",
    answer: lines(said("half"), {
      error: "an error was encountered while running the model: CUDA error",
    }),
    end: "STREAM_ERROR",
    text: "half",
  },
  {
    name: "an error line at once",
    answer: lines({ error: "llama runner process has terminated" }),
    end: "STREAM_ERROR",
  },
  {
    name: "a broken connection",
    answer: { ...lines(said("half")), end: "break" },
    end: "STREAM_ERROR",
    text: "half",
  },
  {
    name: "silence in the middle",
    answer: { ...lines(said("half")), end: "hang" },
    end: "STREAM_SILENT",
    text: "half",
  },
  {
    name: "a few lines that are not JSON",
    answer: { pieces: ["oops\n", ...lines(said("x"), done("stop")).pieces] },
    end: "stop",
    text: "x",
  },
  { name: "a web page", answer: { pieces: ["<html>\n".repeat(70)] }, end: "STREAM_ERROR" },
  {
    name: "a model that is missing",
    answer: refusal(404, { error: 'model "m" not found, try pulling it first' }),
    end: "MODEL_MISSING",
  },
  {
    name: "a model without tools",
    answer: refusal(400, { error: "registry.ollama.ai/library/m does not support tools" }),
    end: "MODEL_WITHOUT_TOOLS",
  },
  {
    name: "a prompt over the window",
    answer: refusal(400, { error: "the input length exceeds the context length" }),
    end: "CONTEXT_OVERFLOW",
  },
  {
    name: "a queue that is full",
    answer: refusal(503, {
      error: "server busy, please try again. maximum pending requests exceeded",
    }),
    end: "PROVIDER_BUSY",
  },
  {
    name: "too little memory",
    answer: refusal(500, {
      error: "model requires more system memory (8.0 GiB) than is available (4.0 GiB)",
    }),
    end: "PROVIDER_REFUSED",
  },
  {
    name: "a key that is wrong",
    answer: refusal(401, { error: "unauthorized" }),
    end: "PROVIDER_REFUSED",
  },
];

test.each(ROWS)("ends with $end after $name", async ({ answer, end, text = "" }) => {
  const isHeard = Promise.withResolvers<void>();
  const script = { ...answer, breakAfter: isHeard.promise };
  await using server = scriptedOllama({ chat: [script] });
  // Short only where silence is what ends it: a busy machine is silent for longer.
  const idleMs = end === "STREAM_SILENT" ? 60 : timeouts.idleMs;
  const provider = ollamaProvider({ baseUrl: server.url, timeouts: { ...timeouts, idleMs } });
  let heard = "";
  let ended = "";
  try {
    for await (const event of provider.stream({ ...request, tools: [tool] }, never())) {
      if (event.type === "text") heard += event.text;
      if (heard === text) isHeard.resolve();
      if (event.type === "finish") ended = event.reason;
    }
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    ended = error.code;
  }
  expect([ended, heard]).toEqual([end, text]);
});

test("a server that is down", async () => {
  const failure = await Array.fromAsync(
    ollamaProvider({ baseUrl: "http://127.0.0.1:9", timeouts }).stream(request, never()),
  ).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "PROVIDER_UNREACHABLE" });
});

test("leaving the loop closes the connection, and an abort throws its reason", async () => {
  const left = Promise.withResolvers<void>();
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (asked) => {
      if (!asked.url.endsWith("/api/chat")) return new Response("", { status: 404 });
      asked.signal.addEventListener("abort", () => left.resolve());
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(`${JSON.stringify(said("one"))}\n`),
      });
      return new Response(body);
    },
  });
  const provider = ollamaProvider({ baseUrl: server.url.origin, timeouts });
  for await (const event of provider.stream(request, never())) {
    expect(event).toEqual({ type: "text", text: "one" });
    break;
  }
  await left.promise;
  const reason = new Error("Esc");
  const failure = await provider
    .stream(request, AbortSignal.abort(reason))
    .next()
    .catch((error: unknown) => error);
  expect(failure).toBe(reason);
});

test("however its bytes are cut, an answer is the same", async () => {
  const answer = lines(
    said("", { thinking: "žluť" }),
    said("kůň 🐎"),
    said("", calling("c1")),
    done("stop"),
  );
  let cut = answer;
  await using server = scriptedOllama({ chat: () => cut });
  const whole = await ask(server.url);
  const length = Buffer.byteLength(answer.pieces.join(""));
  await fc.assert(
    fc.asyncProperty(fc.nat(length), async (at) => {
      cut = cutAt(answer, at);
      expect(await ask(server.url)).toEqual(whole);
    }),
  );
});

function model(facts: Partial<OllamaModel>): OllamaModel {
  return { name: "m", ...facts };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function ask(
  baseUrl: string,
  asked: ChatRequest = request,
  options: Partial<OllamaOptions> = {},
): Promise<readonly ProviderEvent[]> {
  const provider = ollamaProvider({ baseUrl, timeouts, ...options });
  return joinTexts(await Array.fromAsync(provider.stream(asked, never())));
}
