/** Our requests as OpenAI-compatible servers read them. */
import type { ToolCall, ToolSchema } from "#core/calls.ts";
import type { NamedImage } from "#core/image-type.ts";
import { gbnfOf } from "../gbnf.ts";
import { imagesOf } from "../images.ts";
import type { ChatMessage, ChatRequest } from "../provider.ts";
import type { Dispensable } from "./parameters.ts";

/**
 * The body of `POST /v1/chat/completions`.
 *
 * @param refused what the server does not take.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function requestBody(
  request: ChatRequest,
  refused: ReadonlySet<Dispensable> = new Set(),
): string {
  const { model, messages, tools, temperature, seed, maxTokens } = request;
  return JSON.stringify({
    model,
    messages: messages.map(writeMessage),
    // Always a stream: servers send no header before a whole answer is done, and clients give up.
    stream: true,
    stream_options: refused.has("stream_options") ? undefined : { include_usage: true },
    // Some servers refuse an empty list.
    tools: tools.length === 0 ? undefined : tools.map(writeTool),
    temperature: refused.has("temperature") ? undefined : temperature,
    seed: refused.has("seed") ? undefined : seed,
    ...(refused.has("response_format") ? {} : writeShape(request)),
    [refused.has("max_tokens") ? "max_completion_tokens" : "max_tokens"]: maxTokens,
  });
}

/** Not strict: then every property would have to be required, and none may be free. */
function writeShape({ shape }: ChatRequest): object {
  if (shape === undefined) return {};
  const { name, schema, isRaw } = shape;
  // Of a reply to a `response_format` llama.cpp's server reads the JSON itself, and refuses escapes that JSON does not have.
  if (isRaw === true) return { grammar: gbnfOf(schema) };
  return { response_format: { type: "json_schema", json_schema: { name, schema } } };
}

function writeMessage(message: ChatMessage): object {
  const { role, content } = message;
  if (role === "tool") {
    return { role, tool_call_id: message.callId, name: message.name, content };
  }
  const images = imagesOf(message);
  if (images.length > 0)
    return { role, content: [{ type: "text", text: content }, ...images.map(writeImage)] };
  if (role !== "assistant" || message.calls === undefined || message.calls.length === 0) {
    return { role, content };
  }
  // Empty text and not null: chat templates print a null as "None".
  return { role, content, tool_calls: message.calls.map(writeCall) };
}

/** @see https://platform.openai.com/docs/guides/images-vision */
function writeImage({ mediaType, data }: NamedImage): object {
  return { type: "image_url", image_url: { url: `data:${mediaType};base64,${data}` } };
}

function writeCall({ id, name, arguments: args }: ToolCall): object {
  // Text that could not be read as JSON goes back as a JSON string: servers parse what they get.
  return { id, type: "function", function: { name, arguments: JSON.stringify(args ?? {}) } };
}

function writeTool({ name, description, parameters }: ToolSchema): object {
  return { type: "function", function: { name, description, parameters } };
}
