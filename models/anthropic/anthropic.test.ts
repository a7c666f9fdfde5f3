import { expect, test } from "bun:test";
import fc from "fast-check";
import { explain, OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { blockEvents, message, scriptedAnthropic, start } from "#test/scripted-anthropic.ts";
import { cutAt, events, type Pieces, refusal } from "#test/scripted-pieces.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ServerOptions } from "../http/server.ts";
import type { ChatRequest, ProviderEvent } from "../provider.ts";
import { resilient } from "../retry.ts";
import { anthropicProvider } from "./anthropic.ts";

const timeouts = PATIENT;
const tool = { name: "sh", description: "Runs a command.", parameters: { type: "object" } };
const request: ChatRequest = { model: "m", messages: [{ role: "user", content: "hi" }], tools: [] };
const whole = message(
  [
    { thinking: ["Hm, ", "žluť."] },
    { text: ["I ", "look 🐎."] },
    { call: "sh", id: "toolu_1", json: ['{"cmd', '":"ls"}'] },
    { call: "now", id: "toolu_2", json: [] },
  ],
  "tool_use",
);

test("thoughts, text, calls, usage and the end", async () => {
  await using server = scriptedAnthropic({ answers: [events(...whole)] });
  expect(await ask(server.url)).toEqual([
    { type: "reasoning", text: "Hm, žluť." },
    { type: "text", text: "I look 🐎." },
    { type: "call", call: { id: "toolu_1", name: "sh", arguments: { cmd: "ls" } } },
    { type: "call", call: { id: "toolu_2", name: "now", arguments: {} } },
    { type: "usage", usage: { promptTokens: 25, completionTokens: 15, cachedTokens: 5 } },
    { type: "finish", reason: "stop" },
  ]);
});

test("sends both sides in turn, all results of one answer together, and the key in its own header", async () => {
  await using server = scriptedAnthropic({ answers: [events(...message([{ text: ["ok"] }]))] });
  const messages: ChatRequest["messages"] = [
    { role: "system", content: "You are agent." },
    { role: "assistant", content: "Hello." },
    { role: "user", content: "user: go" },
    {
      role: "assistant",
      content: "",
      calls: [
        { id: "functions.f:1", name: "f", arguments: { a: 1 } },
        { id: "c2", name: "g", arguments: "{oops" },
      ],
    },
    { role: "tool", callId: "functions.f:1", name: "f", content: "one" },
    { role: "tool", callId: "c2", name: "g", content: "two" },
    { role: "user", content: "user: and?" },
  ];
  const asked = { model: "m", messages, tools: [tool], temperature: 1.5, maxTokens: 9 };
  await ask(server.url, asked, { apiKey: "sk-ant-1234567890" });
  const { headers, body } = server.requests[0] ?? {};
  expect(headers?.get("x-api-key")).toBe("sk-ant-1234567890");
  expect(headers?.get("authorization")).toBeNull();
  expect(headers?.get("anthropic-version")).toBe("2023-06-01");
  expect(body).toEqual({
    model: "m",
    max_tokens: 9,
    system: "You are agent.",
    messages: [
      { role: "user", content: [{ type: "text", text: "(what was said before is left out)" }] },
      { role: "assistant", content: [{ type: "text", text: "Hello." }] },
      { role: "user", content: [{ type: "text", text: "user: go" }] },
      {
        role: "assistant",
        content: [
          { type: "tool_use", id: "functions_f_1", name: "f", input: { a: 1 } },
          { type: "tool_use", id: "c2", name: "g", input: { arguments: "{oops" } },
        ],
      },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "functions_f_1", content: "one" },
          { type: "tool_result", tool_use_id: "c2", content: "two" },
          { type: "text", text: "user: and?" },
        ],
      },
    ],
    tools: [{ name: "sh", description: "Runs a command.", input_schema: { type: "object" } }],
    temperature: 1,
    stream: true,
  });
});

interface Row {
  readonly name: string;
  readonly answer: Pieces;
  readonly end: string;
  readonly text?: string;
}

const said = (reason: string) => events(...message([{ text: ["x"] }], reason));
const half = [start(), ...blockEvents({ text: ["half"] }, 0)];
const error = (type: string, text: string) => ({ type: "error", error: { type, message: text } });
const refused = (status: number, type: string, text: string) => refusal(status, error(type, text));

