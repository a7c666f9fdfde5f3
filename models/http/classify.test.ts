import { expect, test } from "bun:test";
import { classify, statusIn, windowNumbers } from "./classify.ts";
import { readErrorBody } from "./error-body.ts";

/** What servers say, word for word, and what it means. */
const SAID: readonly (readonly [
  server: string,
  answer: readonly [number, unknown],
  code: string,
])[] = [
  [
    "Ollama",
    [400, "registry.ollama.ai/library/gemma3:4b does not support tools"],
    "MODEL_WITHOUT_TOOLS",
  ],
  [
    "vLLM",
    [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
    "MODEL_WITHOUT_TOOLS",
  ],
  ["llama.cpp", [500, "tools param requires --jinja flag"], "MODEL_WITHOUT_TOOLS"],
  ["OpenRouter", [404, "No endpoints found that support tool use"], "MODEL_WITHOUT_TOOLS"],
  ["Ollama", [404, 'model "nope" not found, try pulling it first'], "MODEL_MISSING"],
  ["vLLM", [404, "The model `nope` does not exist."], "MODEL_MISSING"],
  [
    "LM Studio",
    [404, "No models loaded. Please load a model in the developer page."],
    "MODEL_MISSING",
  ],
  ["OpenRouter", [400, "nope/nope is not a valid model ID"], "MODEL_MISSING"],
  ["Go's default page", [404, "404 page not found"], "undefined"],
  [
    "Ollama",
    [503, "server busy, please try again. maximum pending requests exceeded"],
    "PROVIDER_BUSY",
  ],
  ["llama.cpp", [503, "Loading model"], "PROVIDER_BUSY"],
  ["OpenAI", [401, "Incorrect API key provided"], "PROVIDER_REFUSED"],
  [
    "OpenAI",
    [429, { message: "You exceeded your quota", code: "insufficient_quota" }],
    "PROVIDER_REFUSED",
  ],
  [
    "OpenAI",
    [429, "Request too large for gpt-4 on tokens per min (TPM): Limit 10000, Requested 12000"],
    "PROVIDER_BUSY",
  ],
  [
    "Ollama",
    [500, "model requires more system memory (8.0 GiB) than is available (4.0 GiB)"],
    "undefined",
  ],
];

test.each(SAID)("%s: %p", (_server, [status, said], code) => {
  const error = readErrorBody(JSON.stringify({ error: said }));
  expect(String(classify({ status, error, hadTools: true }))).toBe(code);
});

test.each([
  [
    "OpenAI",
    {
      message:
        "This model's maximum context length is 4097 tokens. However, your messages resulted in 5000 tokens.",
    },
    [5000, 4097],
  ],
  [
    "vLLM",
    {
      message:
        "This model's maximum context length is 2048 tokens. However, you requested 100 output tokens and your prompt contains at least 2000 input tokens",
    },
    [2000, 2048],
  ],
  [
    "llama.cpp",
    {
      message: "the request exceeds the available context size, try increasing it",
      type: "exceed_context_size_error",
      n_prompt_tokens: 9000,
      n_ctx: 4096,
    },
    [9000, 4096],
  ],
  [
    "llama.cpp",
    {
      message:
        "request (9000 tokens) exceeds the available context size (4096 tokens), try increasing it",
    },
    [9000, 4096],
  ],
  [
    "LM Studio",
    {
      message:
        "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens",
    },
    [111_490, 32_768],
  ],
  [
    "SGLang",
    { message: "The input (6000 tokens) is longer than the model's context length (4096 tokens)." },
    [6000, 4096],
  ],
  [
    "text-generation-inference",
    {
      message:
        "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 20 `max_new_tokens`",
    },
    [5000, 4096],
  ],
  ["Ollama", { message: "the input length exceeds the context length" }, [undefined, undefined]],
])("%s says that the window is too small: %p", (_server, said, [sent, window]) => {
  const error = readErrorBody(JSON.stringify({ error: said }));
  expect(classify({ status: 400, error, hadTools: true })).toBe("CONTEXT_OVERFLOW");
  expect(windowNumbers(error)).toEqual({ sent, window });
});

test.each([
  ['{"error":{"message":"a"}}', "a"],
  ['{"error":"a"}', "a"],
  ['{"object":"error","message":"a","code":400}', "a"],
  ['{"detail":"a"}', "a"],
  ['{"detail":[{"msg":"field required"}]}', '[{"msg":"field required"}]'],
  ['{"message":"a"}', "a"],
  ['[{"error":{"message":"a","code":429}}]', "a"],
  [
    '{"error":{"message":"Provider returned error","metadata":{"raw":"out of memory"}}}',
    "Provider returned error: out of memory",
  ],
  ["plain words", "plain words"],
  ["", "no reason given"],
  ["<html><body>Bad gateway", "a web page"],
])("reads the error body %p", (body, message) => {
  expect(readErrorBody(body).message).toBe(message);
});

test("an error under status 200 may name its real one as number or text", () => {
  const status = (json: unknown) => statusIn(readErrorBody(JSON.stringify(json)));
  expect(status({ error: { message: "a", code: 429 } })).toBe(429);
  expect(status({ error: { message: "a", code: "429" } })).toBe(429);
  expect(status({ error: { message: "a", code: "busy", status: 503 } })).toBe(503);
  expect(status({ error: { message: "a", code: null } })).toBe(0);
});
