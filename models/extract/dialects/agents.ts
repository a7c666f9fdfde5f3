/** Formats that prompts of agent frameworks teach to any model, in words rather than markers. */
import { type Body, type Dialect, isCutOff, type RawCall, Untyped } from "../dialect.ts";
import { markerEnd } from "../ends/marker-end.ts";
import { valueEnd } from "../ends/value-end.ts";
import { type CallHead, readArguments } from "../readers/headed-json.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { readPythonCalls } from "../readers/python-calls.ts";
import { blanks, name, optional, quote, shape, space } from "../shape.ts";

const FENCES = ["```json", "```"] as const;
const INPUT = ["Action Input:", "Action_Input:", "ActionInput:"] as const;
const INPUT_HEAD = /^\s*["'`]?(?<name>[^\s"'`]+)["'`]?\s*Action[ _]?Input:\s*(?:```(?:json)?\s*)?/;
const REACT_NEXT = ["\nObservation:", "\nThought:", "\nAction:", "\nFinal Answer:"] as const;

/**
 * `Action: NAME`, `Action Input: JSON or text`. What follows `Observation:` the model made up.
 *
 * @see https://arxiv.org/abs/2210.03629
 */
export const react: Dialect = {
  id: "react",
  markers: [
    {
      kind: "unit",
      open: ["Action:"],
      at: "line",
      after: shape(blanks, quote, name, quote, space, INPUT, space, optional(...FENCES), space, [
        "{",
      ]),
      end: valueEnd({}),
      read: readAction,
    },
    {
      kind: "unit",
      open: ["Action:"],
      at: "line",
      after: shape(blanks, quote, name, quote, space, INPUT),
      end: markerEnd({ close: [], before: REACT_NEXT }),
      read: readAction,
    },
    { kind: "impersonation", open: ["Observation:"], at: "line", behind: "react" },
  ],
};

function readAction(body: Body): RawCall[] | null {
  const head = INPUT_HEAD.exec(body.text);
  const called = head?.groups?.["name"];
  if (head === null || called === undefined) return null;
  return readInput(body, { name: called, end: head[0].length });
}

/** Arguments as JSON, or as text for the only parameter. */
function readInput(body: Body, head: CallHead): RawCall[] | null {
  if (body.text.charAt(head.end) === "{") return readArguments(body, head);
  const text = new Untyped(body.text.slice(head.end));
  return [{ name: head.name, arguments: text, truncated: isCutOff(body, undefined) }];
}

/** `Action:` and a fence with JSON: Command R+, LangChain's structured chat. */
export const commandR: Dialect = {
  id: "command-r",
  markers: [
    {
      kind: "unit",
      open: ["Action:"],
      at: "line",
      after: shape(space, optional(...FENCES), space, ["[", "{"]),
      end: valueEnd({}),
      read: readJsonCalls(),
    },
    { kind: "impersonation", open: ["Observation:"], at: "line", behind: "command-r" },
  ],
};

const QWEN_HEAD = /^\s*[:：]?\s*(?<name>[^\s✿]+)\s*✿ARGS✿\s*[:：]?\s*/;

/** `✿FUNCTION✿: NAME`, `✿ARGS✿: JSON`, `✿RESULT✿`. @see https://github.com/QwenLM/Qwen-Agent */
export const qwenAgent: Dialect = {
  id: "qwen-agent",
  markers: [
    {
      kind: "unit",
      open: ["✿FUNCTION✿"],
      after: shape(blanks, optional(":", "："), space, name, space, ["✿ARGS✿"]),
      end: valueEnd({ before: ["✿RESULT✿", "✿RETURN✿", "✿FUNCTION✿"] }),
      read: (body) => {
        const head = QWEN_HEAD.exec(body.text);
        const called = head?.groups?.["name"];
        if (head === null || called === undefined) return null;
        return readInput(body, { name: called, end: head[0].length });
      },
    },
    { kind: "impersonation", open: ["✿RESULT✿"], behind: "qwen-agent" },
    { kind: "frame", open: ["✿RETURN✿:", "✿RETURN✿"] },
  ],
};

/** `[Calling tool: NAME({..})]`. */
export const qwenBracket: Dialect = {
  id: "qwen-bracket",
  markers: [
    {
      kind: "unit",
      open: ["[Calling tool"],
      after: shape(optional("s"), optional(":"), blanks, name, blanks, ["("]),
      end: valueEnd({ opened: 1, python: true }),
      read: (body) => readPythonCalls({ ...body, text: body.text.replace(/^s?:?\s*/, "") }),
    },
  ],
};
