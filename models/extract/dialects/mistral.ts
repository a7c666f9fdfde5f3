import type { Body, Dialect, RawCall } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { either, name, optional, shape, space } from "../shape.ts";

// The closing bracket of the marker gets lost with some quantised models.
const OPEN = ["[TOOL_CALLS]", "[TOOL_CALLS"] as const;
const CLOSE = ["[/TOOL_CALLS]"] as const;
const HEAD =
  /^\s*(?<name>[^\s[\]{}]+)\s*(?:\[CALL_ID\]\s*(?<id>\w+)\s*)?(?:\[ARGS\]|\[TOOL_CALLS\])?\s*(?=\{|$)/;

/**
 * `[TOOL_CALLS] [JSON]` up to tokenizer 3, `[TOOL_CALLS]NAME[ARGS]JSON` from 11 on, with an id between
 * where there is one. An id sent back must have nine letters or digits.
 */
export const mistral: Dialect = {
  id: "mistral",
  markers: [
    {
      kind: "unit",
      open: OPEN,
      after: either(shape(space, ["{"]), shape(space, ["["], space, ["{"])),
      end: valueEnd({ close: CLOSE, before: OPEN, many: true }),
      read: readJsonCalls(),
    },
    {
      kind: "unit",
      open: OPEN,
      after: shape(space, name, space, optional("[ARGS]"), space, ["{", "[CALL_ID]"]),
      end: valueEnd({ close: CLOSE, before: OPEN, braces: true }),
      read: readNamedJson,
    },
    { kind: "close", open: CLOSE },
  ],
};

/** The same call after a server swallowed the first marker, or with the name before it. */
export const mistralHeadless: Dialect = {
  id: "mistral",
  markers: [
    {
      kind: "unit",
      open: [],
      at: "message",
      unmarked: true,
      after: shape(["[ARGS]", "[TOOL_CALLS]"], space, ["{"]),
      end: valueEnd({ braces: true }),
      read: (body) => readNamedJson({ ...body, text: body.opener + body.text }),
    },
  ],
};

function readNamedJson(body: Body): RawCall[] | null {
  const head = HEAD.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  return readArguments(body, { name: called, id: head.groups?.["id"], end: head[0].length });
}
