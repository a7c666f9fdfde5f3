/** `<function=NAME>` with the arguments in tags, or as JSON. */
import type { Body, Dialect, RawCall } from "../dialect.ts";
import { tagEnd } from "../ends/tag-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { readNamedTag, type TagGrammar, tagName } from "../readers/tagged.ts";
import { blanks, name, quote, shape, space } from "../shape.ts";

const SECTIONS = ["<tool_call>", "<seed:tool_call>"] as const;
const SECTIONS_CLOSE = ["</tool_call>", "</seed:tool_call>"] as const;

const PARAMETERS: TagGrammar = {
  open: "<parameter=",
  tag: /<parameter=\s*([^<>\n]{1,128}?)\s*>/y,
  close: "</parameter>",
  next: ["</function>", ...SECTIONS_CLOSE],
};

/**
 * `<tool_call><function=NAME><parameter=KEY>VALUE</parameter></function></tool_call>`: Qwen 3 Coder,
 * Nemotron 3, Step 3.5, MiMo; Seed OSS with other outer tags. The outer tags are often left out.
 */
export const qwenCoder: Dialect = {
  id: "qwen3-coder",
  markers: [
    {
      kind: "unit",
      open: ["<function="],
      after: shape(blanks, quote, name, quote, blanks, [">"], space, [
        PARAMETERS.open,
        ...PARAMETERS.next,
      ]),
      end: tagEnd({
        value: [PARAMETERS.open],
        valueClose: PARAMETERS.close,
        close: ["</function>"],
        before: [...SECTIONS_CLOSE, ...SECTIONS, "<function="],
      }),
      read: (body) => readNamedTag(body, PARAMETERS),
    },
    {
      kind: "wrapper",
      open: SECTIONS,
      after: shape(space, ["<function=", "<function name=", "<invoke name=", ...SECTIONS]),
    },
    { kind: "close", open: ["</function>", PARAMETERS.close, ...SECTIONS_CLOSE] },
  ],
};

/** `<function=NAME>JSON</function>`: Functionary 3.1, and Llama 3.1 with custom tools. */
export const functionTag: Dialect = {
  id: "functionary",
  markers: [
    {
      kind: "unit",
      open: ["<function="],
      after: shape(blanks, quote, name, quote, blanks, [">"], space, ["{"]),
      end: valueEnd({ close: ["</function>"], before: ["<function="] }),
      read: readNameThenJson,
    },
  ],
};

function readNameThenJson(body: Body): RawCall[] | null {
  const called = tagName(body.text);
  return called === undefined ? null : readArguments(body, called);
}

/** `<function name="N"><param name="k">v</param></function>`: MiniCPM 5, whose tokenizer loses blanks. */
export const miniCpm: Dialect = {
  id: "minicpm5",
  markers: [
    {
      kind: "unit",
      open: ["<function name=", "<functionname=", "<function\u0120name="],
      after: shape(quote, name, quote, blanks, [">"], space, ["<param", "</function>"]),
      end: tagEnd({
        value: ["<param name=", "<paramname=", "<param\u0120name="],
        valueClose: "</param>",
        close: ["</function>"],
        before: [...SECTIONS_CLOSE, "<function name="],
      }),
      read: (body) =>
        readNamedTag(body, {
          open: "<param",
          tag: /<param[\s\u0120]{0,8}name=\s*([^<>\n]{1,128}?)\s*>/y,
          close: "</param>",
          next: ["</function>", ...SECTIONS_CLOSE],
        }),
    },
  ],
};
