/** Calls without any marker, which could as well be prose or data. */
import type { Dialect, UnitMarker } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { readPythonCalls } from "../readers/python-calls.ts";
import type { ToolIndex } from "../resolve.ts";
import { type Plausible, shape, space, type Verdict } from "../shape.ts";

const PYTHON_HEAD = /^\s{0,64}([\p{L}_][\p{L}\p{N}_.-]{0,127})?[ \t]{0,8}(\()?/u;

/** `[f(a=1), g()]`: Llama 3.2 and 4, ToolACE. May stand behind prose in the same line. */
export const pythonic: Dialect = {
  id: "pythonic",
  markers: [
    {
      kind: "unit",
      open: ["["],
      unmarked: true,
      after: declaredCall,
      end: pythonListEnd(),
      read: readPythonCalls,
    },
  ],
};

/** The opener is the list's own bracket, so the end must count it. */
function pythonListEnd(): UnitMarker["end"] {
  return valueEnd({ python: true, opened: 1 });
}

function declaredCall(text: string, at: number, tools: ToolIndex): Verdict {
  const rest = text.slice(at, at + 256);
  const match = PYTHON_HEAD.exec(rest);
  const [whole = "", called, paren] = match ?? [];
  if (paren !== undefined) return called !== undefined && tools.isDeclared(called) ? "yes" : "no";
  return whole.length === rest.length && rest.length < 256 ? "more" : "no";
}

const OPTIONAL_QUOTE = "[\"'“”‘’`]?";
const KEY = new RegExp(
  `^\\s{0,64}\\{?\\s{0,64}${OPTIONAL_QUOTE}([\\p{L}\\p{N}_.-]{1,128})${OPTIONAL_QUOTE}\\s{0,16}[:=]`,
  "u",
);
const PARTIAL_KEY = new RegExp(
  `^\\s{0,64}\\{?\\s{0,64}${OPTIONAL_QUOTE}[\\p{L}\\p{N}_.-]{0,128}${OPTIONAL_QUOTE}\\s{0,16}$`,
  "u",
);
const VALUE = /^\s{0,16}(?:([[{])|["'“`]([^"'”’`\\\n]{0,128})(["'”’`])?)?/;

/** So far behind the first bracket the name of a call begins and ends, at the latest. */
const NAME_WITHIN = 199;

/** A key and the longest name. */
const TAIL_LENGTH = 160;

/** Keys whose value names the tool. */
const NAME_KEYS = new Set(["name", "tool", "tool_name", "function_name", "recipient_name"]);
/** Keys that a call may begin with. */
const FIRST_KEYS = new Set([
  ...["function", "action", "type", "id", "tool_calls", "tool_uses", "function_calls"],
  ...["function_call", "tool_call", "arguments", "parameters", "args", "tool_call_id", "thought"],
]);

/** Whether the first key, and the name if it comes first, are those of a call. */
function callObject(text: string, at: number, tools: ToolIndex): Verdict {
  const rest = text.slice(at, at + NAME_WITHIN);
  const key = KEY.exec(rest);
  if (key === null) return PARTIAL_KEY.test(rest) && rest.length < NAME_WITHIN ? "more" : "no";
  const named = key[1] ?? "";
  if (tools.isDeclared(named)) return "yes";
  if (FIRST_KEYS.has(named)) return namedWithin(rest, tools);
  return NAME_KEYS.has(named) ? declaredName(rest, key[0].length, tools) : "no";
}

/** An answer in JSON is shown while it comes, unless a declared name makes it a call. */
function namedWithin(text: string, tools: ToolIndex): Verdict {
  if (tools.isNamedIn(text)) return "yes";
  return text.length < NAME_WITHIN ? "more" : "no";
}

function declaredName(rest: string, from: number, tools: ToolIndex): Verdict {
  const text = rest.slice(from);
  const [whole = "", bracket, called, close] = VALUE.exec(text) ?? [];
  if (bracket !== undefined) return namedWithin(rest, tools);
  if (called !== undefined && close !== undefined) return tools.isDeclared(called) ? "yes" : "no";
  return whole.length === text.length ? "more" : "no";
}

function callList(text: string, at: number, tools: ToolIndex): Verdict {
  const start = at + (/^\s{0,64}/.exec(text.slice(at, at + 64))?.[0].length ?? 0);
  if (start === text.length) return "more";
  return text.charAt(start) === "{" ? callObject(text, start + 1, tools) : "no";
}

const NAME_BEGUN =
  /["'](?:name|tool|tool_name|function|function_name|recipient_name|action)["']\s*:\s*["']([^"']*)$/;

/** A key that nothing but calls has. */
const CALLS_KEY = /^\W{0,16}(?:tool_calls?|tool_uses|function_calls?)["']/;

/** Whether an answer that ends so was cut off in a call: behind a key that says so, or within the name of a declared tool. */
export function endsInName(text: string, { tools }: ToolIndex): boolean {
  if (tools.length > 0 && CALLS_KEY.test(text)) return true;
  const begun = NAME_BEGUN.exec(text.slice(-TAIL_LENGTH))?.[1];
  return begun !== undefined && tools.some(({ name }) => name.startsWith(begun));
}

const IDENTIFIER = { run: /[a-z_][A-Za-z0-9_.-]{0,63}/y, min: 1 };

/** The beginning of `{"name": …, "arguments": {…}}`, whatever the name: in a fence it is a call, if only of a tool that is not there. */
export const callHead: Plausible = shape(
  ...[space, ["{"], space, ['"name"'], space, [":"], space, ['"'], IDENTIFIER, ['"']],
  ...[space, [","], space, ['"arguments"', '"parameters"'], space, [":"], space, ["{"]],
);

/** JSON in any of the known shapes: Llama 3, xLAM, and whatever a prompt asks for. */
export const bareJson: Dialect = {
  id: "json",
  markers: [
    {
      kind: "unit",
      open: ["{"],
      at: "line",
      unmarked: true,
      after: callObject,
      end: valueEnd({ opened: 1, many: true, before: ["<|python_tag|>"] }),
      read: (body) => readJsonCalls({ unmarked: true })({ ...body, text: `{${body.text}` }),
    },
    {
      kind: "unit",
      open: ["["],
      at: "line",
      unmarked: true,
      after: callList,
      end: valueEnd({ opened: 1 }),
      read: (body) => readJsonCalls({ unmarked: true })({ ...body, text: `[${body.text}` }),
    },
  ],
};
