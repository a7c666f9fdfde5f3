/** When two requests are the same to a recording. */
import { createHash } from "node:crypto";
import { canonicalJson } from "#core/canonical-json.ts";
import { isFields, parseJson } from "#core/json.ts";

export type Redact = (text: string) => string;

/** What decides about an answer, without what differs from run to run. */
export interface RequestContent {
  readonly model?: unknown;
  readonly messages?: readonly unknown[];
  readonly tools?: unknown;
  /** All other fields of the body, such as the temperature. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What of a request has to be as it was recorded. */
export type Counts = (content: RequestContent) => RequestContent;

/**
 * Reads the body of a chat request. Ids of calls become numbers in order of appearance, because servers
 * and we make them up anew in every run; how the answer is transported does not matter.
 */
export function readContent(body: string, redact: Redact): RequestContent {
  const json = parseJson(body);
  if (!isFields(json)) return {};
  const { model, messages, tools, stream: _, stream_options: __, ...rest } = json;
  // A wish that not every server is sent; what came of it was read all the same.
  const { response_format: ___, ...options } = rest;
  const list = Array.isArray(messages) ? numberCalls(messages) : [];
  const content = mapStrings({ model, messages: list, tools, options }, redact);
  return isFields(content) ? content : {};
}

/** SHA-256 of the canonical content, in hexadecimal. */
export function keyOf(content: RequestContent): string {
  return createHash("sha256").update(canonicalJson(content)).digest("hex");
}

/** Recordings made behind one base path are played back behind another. */
export function routeOf(path: string): string {
  return /\/(chat\/completions|models|messages)$/.exec(path)?.[0] ?? path;
}

function numberCalls(messages: readonly unknown[]): readonly unknown[] {
  const numbers = new Map<unknown, string>();
  const numberOf = (id: unknown): string => {
    const assigned = numbers.get(id) ?? `call-${numbers.size + 1}`;
    numbers.set(id, assigned);
    return assigned;
  };
  const inBlock = (block: unknown) => {
    if (!isFields(block)) return block;
    // Anthropic's content is a list, with calls and results among the texts.
    const field = { tool_use: "id", tool_result: "tool_use_id" }[String(block["type"])];
    return field === undefined ? block : { ...block, [field]: numberOf(block[field]) };
  };
  return messages.map((message) => {
    if (!isFields(message)) return message;
    const { content } = message;
    if (Array.isArray(content)) return { ...message, content: content.map(inBlock) };
    const calls = message["tool_calls"];
    if (Array.isArray(calls)) {
      const numbered = calls.map((call) =>
        isFields(call) ? { ...call, id: numberOf(call["id"]) } : call,
      );
      return { ...message, tool_calls: numbered };
    }
    const id = message["tool_call_id"];
    return id === undefined ? message : { ...message, tool_call_id: numberOf(id) };
  });
}

/** Changes every text within JSON. */
export function mapStrings(value: unknown, change: Redact): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapStrings(inner, change)]),
  );
}
