/** Ways to read a streamed completion; each is loaded only in the process that uses it. */
import type { ToolSchema } from "#core/calls.ts";
import type { ExtractEvent } from "#models/extract/extractor.ts";
import { MODEL } from "./chat-wire.ts";

/** Reads the answer of a server, for example "http://127.0.0.1:8080/v1", and returns its text. */
export type Reader = (baseUrl: string) => Promise<string>;

const PROMPT = "Tell me about the lighthouse.";
const TIMEOUTS = { firstByteMs: 60_000, idleMs: 60_000 };

export const readers: Readonly<Record<string, () => Promise<Reader>>> = {
  raw: rawReader,
  "provider + extractor": extractReader,
  chatOnce: chatOnceReader,
  "openai create()": openAiReader,
  "openai .stream()": openAiStreamReader,
  "ai streamText": aiReader,
};

/** The least that has to be done: what every other reader does too. */
async function rawReader(): Promise<Reader> {
  const { createParser } = await import("eventsource-parser");
  return async (baseUrl) => {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: MODEL,
        stream: true,
        messages: [{ role: "user", content: PROMPT }],
      }),
    });
    let text = "";
    const parser = createParser({
      onEvent: ({ data }) => {
        if (data !== "[DONE]") text += JSON.parse(data).choices[0]?.delta.content ?? "";
      },
    });
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      parser.feed(decoder.decode(bytes, { stream: true }));
    }
    return text;
  };
}

/** Without the loop around it: declared calls are put together, embedded ones found. */
async function extractReader(): Promise<Reader> {
  const { openAiProvider } = await import("#models/openai/openai.ts");
  const { createExtractor } = await import("#models/extract/create.ts");
  const tools = await defaultTools();
  return async (baseUrl) => {
    const provider = openAiProvider({ baseUrl, timeouts: TIMEOUTS });
    const request = { model: MODEL, messages: [{ role: "user", content: PROMPT } as const], tools };
    const extractor = createExtractor({ tools });
    let text = "";
    for await (const event of provider.stream(request, new AbortController().signal)) {
      if (event.type === "text") text += textOf(extractor.push(event.text));
    }
    return text + textOf(extractor.end());
  };
}

function textOf(events: readonly ExtractEvent[]): string {
  let text = "";
  for (const event of events) if (event.type === "text") text += event.text;
  return text;
}

async function chatOnceReader(): Promise<Reader> {
  const { chatOnce } = await import("#models/chat-once.ts");
  const { openAiProvider } = await import("#models/openai/openai.ts");
  const tools = await defaultTools();
  return async (baseUrl) => {
    const provider = openAiProvider({ baseUrl, timeouts: TIMEOUTS });
    const request = { model: MODEL, messages: [{ role: "user", content: PROMPT } as const], tools };
    const speaker = { self: "agent", others: ["user", "python", "toolsmith"] };
    const { signal } = new AbortController();
    let text = "";
    for await (const event of chatOnce({ provider, request, signal, speaker })) {
      if (event.type === "text") text += event.text;
    }
    return text;
  };
}

/** Those of a persona. */
async function defaultTools(): Promise<readonly ToolSchema[]> {
  const { shTool } = await import("#tools/sh.ts");
  const { pythonRunTool } = await import("#tools/python-run.ts");
  const { Toolbox } = await import("#tools/toolbox.ts");
  return new Toolbox([shTool(), pythonRunTool()]).schemas;
}

async function openAiReader(): Promise<Reader> {
  const { OpenAI } = await import("openai");
  return async (baseURL) => {
    const client = new OpenAI({ baseURL, apiKey: "none" });
    const stream = await client.chat.completions.create({
      model: MODEL,
      stream: true,
      messages: [{ role: "user", content: PROMPT }],
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    return text;
  };
}

/** The helper that puts the answer together as well, as ours does. */
async function openAiStreamReader(): Promise<Reader> {
  const { OpenAI } = await import("openai");
  return async (baseURL) => {
    const client = new OpenAI({ baseURL, apiKey: "none" });
    const stream = client.chat.completions.stream({
      model: MODEL,
      messages: [{ role: "user", content: PROMPT }],
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    await stream.finalChatCompletion();
    return text;
  };
}

async function aiReader(): Promise<Reader> {
  const { streamText } = await import("ai");
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  return async (baseURL) => {
    const provider = createOpenAICompatible({ name: "bench", baseURL });
    const { textStream } = streamText({ model: provider(MODEL), prompt: PROMPT });
    let text = "";
    for await (const piece of textStream) text += piece;
    return text;
  };
}