const ROWS: readonly Row[] = [
  { name: "its own end", answer: said("end_turn"), end: "stop", text: "x" },
  { name: "a stop sequence", answer: said("stop_sequence"), end: "stop", text: "x" },
  { name: "the longest answer", answer: said("max_tokens"), end: "length", text: "x" },
  {
    name: "a full window",
    answer: said("model_context_window_exceeded"),
    end: "length",
    text: "x",
  },
  { name: "a refusal to go on", answer: said("refusal"), end: "filtered", text: "x" },
  { name: "no end at all", answer: events(...half), end: "cut", text: "half" },
  {
    name: "no end behind a whole call",
    answer: events(start(), ...blockEvents({ call: "f", json: ['{"a":1}'] }, 0)),
    end: "stop",
  },
  {
    name: "no end within a call",
    answer: events(...half, ...blockEvents({ call: "f", json: ['{"a'] }, 1).slice(0, -1)),
    end: "cut",
    text: "half",
  },
  {
    name: "an event that says it is overloaded",
    answer: events(start(), error("overloaded_error", "Overloaded")),
    end: "PROVIDER_BUSY",
  },
  {
    name: "an error in the middle",
    answer: events(...half, error("overloaded_error", "Overloaded")),
    end: "STREAM_ERROR",
    text: "half",
  },
  {
    name: "a broken connection",
    answer: { ...events(...half), end: "break" },
    end: "STREAM_ERROR",
    text: "half",
  },
  {
    name: "silence",
    answer: { ...events(...half), end: "hang" },
    end: "STREAM_SILENT",
    text: "half",
  },
  {
    name: "a ping and an unknown event",
    answer: events({ type: "ping" }, { type: "news" }, ...message([{ text: ["x"] }])),
    end: "stop",
    text: "x",
  },
  {
    name: "events that are not JSON",
    answer: { pieces: ["data: oops\n\n".repeat(65)] },
    end: "STREAM_ERROR",
  },
  {
    name: "a wrong key",
    answer: refused(401, "authentication_error", "invalid x-api-key"),
    end: "PROVIDER_REFUSED",
  },
  {
    name: "an account without money",
    answer: refused(400, "invalid_request_error", "Your credit balance is too low"),
    end: "PROVIDER_REFUSED",
  },
  {
    name: "a model that is missing",
    answer: refused(404, "not_found_error", "model: m"),
    end: "MODEL_MISSING",
  },
  {
    name: "a prompt over the window",
    answer: refused(
      400,
      "invalid_request_error",
      "prompt is too long: 210000 tokens > 200000 maximum",
    ),
    end: "CONTEXT_OVERFLOW",
  },
  {
    name: "a request over the limit",
    answer: refused(413, "request_too_large", "Request exceeds the maximum size"),
    end: "CONTEXT_OVERFLOW",
  },
  {
    name: "a rate limit",
    answer: refused(429, "rate_limit_error", "slow down"),
    end: "PROVIDER_BUSY",
  },
  {
    name: "an overload",
    answer: refused(529, "overloaded_error", "Overloaded"),
    end: "PROVIDER_BUSY",
  },
  { name: "a fault", answer: refused(500, "api_error", "Internal"), end: "PROVIDER_REFUSED" },
];

test.each(ROWS)("ends with $end after $name", async ({ answer, end, text = "" }) => {
  const isHeard = Promise.withResolvers<void>();
  const script = { ...answer, breakAfter: isHeard.promise };
  await using server = scriptedAnthropic({ answers: [script] });
  // Short only where silence is what ends it: a busy machine is silent for longer.
  const idleMs = end === "STREAM_SILENT" ? 60 : timeouts.idleMs;
  const options = { baseUrl: server.url, timeouts: { ...timeouts, idleMs } };
  let [heard, ended] = ["", ""];
  try {
    for await (const event of anthropicProvider(options).stream(request, never())) {
      if (event.type === "text") heard += event.text;
      if (heard === text) isHeard.resolve();
      if (event.type === "finish") ended = event.reason;
    }
  } catch (failure) {
    if (!(failure instanceof OrgError)) throw failure;
    ended = failure.code;
  }
  expect([ended, heard]).toEqual([end, text]);
});

test("an overflow says how many tokens of how many", async () => {
  const answer = refused(
    400,
    "invalid_request_error",
    "prompt is too long: 210000 tokens > 200000 maximum",
  );
  await using server = scriptedAnthropic({ answers: [answer] });
  const failure = await ask(server.url).catch((thrown: unknown) => thrown);
  expect(explain(failure)).toContain("210,000 tokens were sent, the window holds 200,000 tokens");
});

test("a server that asks to wait is asked again after that time", async () => {
  const busy = refusal(429, error("rate_limit_error", "slow down"), { "retry-after": "3" });
  await using server = scriptedAnthropic({ answers: [busy, said("end_turn")] });
  const slept: number[] = [];
  const provider = resilient(anthropicProvider({ baseUrl: server.url, timeouts }), {
    sleep: async (ms) => void slept.push(ms),
  });
  const all = await Array.fromAsync(provider.stream(request, never()));
  expect([slept.reduce((sum, ms) => sum + ms), all.at(-1)]).toEqual([
    3000,
    { type: "finish", reason: "stop" },
  ]);
});

test("the key never shows, even when the server repeats it", async () => {
  const apiKey = "sk-ant-1234567890abcdef";
  const answer = refused(401, "authentication_error", `invalid x-api-key ${apiKey}`);
  await using server = scriptedAnthropic({ answers: [answer] });
  const failure = await ask(server.url, request, { apiKey }).catch((thrown: unknown) => thrown);
  expect(explain(failure, true)).not.toContain(apiKey);
});

test("lists the models, and how much they can read", async () => {
  const models = [{ id: "a", max_input_tokens: 1_000_000 }, { id: "b" }];
  await using server = scriptedAnthropic({ models });
  const provider = anthropicProvider({ baseUrl: server.url, timeouts });
  expect(await provider.listModels(never())).toEqual(["a", "b"]);
  expect(await provider.windowOf?.("a", never())).toEqual({ tokens: 1_000_000, isFinal: true });
  expect(await provider.windowOf?.("b", never())).toEqual({ tokens: 200_000, isFinal: true });
});

test("however its bytes are cut, an answer is the same", async () => {
  const answer = events(...whole);
  let cut = answer;
  await using server = scriptedAnthropic({ answers: () => cut });
  const expected = await ask(server.url);
  const length = Buffer.byteLength(answer.pieces.join(""));
  await fc.assert(
    fc.asyncProperty(fc.nat(length), async (at) => {
      cut = cutAt(answer, at);
      expect(await ask(server.url)).toEqual(expected);
    }),
  );
});

function never(): AbortSignal {
  return new AbortController().signal;
}

async function ask(
  baseUrl: string,
  asked: ChatRequest = request,
  options: Partial<ServerOptions> = {},
): Promise<readonly ProviderEvent[]> {
  const provider = anthropicProvider({ baseUrl, timeouts, ...options });
  return joinTexts(await Array.fromAsync(provider.stream(asked, never())));
}
