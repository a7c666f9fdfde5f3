import type { Body, Dialect, RawCall, UnitMarker } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { parseLenientJson } from "../readers/lenient-json.ts";
import type { ToolIndex } from "../resolve.ts";
import { anything, shape, space } from "../shape.ts";

const CHANNELS = ["analysis", "commentary", "final"] as const;
const ROLES = ["assistant", "functions.", "tool", "user", "system", "developer"] as const;

/** End markers of a message; they belong to it. */
export const HARMONY_CLOSE = ["<|end|>", "<|call|>", "<|return|>"] as const;
/** Markers that begin the next message, and so end one that was not closed. */
export const HARMONY_OPEN = ["<|start|>", "<|channel|>"] as const;

/** A header must come to its end within this length. */
export const HEADER_LENGTH = 256;
export const HEADER_END = "<|message|>";

/**
 * Messages with a header that says who speaks to whom, in which channel.
 *
 * @see https://cookbook.openai.com/articles/openai-harmony
 */
export const harmony: Dialect = {
  id: "harmony",
  markers: [
    { kind: "header", open: ["<|channel|>"], after: shape(space, CHANNELS) },
    { kind: "header", open: ["<|start|>"], after: shape(space, ROLES) },
    { kind: "frame", open: [HEADER_END, "<|constrain|>"] },
    { kind: "end", open: HARMONY_CLOSE },
  ],
};

export type HarmonyMessage =
  | { readonly kind: "text" | "reasoning" | "result" }
  | { readonly kind: "call"; readonly recipient: string };

const RECIPIENTS = /\bto=([^\s<]+)/g;
// Some models address their commentary to themselves first.
const NOBODY: ReadonlySet<string> = new Set(["assistant", "user", "all"]);
const CHANNEL = /<\|channel\|>\s*(\w+)/;
const RESULT = /^<\|start\|>\s*(?:functions\.|tool\b)/;

/** Reads a header, from its first marker up to the end of it. */
export function readHeader(header: string): HarmonyMessage {
  if (RESULT.test(header)) return { kind: "result" };
  const recipients = [...header.matchAll(RECIPIENTS)].map(([, recipient = ""]) => recipient);
  const recipient = recipients.findLast((one) => !NOBODY.has(one));
  if (recipient !== undefined) return { kind: "call", recipient };
  const isReasoning = CHANNEL.exec(header)?.[1] === "analysis";
  return { kind: isReasoning ? "reasoning" : "text" };
}

/** The call whose header has been read. */
export function harmonyCall(recipient: string): UnitMarker {
  return {
    kind: "unit",
    open: [],
    after: anything,
    end: valueEnd({ close: HARMONY_CLOSE, before: HARMONY_OPEN, untilClose: true }),
    read: (body) => readMessage(recipient, body),
  };
}

/** Built-in tools such as `python` take code as it is. */
function readMessage(recipient: string, body: Body): RawCall[] {
  const text = body.text.trim();
  const json = text.startsWith("{") ? parseLenientJson(text) : undefined;
  if (json === undefined) return [{ name: recipient, arguments: text, truncated: body.cut }];
  const wrapped = nestedCall(body, recipient, body.tools);
  if (wrapped !== undefined) return [wrapped];
  const truncated = body.cut && json.truncated;
  return [{ name: recipient, arguments: json.value, repaired: json.repaired, truncated }];
}

/** `to=functions` without a name, and the name in the JSON. */
function nestedCall(body: Body, recipient: string, tools: ToolIndex): RawCall | undefined {
  if (recipient !== "functions" || tools.isDeclared(recipient)) return undefined;
  return readJsonCalls()(body)?.[0];
}
