/**
 * Our wires against a mock server that another program wrote (@copilotkit/aimock): our own scripted servers could share our
 * misunderstandings. What it does differently from the real servers stands beside the rows.
 */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Fixture, LLMock } from "@copilotkit/aimock";
import { OrgError } from "#core/errors.ts";
import { WIRES, type Wire } from "#core/wires.ts";
import type { ChatRequest } from "#models/provider.ts";
import { openProvider } from "#models/servers/open-provider.ts";
import { testHome } from "./org-process.ts";
import { PATIENT } from "./patience.ts";

const TOOL = {
  name: "sh",
  description: "Runs a command.",
  parameters: { type: "object", properties: { cmd: { type: "string" } }, required: ["cmd"] },
};
/** Every character that a stream can be cut in: several bytes, several code units, and JSON's own. */
const TEXT = 'Grüße, 안녕 😀 "quoted" \\n and a last word.';
const CALL = { name: "sh", arguments: JSON.stringify({ cmd: 'echo "안녕" | wc -c' }) };

const error = (status: number, message: string, more: object = {}): Fixture["response"] => {
  return { status, error: { message, ...more }, ...(status === 429 ? { retryAfter: 7 } : {}) };
};
const FIXTURES: readonly Fixture[] = [
  { match: { userMessage: "text" }, response: { content: TEXT }, chunkSize: 3 },
  { match: { userMessage: "think" }, response: { content: "Yes.", reasoning: "Hm, well." } },
  { match: { userMessage: "call", hasToolResult: false }, response: { toolCalls: [CALL, CALL] } },
  { match: { userMessage: "call", hasToolResult: true }, response: { content: "It is 7." } },
  { match: { userMessage: "both" }, response: { content: "Let me see.", toolCalls: [CALL] } },
  { match: { userMessage: "long" }, response: { content: "So far", finishReason: "length" } },
  { match: { userMessage: "key" }, response: error(401, "Incorrect API key provided") },
  { match: { userMessage: "busy" }, response: error(429, "Rate limit reached") },
  { match: { userMessage: "model" }, response: error(404, "model 'm' not found") },
  {
    match: { userMessage: "fit" },
    response: error(400, "prompt is too long: 5120 tokens > 4096 maximum"),
  },
  {
    match: { userMessage: "cut" },
    response: { content: TEXT },
    chunkSize: 3,
    truncateAfterChunks: 4,
  },
];

let mock: LLMock;
beforeAll(async () => {
  mock = new LLMock({ port: 0, host: "127.0.0.1" });
  mock.addFixtures([...FIXTURES]);
  await mock.start();
});
afterAll(async () => {
  await mock.stop();
});

interface Heard {
  text: string;
  reasoning: string;
  readonly calls: unknown[];
  end: string;
}

/** Asks over a wire, and puts together what came. */
async function ask(wire: Wire, content: string): Promise<Heard> {
  const timeouts = PATIENT;
  const provider = openProvider({ baseUrl: mock.url, wire, timeouts, apiKey: "test" });
  const request: ChatRequest = {
    model: "m",
    messages: [{ role: "user", content }],
    tools: [TOOL],
  };
  const heard: Heard = { text: "", reasoning: "", calls: [], end: "" };
  try {
    for await (const event of provider.stream(request, new AbortController().signal)) {
      if (event.type === "text" || event.type === "reasoning") heard[event.type] += event.text;
      if (event.type === "call") heard.calls.push([event.call.name, event.call.arguments]);
      if (event.type === "finish") heard.end = event.reason;
    }
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    heard.end = error.code;
  }
  return heard;
}

interface Difference {
  readonly wire: Wire;
  readonly asked: string;
  readonly expected: Partial<Heard>;
}

const AS_THE_REAL_ONES: readonly Difference[] = [
  { wire: "openai", asked: "think", expected: { text: "Yes.", reasoning: "Hm, well." } },
  { wire: "openai", asked: "long", expected: { text: "So far", end: "length" } },
  { wire: "anthropic", asked: "think", expected: { text: "Yes.", reasoning: "Hm, well." } },
  { wire: "anthropic", asked: "long", expected: { text: "So far", end: "length" } },
];

/** Of Ollama's own interface it knows less than the server says: see /api/chat of https://docs.ollama.com/api. */
const UNLIKE_THE_REAL_ONE: readonly Difference[] = [
  // The server calls it `thinking`, the mock `reasoning_content`, which is a key of another wire.
  { wire: "ollama", asked: "think", expected: { text: "Yes.", reasoning: "" } },
  // The server says done_reason "length", the mock always "stop".
  { wire: "ollama", asked: "long", expected: { text: "So far", end: "stop" } },
];

const parsed = ["sh", JSON.parse(CALL.arguments)];
const NOTHING: Heard = { text: "", reasoning: "", calls: [], end: "stop" };

test.each([...AS_THE_REAL_ONES, ...UNLIKE_THE_REAL_ONE])(
  "over the wire $wire: $asked",
  async ({ wire, asked, expected }) => {
    expect(await ask(wire, asked)).toEqual({ ...NOTHING, ...expected });
  },
);

describe.each(WIRES)("over the wire %s", (wire) => {
  test.each<[string, Partial<Heard>]>([
    ["text", { text: TEXT }],
    ["call", { calls: [parsed, parsed] }],
    ["both", { text: "Let me see.", calls: [parsed] }],
    ["key", { end: "PROVIDER_REFUSED" }],
    ["busy", { end: "PROVIDER_BUSY" }],
    ["model", { end: "MODEL_MISSING" }],
    ["fit", { end: "CONTEXT_OVERFLOW" }],
  ])("%s", async (content, expected) => {
    expect(await ask(wire, content)).toEqual({ ...NOTHING, ...expected });
  });

  test("a stream that is broken off is not an answer", async () => {
    const { text, end } = await ask(wire, "cut");
    expect(TEXT).toStartWith(text);
    expect(["cut", "STREAM_ERROR"]).toContain(end);
  });

  test("the program runs a call, gives its result back, and prints the answer", async () => {
    await using home = await testHome();
    const environment = { ORG_WIRE: wire, ANTHROPIC_API_KEY: "test" };
    const ran = await home.run(["ask", "call"], { url: mock.url, environment });
    expect(ran).toEqual({ stdout: "It is 7.\n", stderr: "", exitCode: 0 });
  });
});
