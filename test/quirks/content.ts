import { chunk, DONE, deltas, open, type Quirk } from "./quirk.ts";

/** How text, thinking and counts arrive, and what comes between them. */
export const CONTENT_QUIRKS: readonly Quirk[] = [
  {
    name: "one malformed event",
    who: "several",
    openAiNode: "throws, the stream is lost",
    aiSdk: "error, goes on",
    body: `${open({ content: "one " })}data: {"choices":[{"del\n\n${deltas({ content: "two" })}`,
    ours: { text: "one two", notices: ["skipped malformed events: 1"], end: "stop" },
  },
  {
    name: "content is a list of parts",
    who: "Mistral, proxies",
    openAiNode: '"[object Object]"',
    aiSdk: "ok",
    body: deltas(
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }] },
      {
        content: [
          { type: "text", text: "one " },
          { type: "text", text: "two" },
        ],
      },
    ),
    ours: { text: "one two", reasoning: "Hm.", end: "stop" },
  },
  {
    name: "data behind [DONE]",
    who: "several",
    openAiNode: "ignored",
    aiSdk: "shown",
    body: deltas({ content: "all" }) + deltas({ content: "never" }),
    ours: { text: "all", end: "stop" },
  },
  ...["reasoning_content", "reasoning", "thinking"].map((key) => ({
    name: `thinking under the key ${key}`,
    who: "llama.cpp, DeepSeek, SGLang; Ollama, LM Studio, OpenRouter, vLLM; others",
    aiSdk: key === "thinking" ? "not read" : "ok",
    body: deltas({ [key]: "Hm. " }, { [key]: "Well.", content: "" }, { content: "Yes." }),
    ours: { reasoning: "Hm. Well.", text: "Yes.", end: "stop" },
  })),
  {
    name: "usage null in every chunk, then a chunk without choices",
    who: "Ollama",
    body:
      chunk({
        choices: [{ delta: { role: "assistant", content: "hi" } }],
        usage: null,
        error: null,
      }) +
      chunk({ choices: [{ delta: { content: "" }, finish_reason: "stop" }], usage: null }) +
      chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens: 1 } }) +
      DONE,
    ours: { text: "hi", usage: [9, 1], end: "stop" },
  },
  {
    name: "usage inside the choice",
    who: "Moonshot",
    body:
      open({ content: "hi" }) +
      chunk({
        choices: [
          {
            delta: {},
            finish_reason: "stop",
            usage: { prompt_tokens: 9, completion_tokens: 1 },
          },
        ],
      }) +
      DONE,
    ours: { text: "hi", usage: [9, 1], end: "stop" },
  },
  {
    name: "content null first, pings, progress and timings",
    who: "llama.cpp",
    body: `:\n\n${open({ role: "assistant", content: null })}:\n\n${chunk({ prompt_progress: { total: 9, processed: 4 }, choices: [] })}${deltas({ content: "hi" })}`,
    ours: { text: "hi", end: "stop" },
  },
  {
    name: "comments between the events",
    who: "OpenRouter",
    body: `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${deltas({ content: "hi" })}`,
    ours: { text: "hi", end: "stop" },
  },
  {
    name: "finish reason error",
    who: "OpenRouter",
    body:
      open({ content: "half" }) +
      chunk({ choices: [{ delta: {}, finish_reason: "error" }] }) +
      DONE,
    ours: { text: "half", end: "STREAM_ERROR" },
  },
  {
    name: "empty finish reason in every chunk",
    who: "proxies",
    body: chunk({ choices: [{ delta: { content: "half" }, finish_reason: "" }] }),
    ours: { text: "half", end: "cut" },
  },
  {
    name: "byte order mark, CRLF, no space behind the colon",
    who: "proxies",
    body: `\uFEFF${deltas({ content: "žluťoučký 🐎" }).replaceAll("data: ", "data:").replaceAll("\n", "\r\n")}`,
    ours: { text: "žluťoučký 🐎", end: "stop" },
  },
  {
    name: "nothing at all",
    who: "Ollama (#17118)",
    body: "",
    ours: { end: "cut" },
  },
];
