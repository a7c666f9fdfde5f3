/** Three clients of the same server, and what each of them hands to the program that uses it. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, streamText, type TextStreamPart, type ToolSet, tool } from "ai";
import { OpenAI } from "openai";
import { OrgError, reasonOf } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { openAiProvider } from "#models/openai/openai.ts";
import { MODEL } from "./chat-wire.ts";
import { NOTHING_SEEN, type Seen } from "./quirk-verdict.ts";

const PROMPT = "What is there?";

/** Asks a server once, for example "http://127.0.0.1:8080/v1". Does not throw: a failure is what was seen. */
export type Client = (baseUrl: string) => Promise<Seen>;

export async function askOurs(baseUrl: string): Promise<Seen> {
  const provider = openAiProvider({ baseUrl, timeouts: { firstByteMs: 5000, idleMs: 5000 } });
  const request = {
    model: MODEL,
    messages: [{ role: "user", content: PROMPT } as const],
    tools: [],
  };
  const seen = { ...NOTHING_SEEN, calls: [...NOTHING_SEEN.calls] };
  try {
    for await (const event of provider.stream(request, new AbortController().signal)) {
      if (event.type === "text" || event.type === "reasoning") seen[event.type] += event.text;
      else if (event.type === "call") seen.calls.push([event.call.name, event.call.arguments]);
      else if (event.type === "finish") seen.end = event.reason;
      else if (event.type === "usage") {
        seen.usage = [event.usage.promptTokens, event.usage.completionTokens];
      }
    }
  } catch (error) {
    seen.failure = error instanceof OrgError ? error.code : reasonOf(error);
  }
  return seen;
}

/** The helper that puts the answer together. It has no word for thinking. */
export async function askOpenAi(baseURL: string): Promise<Seen> {
  const client = new OpenAI({ baseURL, apiKey: "none", maxRetries: 0, logLevel: "off" });
  const messages = [{ role: "user", content: PROMPT } as const];
  const stream = client.chat.completions.stream({ model: MODEL, messages });
  let text = "";
  stream.on("content", (_, whole) => {
    text = whole;
  });
  try {
    const { choices, usage } = await stream.finalChatCompletion();
    const calls = (choices[0]?.message.tool_calls ?? []).map((call) =>
      call.type === "function"
        ? ([call.function.name, argumentsOf(call.function.arguments)] as const)
        : ([call.type, undefined] as const),
    );
    const counts = usage === undefined ? {} : { usage: countsOf(usage) };
    return { ...NOTHING_SEEN, ...counts, text, calls, end: choices[0]?.finish_reason ?? "nothing" };
  } catch (error) {
    return { ...NOTHING_SEEN, text, failure: reasonOf(error) };
  }
}

function countsOf(usage: OpenAI.CompletionUsage): readonly [number, number] {
  return [usage.prompt_tokens, usage.completion_tokens];
}

/** Its user has to parse them; an empty text may well be taken for no arguments. */
function argumentsOf(text: string): unknown {
  return text === "" ? {} : (parseJson(text) ?? text);
}

/** @param toolNames all that the model may call: the package calls any other name invalid. */
export function askAi(toolNames: readonly string[]): Client {
  const inputSchema = jsonSchema({ type: "object" });
  const tools: ToolSet = Object.fromEntries(toolNames.map((name) => [name, tool({ inputSchema })]));
  return async (baseURL) => {
    const provider = createOpenAICompatible({ name: "bench", baseURL, includeUsage: true });
    const { fullStream } = streamText({
      model: provider(MODEL),
      prompt: PROMPT,
      maxRetries: 0,
      tools,
      onError: () => undefined, // by default it prints what is in the stream anyway
    });
    let seen = NOTHING_SEEN;
    for await (const part of fullStream) seen = { ...seen, ...newsOf(part, seen) };
    return seen;
  };
}

function newsOf(part: TextStreamPart<ToolSet>, seen: Seen): Partial<Seen> {
  switch (part.type) {
    case "text-delta":
      return { text: seen.text + part.text };
    case "reasoning-delta":
      return { reasoning: seen.reasoning + part.text };
    case "tool-call":
      // An invalid one is not meant to be run.
      return part.invalid === true ? {} : { calls: [...seen.calls, [part.toolName, part.input]] };
    case "error":
      return { failure: seen.failure ?? reasonOf(part.error) };
    case "finish": {
      const { inputTokens, outputTokens } = part.totalUsage;
      const hasUsage = inputTokens !== undefined && outputTokens !== undefined;
      return {
        end: part.finishReason,
        ...(hasUsage ? { usage: [inputTokens, outputTokens] } : {}),
      };
    }
    default:
      return {};
  }
}
