import { type Body, type Dialect, type RawCall, Untyped } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { exactJsonOrUndefined } from "../readers/exact-json.ts";
import { readArguments } from "../readers/headed-json.ts";
import { readTagged, type TagGrammar } from "../readers/tagged.ts";
import { name, shape, space } from "../shape.ts";

const CALL = "<|tool_call_begin|>";
const CALL_END = "<|tool_call_end|>";
const ARGUMENT = "<|tool_call_argument_begin|>";
const SECTION_END = "<|tool_calls_section_end|>";
const HEAD = /^\s*(?<id>(?<name>[^\s:<]+)(?::\d+)?)\s*<\|tool_call_argument_begin\|>/;

/** Kimi K2. `functions.NAME:INDEX` is name and id at once, and the id must be sent back as it is. */
export const kimi2: Dialect = {
  id: "kimi-k2",
  markers: [
    {
      kind: "unit",
      open: [CALL],
      after: shape(space, name, space, [ARGUMENT]),
      end: valueEnd({ close: [CALL_END], before: [CALL, SECTION_END] }),
      read: (body) => {
        const head = HEAD.exec(body.text);
        const called = head?.groups?.["name"];
        if (head === null || called === undefined) return null;
        return readArguments(body, {
          name: called,
          id: head.groups?.["id"],
          end: head[0].length,
        });
      },
    },
    { kind: "wrapper", open: ["<|tool_calls_section_begin|>"], after: shape(space, [CALL]) },
    { kind: "close", open: [CALL_END, SECTION_END] },
  ],
};

const CALL_3 = "<|open|>call";
const CLOSE_3 = "<|close|>call<|sep|>";
const ATTRIBUTE = /\b(?<key>\w+)="(?<value>[^"]*)"/g;

const ARGUMENTS_3: TagGrammar = {
  open: "<|open|>argument",
  tag: /<\|open\|>argument\s+key="([^"\n]{1,256})"(?:\s+type="(\w+)")?\s*<\|sep\|>/y,
  close: "<|close|>argument<|sep|>",
  next: [CLOSE_3],
  typed: (text, type) => (type === "string" ? text : parseOrText(text)),
};

/** Kimi K3: channels opened and closed by name, attributes in the opening marker. */
export const kimi3: Dialect = {
  id: "kimi-k3",
  markers: [
    {
      kind: "unit",
      open: [CALL_3],
      after: shape([" ", "\n"], space, ['tool="', 'index="']),
      end: markerEnd({ close: [CLOSE_3], before: [CALL_3, "<|close|>tools<|sep|>"] }),
      read: readKimi3,
    },
    { kind: "wrapper", open: ["<|open|>tools<|sep|>"], after: shape(space, [CALL_3]) },
    {
      kind: "think",
      open: ["<|open|>think<|sep|>"],
      close: ["<|close|>think<|sep|>"],
    },
    { kind: "frame", open: ["<|open|>response<|sep|>"] },
    {
      kind: "end",
      open: [
        "<|close|>response<|sep|>",
        "<|close|>message<|sep|>",
        "<|close|>tools<|sep|>",
        CLOSE_3,
      ],
    },
  ],
};

function readKimi3(body: Body): RawCall[] | null {
  const headEnd = body.text.indexOf("<|sep|>");
  const head = headEnd < 0 ? body.text : body.text.slice(0, headEnd);
  const attributes = new Map(
    [...head.matchAll(ATTRIBUTE)].map(({ groups }) => [groups?.["key"], groups?.["value"] ?? ""]),
  );
  const called = attributes.get("tool");
  if (called === undefined) return null;
  const from = headEnd < 0 ? body.text.length : headEnd;
  return [{ name: unescapeAttribute(called), ...readTagged(body, from, ARGUMENTS_3) }];
}

function unescapeAttribute(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}

function parseOrText(text: string): unknown {
  return exactJsonOrUndefined(text) ?? new Untyped(text);
}
