import { describe, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { PATIENT } from "#test/patience.ts";
import { respond, say } from "#test/scripted-answers.ts";
import {
  type RecordedRequest,
  type ScriptedServer,
  scriptedServer,
} from "#test/scripted-server.ts";
import type { ChatRequest } from "../provider.ts";
import { openAiProvider } from "./openai.ts";

const request: ChatRequest = {
  model: "m",
  messages: [{ role: "user", content: "hi" }],
  tools: [{ name: "sh", description: "Runs a command.", parameters: { type: "object" } }],
  temperature: 0.2,
  seed: 3,
  maxTokens: 9,
  shape: { name: "contract", schema: { type: "object", properties: {} } },
};

interface Row {
  readonly who: string;
  /** What it does not take. */
  readonly parameter: string;
  readonly status: number;
  /** Word for word. */
  readonly body: unknown;
  /** What is sent instead, beside what always is. */
  readonly instead: Readonly<Record<string, unknown>>;
}

const shape = { name: "contract", schema: { type: "object", properties: {} } };
const usual = {
  temperature: 0.2,
  seed: 3,
  max_tokens: 9,
  stream_options: { include_usage: true },
  response_format: { type: "json_schema", json_schema: shape },
};
const forbidden = { type: "extra_forbidden", msg: "Extra inputs are not permitted" };

const ROWS: readonly Row[] = [
  {
    who: "OpenAI's o1, o3, gpt-5 (github.com/openai/openai-python/issues/2046)",
    parameter: "max_tokens",
    status: 400,
    body: {
      error: {
        message:
          "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        ...{ type: "invalid_request_error", param: "max_tokens", code: "unsupported_parameter" },
      },
    },
    instead: { ...usual, max_tokens: undefined, max_completion_tokens: 9 },
  },
  {
    who: "OpenAI's gpt-5 (github.com/decolua/9router/issues/560)",
    parameter: "temperature",
    status: 400,
    body: {
      error: {
        message:
          "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.",
        ...{ type: "invalid_request_error", param: "temperature", code: "unsupported_value" },
      },
    },
    instead: { ...usual, temperature: undefined },
  },
  {
    who: "vLLM before 0.5 (github.com/modelscope/ms-agent/issues/489)",
    parameter: "stream_options",
    status: 400,
    body: {
      ...{ object: "error", type: "BadRequestError", param: null, code: 400 },
      message:
        "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input': {}}]",
    },
    instead: { ...usual, stream_options: undefined },
  },
  {
    who: "Mistral (github.com/openai/openai-agents-python/issues/442)",
    parameter: "stream_options",
    status: 422,
    body: {
      ...{ object: "error", type: "invalid_request_error", param: null, code: null },
      message: {
        detail: [{ ...forbidden, loc: ["body", "stream_options", "include_usage"], input: true }],
      },
    },
    instead: { ...usual, stream_options: undefined },
  },
  {
    who: "Mistral, which calls it random_seed, in the form of its other refusals",
    parameter: "seed",
    status: 422,
    body: {
      ...{ object: "error", type: "invalid_request_error", param: null, code: null },
      message: { detail: [{ ...forbidden, loc: ["body", "seed"], input: 3 }] },
    },
    instead: { ...usual, seed: undefined },
  },
  {
    who: "Fireworks (github.com/FlowiseAI/Flowise/issues/2866)",
    parameter: "stream_options",
    status: 400,
    body: { error: { message: "Extra inputs are not permitted, field: 'stream_options'" } },
    instead: { ...usual, stream_options: undefined },
  },
  {
    who: "DeepSeek (github.com/bytedance/deer-flow/issues/545)",
    parameter: "response_format",
    status: 400,
    body: {
      error: {
        message: "This response_format type is unavailable now",
        ...{ type: "invalid_request_error", param: null, code: "invalid_request_error" },
      },
    },
    instead: { ...usual, response_format: undefined },
  },
  {
    who: "Groq (github.com/langchain-ai/langchain/issues/23629)",
    parameter: "response_format",
    status: 400,
    body: {
      error: {
        message: "response_format` does not support streaming",
        type: "invalid_request_error",
      },
    },
    instead: { ...usual, response_format: undefined },
  },
  {
    who: "llama.cpp (github.com/flagdizero/jenny-android-ai-agent/issues/2)",
    parameter: "response_format",
    status: 400,
    body: {
      error: {
        ...{ code: 400, type: "invalid_request_error" },
        message: "Failed to initialize samplers: failed to parse grammar",
      },
    },
    instead: { ...usual, response_format: undefined },
  },
];

describe("a server that does not take a parameter", () => {
  test.each(ROWS)("$parameter: $who", async ({ parameter, status, body, instead }) => {
    await using server = scriptedServer((asked) =>
      parameter in asked.body ? respond(status, body) : say("Hello."),
    );
    const provider = providerOf(server);
    expect(await ask(provider)).toBe("Hello.");
    expect(await ask(provider)).toBe("Hello.");
    // Once with it, and never again.
    expect(server.requests.map(sent)).toEqual([usual, instead, instead].map(withoutGaps));
  });

  test("may refuse one after the other; each is left out", async () => {
    const refusals = ROWS.slice(0, 3);
    await using server = scriptedServer(({ body }) => {
      const row = refusals.find(({ parameter }) => parameter in body);
      return row === undefined ? say("Hello.") : respond(row.status, row.body);
    });
    expect(await ask(providerOf(server))).toBe("Hello.");
    expect(server.requests.map(sent).at(-1)).toEqual({
      max_completion_tokens: 9,
      seed: 3,
      response_format: usual.response_format,
    });
  });

  test("and refuses all the same is not asked for ever", async () => {
    await using server = scriptedServer(() => respond(400, ROWS[0]?.body));
    expect(await ask(providerOf(server))).toBe("PROVIDER_REFUSED");
    expect(server.requests).toHaveLength(2);
  });

  test("is told from one that finds something else wrong", async () => {
    const message = "temperature must be at least 0 and max_tokens at most 8";
    await using server = scriptedServer(() => respond(400, { error: { message } }));
    expect(await ask(providerOf(server))).toBe("PROVIDER_REFUSED");
    expect(server.requests).toHaveLength(1);
  });

  test("that is a grammar of ours is left out where the server cannot read it", async () => {
    await using server = scriptedServer(({ body }) =>
      "grammar" in body
        ? respond(400, { error: { message: "Failed to parse grammar" } })
        : say("Hello."),
    );
    const shaped = { ...request, shape: { ...shape, isRaw: true } };
    const events = await Array.fromAsync(providerOf(server).stream(shaped, never));
    expect(events).toContainEqual({ type: "text", text: "Hello." });
    expect(server.requests.map(({ body }) => "grammar" in body)).toEqual([true, false]);
  });

  test("that was not sent is not left out: llama.cpp makes grammars of tools, too", async () => {
    const body = ROWS.at(-1)?.body;
    await using server = scriptedServer(() => respond(400, body));
    const stream = providerOf(server).stream({ ...request, shape: undefined }, never);
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: "PROVIDER_REFUSED" });
    expect(server.requests).toHaveLength(1);
  });

  test("for one model may take it for another", async () => {
    await using server = scriptedServer(({ body }) =>
      body.model === "m" && "stream_options" in body ? respond(400, ROWS[2]?.body) : say("Hello."),
    );
    const provider = providerOf(server);
    await ask(provider);
    await ask(provider, "other");
    expect(server.requests.map(sent).at(-1)).toEqual(usual);
  });
});

const never = new AbortController().signal;

function providerOf({ url }: ScriptedServer) {
  return openAiProvider({ baseUrl: url, timeouts: PATIENT });
}

/** The text, or the code of the failure. */
async function ask(provider: ReturnType<typeof providerOf>, model = "m"): Promise<string> {
  let text = "";
  try {
    for await (const event of provider.stream({ ...request, model }, never)) {
      if (event.type === "text") text += event.text;
    }
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    return error.code;
  }
  return text;
}

/** What was sent beside what always is. */
function sent({ body }: RecordedRequest): object {
  const { model: _model, messages: _messages, stream: _stream, tools: _tools, ...rest } = body;
  return rest;
}

function withoutGaps(object: object): object {
  return JSON.parse(JSON.stringify(object));
}
