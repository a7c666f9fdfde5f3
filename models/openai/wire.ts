/**
 * One chunk of a chat-completions stream, as servers really write it. Every quirk of a server is
 * absorbed here; the rest of the adapter knows only {@link Chunk}.
 *
 * Written by hand instead of with a schema: this runs for every token.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
import type { Usage } from "#core/events.ts";
import { type Fields, fieldsOf, isFields, parseJson, textOf } from "#core/json.ts";
import { readWireError, type WireError } from "../http/error-body.ts";

export interface Chunk {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly CallFragment[];
  readonly finish: string | undefined;
  readonly usage: Usage | undefined;
  readonly error: WireError | undefined;
}

/** A piece of a declared call. What a server omitted, or sent empty, is `undefined`. */
export interface CallFragment {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string | undefined;
  /** A piece of JSON text, or all of the arguments as an object. */
  readonly arguments: string | Fields | undefined;
}

/** Reads the payload of one event. @returns `undefined` when it is malformed. */
export function readChunk(payload: string): Chunk | undefined {
  const json = parseJson(payload);
  if (!isFields(json)) return undefined;
  const choices = json["choices"];
  const choice = fieldsOf(Array.isArray(choices) ? choices[0] : undefined);
  // A whole completion has a `message` where a chunk has a `delta`.
  const delta = fieldsOf(choice["delta"] ?? choice["message"]);
  const content = delta["content"];
  const parts = Array.isArray(content) ? readParts(content) : undefined;
  return {
    text: parts?.text ?? (textOf(content) || textOf(delta["refusal"])),
    reasoning: readReasoning(delta) || (parts?.reasoning ?? ""),
    calls: readCalls(delta),
    finish: textOf(choice["finish_reason"]) || undefined,
    // Most servers count in the chunk, Moonshot's in the choice.
    usage: readUsage(json["usage"] ?? choice["usage"]),
    error: readWireError(json),
  };
}

/** The key differs between servers; those that send two of them say the same in both. */
function readReasoning(delta: Fields): string {
  return (
    textOf(delta["reasoning_content"]) || textOf(delta["reasoning"]) || textOf(delta["thinking"])
  );
}

/** Content as a list of parts, as Mistral's reasoning models and some proxies send it. */
function readParts(parts: readonly unknown[]): { text: string; reasoning: string } {
  let text = "";
  let reasoning = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    if (!isFields(part)) continue;
    const thinking = part["thinking"];
    if (Array.isArray(thinking)) reasoning += readParts(thinking).text;
    else reasoning += textOf(thinking);
    text += textOf(part["text"]);
  }
  return { text, reasoning };
}

function readCalls(delta: Fields): readonly CallFragment[] {
  const calls = delta["tool_calls"];
  if (Array.isArray(calls)) return calls.filter(isFields).map(readFragment);
  const legacy = delta["function_call"];
  // The predecessor of `tool_calls`, which has room for one call.
  return isFields(legacy) ? [readFragment({ index: 0, function: legacy })] : NO_CALLS;
}

function readFragment(fields: Fields): CallFragment {
  const { id, index } = fields;
  const { name, arguments: args } = fieldsOf(fields["function"]);
  return {
    // DashScope and relayed GLM send "" for an id they have sent before, LM Studio for a name.
    id: textOf(id) || undefined,
    index: typeof index === "number" ? index : undefined,
    name: textOf(name) || undefined,
    arguments: isFields(args) ? args : textOf(args) || undefined,
  };
}

function readUsage(usage: unknown): Usage | undefined {
  if (!isFields(usage)) return undefined;
  const { prompt_tokens: prompt, completion_tokens: completion } = usage;
  if (typeof prompt !== "number" && typeof completion !== "number") return undefined;
  const cached = fieldsOf(usage["prompt_tokens_details"])["cached_tokens"];
  return {
    promptTokens: count(prompt),
    completionTokens: count(completion),
    ...(typeof cached === "number" ? { cachedTokens: count(cached) } : {}),
  };
}

function count(value: unknown): number {
  return typeof value === "number" && value > 0 ? Math.floor(value) : 0;
}

const NO_CALLS: readonly CallFragment[] = [];
