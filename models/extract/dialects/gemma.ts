import type { Body, Dialect, RawCall } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { LiteralReader } from "../readers/literal.ts";
import { readCalls, readPythonCalls } from "../readers/python-calls.ts";
import { name, optional, shape, space } from "../shape.ts";

const CALL = /^[\s:]*(?:call:)?\s*(?<name>[^\s{(]+)\s*(?=[{(])/;

interface Notation {
  readonly id: string;
  readonly open: readonly string[];
  readonly close: readonly string[];
  /** Ends a call, too, and stays in the text. */
  readonly before: readonly string[];
  /** Delimits strings. */
  readonly delimiter: string;
}

function callNotation({ id, open, close, before, delimiter }: Notation): Dialect {
  return {
    id,
    markers: [
      {
        kind: "unit",
        open,
        after: shape(space, optional(":"), optional("call:"), space, name, space, ["{", "("]),
        end: markerEnd({ close, before: [...before, ...open], quote: delimiter }),
        read: (body) => readNotation(body, delimiter),
      },
      { kind: "close", open: close },
    ],
  };
}

/** `<start_function_call>call:N{k:<escape>v<escape>}<end_function_call>`. */
export const functionGemma: Dialect = callNotation({
  id: "functiongemma",
  open: ["<start_function_call>"],
  close: ["<end_function_call>"],
  before: ["<start_function_response>", "<end_of_turn>"],
  delimiter: "<escape>",
});

/** `<|tool_call>call:N{k:<|"|>v<|"|>}<tool_call|>`. */
export const gemma4: Dialect = callNotation({
  id: "gemma4",
  open: ["<|tool_call>"],
  close: ["<tool_call|>"],
  before: ["<turn|>", "<|tool_response>", "<eos>"],
  delimiter: '<|"|>',
});

/** Gemma 4 without the markers, as it writes after a thought. */
export const gemma4Bare: Dialect = {
  id: "gemma4",
  markers: [
    {
      kind: "unit",
      open: ["call:"],
      at: "line",
      unmarked: true,
      after: shape(name, space, ["{"]),
      end: valueEnd({ behindString: "|" }),
      read: (body) => readNotation(body, '<|"|>'),
    },
  ],
};

function readNotation(body: Body, delimiter: string): RawCall[] | null {
  const head = CALL.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  const from = head[0].length;
  if (body.text.charAt(from) === "(") {
    return readCalls(
      { ...body, text: called + body.text.slice(from) },
      { delimiter, python: true },
    );
  }
  const reader = new LiteralReader(body.text, from, { delimiter });
  const given = reader.value();
  if (reader.placeholder) return null;
  const truncated = body.cut && (reader.cutInside || reader.missing > 0);
  return [{ name: called, arguments: given, truncated }];
}

/** `tool_code = f(..)`, as small Gemma models write instead of a fence. */
export const gemmaToolCode: Dialect = {
  id: "gemma-tool-code",
  markers: [
    {
      kind: "unit",
      open: ["tool_code"],
      at: "line",
      after: shape(space, optional("="), space, name, ["("]),
      end: valueEnd({ python: true }),
      read: (body) => readPythonCalls({ ...body, text: body.text.replace(/^\s*=/, "") }),
    },
  ],
};
