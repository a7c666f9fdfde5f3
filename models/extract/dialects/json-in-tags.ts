/** Dialects that write JSON between, or behind, a pair of markers. */
import type { Dialect } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { type JsonReading, readJsonCalls } from "../readers/json-calls.ts";
import { readPythonCalls } from "../readers/python-calls.ts";
import { either, name, optional, shape, space } from "../shape.ts";

const FENCE = optional("```json", "```");
const JSON_START = either(
  shape(space, FENCE, space, ["{"]),
  shape(space, FENCE, space, ["["], space, ["{"]),
);
const CALL_START = shape(space, optional("["), space, name, space, ["("]);

interface Tags {
  readonly id: string;
  readonly open: readonly string[];
  readonly close: readonly string[];
  readonly reading?: JsonReading;
}

function jsonInTags({ id, open, close, reading }: Tags): Dialect {
  return {
    id,
    markers: [
      {
        kind: "unit",
        open,
        after: JSON_START,
        end: valueEnd({ close, before: open, many: true }),
        read: readJsonCalls(reading),
      },
      {
        kind: "unit",
        open,
        after: CALL_START,
        end: valueEnd({ close, before: open, python: true, untilClose: true }),
        read: readPythonCalls,
      },
      { kind: "close", open: close },
    ],
  };
}

/**
 * `<tool_call>{"name": …, "arguments": …}</tool_call>`: Hermes, Qwen 2.5 and 3, Granite 4, Ernie, Reka;
 * with a list and `<tool_calls>`: Jamba, Hunyuan, Apriel, MiniMax M1.
 *
 * @see https://github.com/NousResearch/Hermes-Function-Calling
 */
export const hermes: Dialect = jsonInTags({
  id: "hermes",
  open: ["<tool_call>", "<tool_calls>", "<function_call>", "<tools>", "<tool>"],
  close: ["</tool_call>", "</tool_calls>", "</function_call>", "</tools>", "</tool>"],
});

/** Python calls, one a line: OLMo 3. The same tag is the frame of calls in `invoke.ts`. */
export const olmo: Dialect = jsonInTags({
  id: "olmo3",
  open: ["<function_calls>"],
  close: ["</function_calls>"],
});

export const nemotron: Dialect = jsonInTags({
  id: "nemotron",
  open: ["<TOOLCALL>"],
  close: ["</TOOLCALL>"],
});

export const longcat: Dialect = jsonInTags({
  id: "longcat",
  open: ["<longcat_tool_call>"],
  close: ["</longcat_tool_call>"],
});

export const k2HorizonJson: Dialect = jsonInTags({
  id: "k2-horizon",
  open: ["<ifm|tool_call>"],
  close: ["</ifm|tool_call>"],
});

/** Spare words of the vocabulary, which no text but a call puts before a list; newer ones have Liquid's markers. */
export const openPangu: Dialect = {
  id: "openpangu",
  markers: [
    {
      kind: "unit",
      open: ["[unused11]"],
      after: shape(space, ["["], space, ["{"]),
      end: valueEnd({ close: ["[unused12]"], before: ["[unused11]"] }),
      read: readJsonCalls(),
    },
    { kind: "close", open: ["[unused12]"] },
    {
      kind: "think",
      open: ["[unused16]"],
      close: ["[unused17]"],
      inside: true,
      at: "message",
    },
  ],
};

/** Liquid's models write Python calls, or JSON when the prompt asks for it. */
export const lfm: Dialect = jsonInTags({
  id: "lfm2",
  open: ["<|tool_call_start|>"],
  close: ["<|tool_call_end|>"],
});

export const llama4: Dialect = jsonInTags({
  id: "llama4",
  open: ["<|python_start|>"],
  close: ["<|python_end|>"],
});

/** Command R7B and A. */
export const cohere: Dialect = jsonInTags({
  id: "cohere",
  open: ["<|START_ACTION|>"],
  close: ["<|END_ACTION|>"],
});

/** The name of the tool is the only key. */
export const apertus: Dialect = jsonInTags({
  id: "apertus",
  open: ["<|tools_prefix|>"],
  close: ["<|tools_suffix|>"],
  reading: { keyed: true },
});

/** What LM Studio teaches a model that has no format of its own; models mix up the end. */
export const lmStudio: Dialect = jsonInTags({
  id: "lmstudio",
  open: ["[TOOL_REQUEST]"],
  close: ["[END_TOOL_REQUEST]", "[END_TOOL_RESULT]"],
});

/** JSON behind one marker, up to the end of the value. */
function jsonBehind(id: string, open: readonly string[], after = JSON_START): Dialect {
  return {
    id,
    markers: [
      { kind: "unit", open, after, end: valueEnd({ before: open }), read: readJsonCalls() },
    ],
  };
}

/** Granite 3. */
export const granite: Dialect = jsonBehind("granite", ["<|tool_call|>"]);

export const gigaChat: Dialect = {
  id: "gigachat3",
  markers: [
    ...jsonBehind("gigachat3", ["<|function_call|>"]).markers,
    ...jsonBehind(
      "gigachat3",
      ["<|message_sep|>"],
      shape(space, ["function call"], space, ["<|role_sep|>"], space, ["{"]),
    ).markers,
    { kind: "frame", open: ["<|message_sep|>", "<|role_sep|>"] },
  ],
};

/** InternLM 2 and Intern S1. */
export const internLm: Dialect = {
  id: "internlm2",
  markers: [
    {
      kind: "unit",
      open: ["<|action_start|>"],
      after: shape(space, ["<|plugin|>"], space, ["{", "["]),
      end: valueEnd({ close: ["<|action_end|>"] }),
      read: readJsonCalls(),
    },
    { kind: "close", open: ["<|action_end|>"] },
  ],
};

/** Phi 4 mini and FireFunction; `functools` alone is a module of Python. */
export const functools: Dialect = {
  id: "phi4",
  markers: [
    {
      kind: "unit",
      open: ["functools["],
      at: "line",
      after: shape(space, ["{"]),
      end: valueEnd({ opened: 1 }),
      read: (body) => readJsonCalls()({ ...body, text: `[${body.text}` }),
    },
  ],
};

/** Llama 3: a marker before the JSON, or before a Python call of a built-in tool. */
export const pythonTag: Dialect = {
  id: "llama3",
  markers: [
    {
      kind: "unit",
      open: ["<|python_tag|>"],
      after: JSON_START,
      end: valueEnd({ many: true, before: ["<|python_tag|>"] }),
      read: readJsonCalls(),
    },
    {
      kind: "unit",
      open: ["<|python_tag|>"],
      after: CALL_START,
      end: valueEnd({ python: true }),
      read: (body) =>
        readPythonCalls(body)?.map((call) => ({
          ...call,
          name: call.name.replace(/\.call$/, ""),
        })) ?? null,
    },
  ],
};
