/** Calls without any marker, which could as well be prose or data. */
import type { Dialect, UnitMarker } from "../dialect.ts";
import { valueEnd } from "../ends/value-end.ts";
import { readJsonCalls } from "../readers/json-calls.ts";
import { readPythonCalls } from "../readers/python-calls.ts";
import type { ToolIndex } from "../resolve.ts";
import type { Verdict } from "../shape.ts";

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

/** Keys whose value names the tool. */
const NAME_KEYS = new Set(["name", "tool", "tool_name", "function_name", "recipient_name"]);
/** Keys that a call may begin with. */
const FIRST_KEYS = new Set([
  ...["function", "action", "type", "id", "tool_calls", "tool_uses", "function_calls"],
  ...["function_call", "tool_call", "arguments", "parameters", "args", "tool_call_id", "thought"],
]);

/** Whether the first key, and the name if it comes first, are those of a call. */
function callObject(text: string, at: number, tools: ToolIndex): Verdict {
  const rest = text.slice(at, at + 512);
  const key = KEY.exec(rest);
  if (key === null) return PARTIAL_KEY.test(rest) && rest.length < 512 ? "more" : "no";
  const named = key[1] ?? "";
  if (tools.isDeclared(named) || FIRST_KEYS.has(named)) return "yes";
  return NAME_KEYS.has(named) ? declaredName(rest.slice(key[0].length), tools) : "no";
}

function declaredName(text: string, tools: ToolIndex): Verdict {
  const [whole = "", bracket, called, close] = VALUE.exec(text) ?? [];
  if (bracket !== undefined) return "yes";
  if (called !== undefined && close !== undefined) return tools.isDeclared(called) ? "yes" : "no";
  return whole.length === text.length ? "more" : "no";
}

function callList(text: string, at: number, tools: ToolIndex): Verdict {
  const start = at + (/^\s{0,64}/.exec(text.slice(at, at + 64))?.[0].length ?? 0);
  if (start === text.length) return "more";
  return text.charAt(start) === "{" ? callObject(text, start + 1, tools) : "no";
}

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
