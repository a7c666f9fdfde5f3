import { isFields } from "#core/json.ts";
import {
  type Body,
  type Dialect,
  type HeaderMarker,
  type HeaderMeaning,
  isCutOff,
  type RawCall,
  type UnitMarker,
} from "../dialect.ts";
import { firstEnd } from "../ends/first-end.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import type { ToolIndex } from "../resolve.ts";
import { anything, blanks, name, type Plausible, shape, space } from "../shape.ts";
import { invokeTags, readInvokes } from "./invoke.ts";

const CHANNELS = ["analysis", "commentary", "final"] as const;
const ROLES = ["assistant", "functions.", "tool", "user", "system", "developer"] as const;
const HEADER_END = "<|message|>";

/** End markers of a message; they belong to it. */
const CLOSE = ["<|end|>", "<|call|>", "<|return|>", "<|eom|>", "<|eot|>"] as const;
/** Markers that begin the next message, and so end one that was not closed. */
const OPEN = ["<|start|>", "<|channel|>"] as const;

/** The tags in which Muse Glimmer writes calls; in a message to a reader other than a tool they are prose. */
const ATEM = invokeTags("atem:");
const ATEM_FRAME = "<atem:function_calls>";
const ATEM_CLOSE = ["</atem:function_calls>", ATEM.close] as const;

function header(open: string, after: Plausible, at?: "message"): HeaderMarker {
  const position = at === undefined ? {} : { at };
  return { kind: "header", open: [open], ...position, after, end: [HEADER_END], read: readHeader };
}

/**
 * Messages with a header that says who speaks to whom, in which channel: gpt-oss, and Muse Glimmer, whose
 * headers hold the recipient alone. Where the prompt ends in `<|start|>assistant`, the answer begins with ` to=`.
 *
 * @see https://cookbook.openai.com/articles/openai-harmony
 */
export const harmony: Dialect = {
  id: "harmony",
  markers: [
    header("<|channel|>", shape(space, CHANNELS)),
    header("<|start|>", shape(space, ROLES)),
    header("to=", shape(name, blanks, [HEADER_END, "<|channel|>", "<|constrain|>"]), "message"),
    { kind: "frame", open: [HEADER_END, "<|constrain|>"] },
    { kind: "end", open: ["<|end|>", "<|call|>", "<|return|>"] },
    { kind: "close", open: ATEM_CLOSE },
  ],
};

const RECIPIENTS = /\bto=([^\s<]+)/g;
// Some models address their commentary to themselves first.
const NOT_A_TOOL: ReadonlySet<string> = new Set(["assistant", "user", "all", "self"]);
const CHANNEL = /<\|channel\|>\s*(\w+)/g;
const RESULT = /^<\|start\|>\s*(?:functions\.|tool\b)/;

/** Reads a header, from its first marker up to the end of it. */
function readHeader(text: string): HeaderMeaning {
  if (RESULT.test(text)) return { kind: "result", close: CLOSE };
  const recipients = [...text.matchAll(RECIPIENTS)].map(([, recipient = ""]) => recipient);
  const recipient = recipients.findLast((one) => !NOT_A_TOOL.has(one));
  if (recipient !== undefined) return { kind: "call", marker: callTo(recipient) };
  // Of two headers in a row the second one counts.
  const channel = [...text.matchAll(CHANNEL)].at(-1)?.[1];
  const isReasoning =
    channel === "analysis" || (channel === undefined && recipients.at(-1) === "self");
  return isReasoning ? { kind: "reasoning", close: CLOSE, before: OPEN } : { kind: "text" };
}

/** A value may speak of the markers. */
const ATEM_END = tagEnd({
  value: [ATEM.value],
  valueClose: ATEM.grammar.close,
  close: CLOSE,
  before: OPEN,
  next: [ATEM.open, ATEM.close],
});

/** JSON has an end of its own; of anything else the message is the end. */
const MESSAGE_END = firstEnd(
  /^\s*\{/,
  valueEnd({ close: CLOSE, before: OPEN, untilClose: true }),
  firstEnd(/^\s*</, ATEM_END, markerEnd({ close: CLOSE, before: OPEN })),
);

function callTo(recipient: string): UnitMarker {
  return {
    kind: "unit",
    open: [],
    after: anything,
    end: MESSAGE_END,
    read: (body) => readMessage(recipient, body),
  };
}

function readMessage(recipient: string, body: Body): RawCall[] | null {
  const text = body.text.trimStart();
  if (text.startsWith(ATEM_FRAME) || text.startsWith(ATEM.open)) return readInvokes(body, ATEM);
  if (!text.startsWith("{")) return readText(recipient, body);
  const wrapped = nestedCall(body, recipient, body.tools);
  return wrapped === undefined ? readArguments(body, { name: recipient, end: 0 }) : [wrapped];
}

/** Built-in tools such as `python`, and those with one text for their argument, take it as it is. */
function readText(recipient: string, body: Body): RawCall[] | null {
  if (body.cut && !body.stopped && ATEM_FRAME.startsWith(body.text.trim())) return null;
  const { tool } = body.tools.resolve(recipient);
  const properties = tool?.parameters["properties"];
  const [only, ...others] = isFields(properties) ? Object.values(properties) : [];
  const takesText = isFields(only) && only["type"] === "string" && others.length === 0;
  const invalid = tool !== undefined && !takesText && body.text.trim() !== "";
  const truncated = isCutOff(body, undefined);
  return [{ name: recipient, arguments: body.text.trim(), invalid, truncated }];
}

/** `to=functions` without a name, and the name in the JSON. */
function nestedCall(body: Body, recipient: string, tools: ToolIndex): RawCall | undefined {
  if (recipient !== "functions" || tools.isDeclared(recipient)) return undefined;
  return readJsonCalls()(body)?.[0];
}
