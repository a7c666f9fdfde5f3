import type { Body, Dialect, RawCall } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { anything, shape, space } from "../shape.ts";

const MODEL = "<|message_model|>";
const INVOKE = "<|content_invoke_tool_json|>";
const TEXT = "<|content_text|>";
const THINKING = "<|content_thinking|>";
const CLOSE = "<|end_message|>";
const END = "<|content_model_end_sampling|>";
const HEAD = /^\s*([^\s<{]*)\s*(?:<\|content_invoke_tool_json\|>)?/;

const word = { run: /[^\s<>]{0,128}/y, min: 0 };
const end = valueEnd({ close: [CLOSE], before: [MODEL, END], opened: 0 });

/**
 * Messages of one kind each: `<|message_model|>NAME<|content_invoke_tool_json|>{"name", "args"}<|end_message|>`. The
 * prompt ends in the first `<|message_model|>`, and the name before the marker may be missing.
 */
export const inkling: Dialect = {
  id: "inkling",
  markers: [
    { kind: "unit", open: [MODEL], after: shape(word, [INVOKE]), end, read: readInkling },
    { kind: "unit", open: [INVOKE], after: shape(space, ["{"]), end, read: readInkling },
    { kind: "wrapper", open: [`${MODEL}${TEXT}`], message: true, after: anything },
    { kind: "wrapper", open: [TEXT], at: "message", after: anything },
    {
      kind: "think",
      open: [`${MODEL}${THINKING}`, THINKING],
      close: [CLOSE],
      before: [MODEL],
      inside: true,
    },
    { kind: "close", open: [CLOSE] },
    { kind: "end", open: [CLOSE, END] },
    {
      kind: "frame",
      open: [
        ...["<|content_invoke_tool|>", "<|content_invoke_tool_text|>", "<|content_xml|>"],
        ...["<|model_trigger_generation|>", TEXT, MODEL],
      ],
    },
  ],
};

/** The same after the prompt has written the first marker. */
export const inklingHeadless: Dialect = {
  id: "inkling",
  markers: [
    {
      kind: "unit",
      open: [],
      at: "message",
      unmarked: true,
      after: shape([INVOKE], space, ["{"]),
      end,
      read: (body) => readInkling({ ...body, text: body.opener + body.text }),
    },
  ],
};

function readInkling(body: Body): RawCall[] | null {
  const head = HEAD.exec(body.text);
  const named = head?.[1] ?? "";
  const calls = readJsonCalls()({ ...body, text: body.text.slice(head?.[0].length ?? 0) });
  // Two names for one call: which of them is meant is not known.
  return (
    calls?.map((call) =>
      named === "" || named === call.name ? call : { ...call, invalid: true },
    ) ?? null
  );
}
