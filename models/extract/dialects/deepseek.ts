import type { Body, Dialect, RawCall } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { name, shape, space } from "../shape.ts";

/** The template writes full-width bars and block characters; some conversions print ASCII ones. */
function spellings(name: string): readonly string[] {
  return ["｜", "|"].flatMap((bar) =>
    ["▁", "_"].map((blank) => `<${bar}${name.replaceAll(" ", blank)}${bar}>`),
  );
}

const CALLS_BEGIN = spellings("tool calls begin");
const CALLS_END = spellings("tool calls end");
const CALL_BEGIN = spellings("tool call begin");
const CALL_END = spellings("tool call end");
const SEPARATORS = spellings("tool sep");
const SEPARATOR = new RegExp(SEPARATORS.map((separator) => RegExp.escape(separator)).join("|"));
const STEP_OPEN = "<steptml:invoke name=";
const STEP_FRAMES = CALL_BEGIN.map((begin, spelling) => `${begin}function${SEPARATORS[spelling]}`);

/**
 * Version 3: `function<｜tool▁sep｜>NAME`, a line end, the JSON in a fence. Version 3.1:
 * `NAME<｜tool▁sep｜>JSON`. Step 3 has the same frame around tags of its own.
 */
export const deepseek: Dialect = {
  id: "deepseek",
  markers: [
    { kind: "wrapper", open: STEP_FRAMES, after: shape(space, [STEP_OPEN]) },
    {
      kind: "unit",
      open: CALL_BEGIN,
      after: shape(space, name, space, SEPARATORS),
      end: valueEnd({ close: CALL_END, before: [...CALL_BEGIN, ...CALLS_END] }),
      read: readSeparated,
    },
    {
      kind: "wrapper",
      open: CALLS_BEGIN,
      after: shape(space, CALL_BEGIN),
    },
    { kind: "close", open: [...CALL_END, ...CALLS_END] },
  ],
};

/** The only kind of tool there is. */
const KIND = "function";
const LINE = /\s*([^\s{`]*)/y;

function readSeparated(body: Body): RawCall[] | null {
  const separator = SEPARATOR.exec(body.text);
  const first = body.text.slice(0, separator?.index).trim();
  const from = (separator?.index ?? 0) + (separator?.[0].length ?? 0);
  LINE.lastIndex = from;
  const line = LINE.exec(body.text);
  // Version 3 says before the separator what kind of tool it is, version 3.1 its name.
  const called = line?.[1] || first;
  if (called === KIND) return null;
  return readArguments(body, { name: called, end: from + (line?.[0].length ?? 0) });
}
