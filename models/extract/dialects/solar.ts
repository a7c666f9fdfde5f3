/** Upstage's Solar: markers around each part of a call. */
import { type Body, type Dialect, type RawCall, Untyped } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { define } from "../readers/literal.ts";
import { anything, name, type Plausible, shape, space } from "../shape.ts";

const BEGIN = "<|tool_call:begin|>";
const END = "<|tool_call:end|>";
const NAME = "<|tool_call:name|>";
const HEAD =
  /^(?<id>[^<]{0,64})<\|tool_call:name\|>\s*(?<name>[^\s<]+)\s*(?:<\|tool_call:args\|>\s*)?/;

const id = { run: /[^<\n]{0,64}/y, min: 0 };

/** Solar Open: messages in channels, each call with an id. */
export const solarOpen: Dialect = {
  id: "solar-open",
  markers: [
    {
      kind: "unit",
      open: [BEGIN],
      after: shape(id, [NAME]),
      end: valueEnd({ close: [END], before: [BEGIN, "<|calls|>", "<|flush|>"], braces: true }),
      read: readSolar,
    },
    { kind: "wrapper", open: ["<|tool_calls|>"], after: shape(space, [BEGIN]) },
    { kind: "wrapper", open: ["<|begin|>assistant<|content|>"], message: true, after: anything },
    {
      kind: "wrapper",
      open: ["<|begin|>assistant"],
      after: shape(space, ["<|think|>", "<|tool_calls|>"]),
    },
    { kind: "think", open: ["<|think|>"], close: ["<|end|>"], before: ["<|begin|>"], inside: true },
    { kind: "close", open: [END] },
    { kind: "end", open: ["<|calls|>", "<|flush|>"] },
  ],
};

function readSolar(body: Body): RawCall[] | null {
  const head = HEAD.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  const ident = head.groups?.["id"]?.trim();
  return readArguments(body, { name: called, id: ident || undefined, end: head[0].length });
}

const START_2 = "<|tool_call:start|>";
const PARTS_2 = /<\|tool_arg:(start|value|end)\|>/;

const lineEnd: Plausible = shape(space, name, ["\n", "<|tool_arg:start|>", END, "\r\n", " "]);

/** Solar Open 2: pairs of keys and values; a value ends at any of the markers. */
export const solarOpen2: Dialect = {
  id: "solar-open-2",
  markers: [
    {
      kind: "unit",
      open: [START_2],
      after: lineEnd,
      end: markerEnd({ close: [END], before: [START_2] }),
      read: readSolar2,
    },
    { kind: "think", open: ["<|think:start|>"], close: ["<|think:end|>"] },
  ],
};

function readSolar2(body: Body): RawCall[] | null {
  const [head = "", ...parts] = body.text.split(PARTS_2);
  const called = head.trim().split(/\s/, 1)[0] ?? "";
  const isNamed = parts.length > 0 || !body.cut || body.stopped;
  if (called === "" || !isNamed) return null;
  const named: Record<string, unknown> = {};
  let key = "";
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const text = parts[i + 1] ?? "";
    if (parts[i] === "start") key = text.trim();
    else if (parts[i] === "value" && key !== "" && !Object.hasOwn(named, key)) {
      define(named, key, new Untyped(text));
    }
  }
  const isWhole = parts.length === 0 || parts.at(-2) === "end";
  return [{ name: called, arguments: named, truncated: body.cut && !(body.stopped && isWhole) }];
}
