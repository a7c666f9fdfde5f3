import { chunk, DONE, deltas, FIRST, fragments, open, type Quirk } from "./quirk.ts";

/** How streams end and fail. */
export const ENDING_QUIRKS: readonly Quirk[] = [
  {
    name: "no finish reason and no [DONE], text only",
    who: "Ollama (#17118), cut connections",
    openAiNode: "throws",
    aiSdk: "error part",
    body: open({ content: "half an ans" }),
    ours: { text: "half an ans", end: "cut" },
  },
  {
    name: "no finish reason and no [DONE], a whole call",
    who: "cut connections",
    openAiNode: "throws",
    aiSdk: "call and error part",
    body: open(...fragments([FIRST, "f", '{"a":1}'])),
    ours: { calls: [["f", { a: 1 }]], end: "stop" },
  },
  {
    name: "no finish reason and no [DONE], half a call",
    who: "cut connections",
    openAiNode: "throws",
    aiSdk: "error part",
    body: open({ content: "I look." }, ...fragments([FIRST, "f", '{"a":'])),
    ours: { text: "I look.", notices: ["left out the call of f: it was cut off"], end: "cut" },
  },
  {
    name: "[DONE] without a finish reason",
    who: "proxies",
    body: open({ content: "hi" }) + DONE,
    ours: { text: "hi", end: "stop" },
  },
  {
    name: "no chunk names a role",
    who: "several",
    openAiNode: 'throws "missing role"',
    aiSdk: "ok",
    body: deltas({ content: "hi" }),
    ours: { text: "hi", end: "stop" },
  },
  {
    name: "last event without its blank line",
    who: "several",
    openAiNode: "ok",
    aiSdk: "loses the last text",
    body: `${open({ content: "one " })}data: {"choices":[{"delta":{"content":"two"},"finish_reason":"stop"}]}`,
    ours: { text: "one two", end: "stop" },
  },
  ...[
    chunk({ object: "error", message: "CUDA out of memory", type: "Internal", code: 500 }),
    'event: error\ndata: {"error":{"message":"CUDA out of memory"}}\n\n',
    chunk({ error: { message: "CUDA out of memory", code: 500 } }),
    chunk({ error: "CUDA out of memory" }),
  ].map((error) => ({
    name: `error in the middle: ${error.slice(0, 22).replace("\n", " ")}…`,
    who: "vLLM; proxies; llama.cpp and OpenRouter",
    openAiNode: "TypeError or APIError",
    aiSdk: "type-validation noise",
    body: open({ content: "half" }) + error + deltas({ content: "never" }),
    ours: { text: "half", end: "STREAM_ERROR" },
  })),
  {
    name: "an error object as the whole answer under status 200",
    who: "proxies",
    openAiNode: "no chunks",
    aiSdk: "no finish reason",
    body: '{"error":{"message":"something broke","code":null}}',
    ours: { end: "STREAM_ERROR" },
  },
  {
    name: "an error under status 200 that names its real status",
    who: "OpenRouter",
    body: chunk({ error: { message: "Rate limited", code: 429 } }),
    ours: { end: "PROVIDER_BUSY" },
  },
  {
    name: "a whole completion instead of a stream",
    who: "proxies, servers that ignore `stream`",
    openAiNode: "no chunks",
    aiSdk: "no finish reason",
    body: JSON.stringify({
      object: "chat.completion",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: "I look.",
            reasoning_content: "Hm.",
            tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    }),
    ours: { text: "I look.", reasoning: "Hm.", calls: [["f", {}]], usage: [5, 2], end: "stop" },
  },
  {
    name: "a whole completion behind a byte order mark, without a finish reason",
    who: "proxies",
    body: `\uFEFF\r\n ${JSON.stringify({ choices: [{ message: { content: "hi" } }] }, null, 2)}\n`,
    ours: { text: "hi", end: "stop" },
  },
];
