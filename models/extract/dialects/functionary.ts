import type { Body, Dialect, RawCall } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readArguments } from "../readers/headed-json.ts";
import { anything, blanks, name, type Plausible, shape, space } from "../shape.ts";

const HEAD = /^\s*(?<name>[^\s<>{}]+)\s*(?:<\|content\|>)?/;

function readHeaded(body: Body): RawCall[] | null {
  const head = HEAD.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  return readArguments(body, { name: called, end: head[0].length });
}

/** An answer that is nothing but the word is an answer. */
const somethingFollows: Plausible = (text, at) => (at < text.length ? "yes" : "more");

/**
 * Messages to recipients, of which "all" is the human: `>>>NAME`, a line end, the body (version 3.2);
 * `<|recipient|>NAME`, a line end, `<|content|>`, the body (version 2).
 *
 * @see https://github.com/MeetKai/functionary
 */
export const functionary: Dialect = {
  id: "functionary",
  markers: [
    { kind: "wrapper", open: [">>>all\n"], message: true, after: anything },
    { kind: "wrapper", open: ["all\n"], at: "message", after: somethingFollows },
    {
      kind: "unit",
      open: [">>>"],
      after: shape(name, ["\n"], space, ["{"]),
      end: valueEnd({ before: [">>>"] }),
      read: readHeaded,
    },
    {
      kind: "wrapper",
      open: ["<|recipient|>all\n<|content|>", "<|recipient|> all\n<|content|>"],
      after: anything,
    },
    {
      kind: "unit",
      open: ["<|recipient|>"],
      after: shape(blanks, name, space, ["<|content|>"]),
      end: valueEnd({ close: ["<|stop|>"], before: ["<|from|>"] }),
      read: readHeaded,
    },
    { kind: "frame", open: ["<|content|>", "<|from|>assistant\n", "<|from|> assistant\n"] },
    { kind: "end", open: ["<|stop|>"] },
  ],
};

/** Version 3.2 again: the template has written the first `>>>`. */
export const functionaryHeadless: Dialect = {
  id: "functionary",
  markers: [
    {
      kind: "unit",
      open: [],
      at: "message",
      unmarked: true,
      after: shape(["\n"], space, ["{"]),
      end: valueEnd({ before: [">>>"] }),
      read: (body) => readHeaded({ ...body, text: body.opener + body.text }),
    },
  ],
};
