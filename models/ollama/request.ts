/** Our requests as Ollama's own interface reads them. */
import type { ToolCall, ToolSchema } from "#core/calls.ts";
import { isFields } from "#core/json.ts";
import { imagesOf } from "../images.ts";
import type { ChatMessage, ChatRequest } from "../provider.ts";

export interface ChatSettings {
  /** Window to allocate, in tokens. The same in every request: another one loads the model anew. */
  readonly windowTokens: number;
  /** How long the model stays in memory after a request, such as "30m"; absent: the server decides. */
  readonly keepAlive?: string | undefined;
  /** The model can think, and keeps its thoughts apart on request. */
  readonly thinks: boolean;
}

/**
 * The body of `POST /api/chat`.
 *
 * @see https://docs.ollama.com/api/chat
 */
export function chatBody(request: ChatRequest, settings: ChatSettings): string {
  const { model, messages, tools, temperature, seed, maxTokens, shape } = request;
  return JSON.stringify({
    model,
    messages: messages.map(writeMessage),
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    stream: true,
    format: shape?.schema,
    think: settings.thinks ? true : undefined,
    keep_alive: settings.keepAlive,
    // A prompt that does not fit is to be an error; by default its head is dropped without a word.
    truncate: false,
    options: { num_ctx: settings.windowTokens, temperature, seed, num_predict: maxTokens },
  });
}

function writeMessage(message: ChatMessage): object {
  const { role, content } = message;
  if (role === "tool") {
    return { role, content, tool_name: message.name, tool_call_id: message.callId };
  }
  const images = imagesOf(message);
  if (images.length > 0) return { role, content, images: images.map(({ data }) => data) };
  if (role !== "assistant" || message.calls === undefined || message.calls.length === 0) {
    return { role, content };
  }
  return { role, content, tool_calls: message.calls.map(writeCall) };
}

function writeCall({ id, name, arguments: args }: ToolCall): object {
  // Here arguments are an object and nothing else: the server refuses the whole request otherwise.
  return { id, function: { name, arguments: isFields(args) ? args : { arguments: args } } };
}

function writeTool({ name, description, parameters }: ToolSchema): object {
  return { type: "function", function: { name, description, parameters } };
}
