import type { Body, Dialect, RawCall } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { shape, space } from "../shape.ts";

function tag(word: string): string {
  return `<|plamo:${word}:plamo|>`;
}

const REQUEST = tag("begin_tool_request");
const REQUEST_END = tag("end_tool_request");
const REQUESTS_END = tag("end_tool_requests");
const ARGUMENTS_END = tag("end_tool_arguments");
const HEAD =
  /^\s*<\|plamo:begin_tool_name:plamo\|>\s*(?<name>[^\s<]+)\s*<\|plamo:end_tool_name:plamo\|>\s*(?:<\|plamo:begin_tool_arguments:plamo\|>\s*(?:<\|plamo:constrain\|>\s*json\s*)?(?:<\|plamo:msg\|>\s*)?)?/;

/** PLaMo 3: each part of a call stands between two markers of several tokens each. */
export const plamo: Dialect = {
  id: "plamo",
  markers: [
    {
      kind: "unit",
      open: [REQUEST],
      after: shape(space, [tag("begin_tool_name")]),
      end: valueEnd({
        close: [ARGUMENTS_END],
        before: [REQUEST_END, REQUESTS_END, REQUEST],
        braces: true,
      }),
      read: readPlamo,
    },
    { kind: "wrapper", open: [tag("begin_tool_requests")], after: shape(space, [REQUEST]) },
    { kind: "close", open: [ARGUMENTS_END, REQUEST_END, REQUESTS_END] },
    { kind: "think", open: [tag("begin_think")], close: [tag("end_think")] },
    { kind: "end", open: ["<|plamo:tag|>"] },
  ],
};

function readPlamo(body: Body): RawCall[] | null {
  const head = HEAD.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  return readArguments(body, { name: called, end: head[0].length });
}
