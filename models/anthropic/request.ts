/** Our requests as the Messages interface reads them. */
import type { ToolCall, ToolSchema } from "#core/calls.ts";
import type { NamedImage } from "#core/image-type.ts";
import { isFields } from "#core/json.ts";
import { imagesOf } from "../images.ts";
import type { ChatMessage, ChatRequest } from "../provider.ts";

/** Longest answer in tokens where no length is set: the interface insists on a number, and every model takes this one. */
const DEFAULT_MAX_TOKENS = 4096;

type Block = Readonly<Record<string, unknown>>;

interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly Block[];
}

/**
 * The body of `POST /v1/messages`.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
export function messagesBody(request: ChatRequest): string {
  const { model, messages, tools, temperature, maxTokens = DEFAULT_MAX_TOKENS } = request;
  const system = messages.filter(({ role }) => role === "system").map(({ content }) => content);
  return JSON.stringify({
    model,
    max_tokens: maxTokens,
    system: system.length === 0 ? undefined : system.join("\n\n"),
    messages: alternating(messages.flatMap(writeMessage)),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    // From 0 to 1 here, from 0 to 2 with everybody else.
    temperature: temperature === undefined ? undefined : Math.min(1, temperature),
    stream: true,
  });
}

function writeMessage(message: ChatMessage): readonly WireMessage[] {
  switch (message.role) {
    case "system":
      return [];
    case "user":
      return [
        {
          role: "user",
          content: [...textBlocks(message.content), ...imagesOf(message).map(writeImage)],
        },
      ];
    case "tool": {
      const id = wireId(message.callId);
      const result = { type: "tool_result", tool_use_id: id, content: message.content };
      return [{ role: "user", content: [result] }];
    }
    default: {
      const calls = (message.calls ?? []).map(writeCall);
      return [{ role: "assistant", content: [...textBlocks(message.content), ...calls] }];
    }
  }
}

/** An empty text is refused. */
function textBlocks(text: string): readonly Block[] {
  return text.trim() === "" ? [] : [{ type: "text", text }];
}

function writeImage({ mediaType, data }: NamedImage): Block {
  return { type: "image", source: { type: "base64", media_type: mediaType, data } };
}

function writeCall({ id, name, arguments: args }: ToolCall): Block {
  const input = isFields(args) ? args : { arguments: args };
  return { type: "tool_use", id: wireId(id), name, input };
}

/** Ids of other servers may hold what this one refuses, such as "functions.f:3". */
function wireId(id: string): string {
  return id.replaceAll(/[^\w-]/g, "_");
}

function writeTool({ name, description, parameters }: ToolSchema): object {
  return { name, description, input_schema: parameters };
}

/**
 * The user speaks first, and then both in turn: all results of one answer stand in one message, together with
 * what was said next.
 */
function alternating(messages: readonly WireMessage[]): readonly WireMessage[] {
  const turns: WireMessage[] = [];
  for (const message of messages) {
    if (message.content.length === 0) continue;
    const last = turns.at(-1);
    if (last === undefined && message.role === "assistant") turns.push(BEFORE);
    if (last?.role === message.role) {
      turns[turns.length - 1] = { ...last, content: [...last.content, ...message.content] };
    } else turns.push(message);
  }
  return turns;
}

/** Stands for what did not fit into the window any more. */
const BEFORE: WireMessage = {
  role: "user",
  content: [{ type: "text", text: "(what was said before is left out)" }],
};
