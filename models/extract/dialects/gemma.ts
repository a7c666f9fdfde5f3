import { type Body, type Dialect, isCutOff, type RawCall } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { LiteralReader } from "../readers/literal.ts";
import { readCalls, readPythonCalls } from "../readers/python-calls.ts";
import { name, optional, shape, space } from "../shape.ts";

/** No name, and what may stand around it, is longer. */
const HEAD_LENGTH = 256;
const CALL = /^[\s:]*(?:call:)?\s*(?<name>[^\s{(]+)\s*(?=[{(])/;
const NEXT_CALL = /^[\s,;]*call:\s*(?<name>[^\s{(]+)\s*(?=[{(])/;
/** The beginning of another call, at the end of the answer. */
const BEGUN_CALL = /^[\s,;]*c(?:a|al|all|all:\s*[^\s{(]*)?$/;

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

/** Reads one call behind the other; what follows them is prose. */
function readNotation(body: Body, delimiter: string): RawCall[] | null {
  const calls: RawCall[] = [];
  for (let at = 0; ; at = calls.at(-1)?.end ?? body.text.length) {
    const found = readCallAt(body, at, delimiter);
    if (found === undefined) return calls.length === 0 ? null : withEnd(calls, body);
    if (found === null) return null;
    calls.push(...found);
  }
}

/** @returns `undefined` when no call stands there, `null` when it is documentation. */
function readCallAt(body: Body, at: number, delimiter: string): RawCall[] | null | undefined {
  const head = (at === 0 ? CALL : NEXT_CALL).exec(body.text.slice(at, at + HEAD_LENGTH));
  const name = head?.groups?.["name"];
  if (head === null || name === undefined) return undefined;
  const from = at + head[0].length;
  if (body.text.charAt(from) === "(") {
    const text = name + body.text.slice(from);
    return readCalls({ ...body, text }, { delimiter, python: true });
  }
  const reader = new LiteralReader(body.text, from, { delimiter });
  const value = reader.value();
  if (reader.placeholder) return null;
  const truncated = isCutOff(body, reader);
  return [{ name, arguments: value, invalid: reader.garbled, truncated, end: reader.at }];
}

/** Words behind the last call are prose; brackets, and the beginning of another call, are none. */
function withEnd(calls: readonly RawCall[], body: Body): RawCall[] {
  const rest = body.text.slice(calls.at(-1)?.end ?? body.text.length);
  const isProse = /[\p{L}\p{N}]/u.test(rest) && !(body.cut && BEGUN_CALL.test(rest));
  return isProse ? [...calls] : calls.map((call) => ({ ...call, end: undefined }));
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
    { kind: "close", open: ["print(tool_code)"], at: "line" },
  ],
};
