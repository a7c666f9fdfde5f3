import { type Fields, isFields } from "#core/json.ts";
import { type Body, isCutOff, type RawCall } from "../dialect.ts";
import { type LenientJson, parseLenientJson } from "./lenient-json.ts";

/** How sure it is that the JSON is meant as a call at all. */
export interface JsonReading {
  /** Not marked as a call: only shapes count that an answer in JSON would hardly have. */
  readonly unmarked?: boolean;
  /** The name of the tool may be the only key, also of a tool that does not exist. */
  readonly keyed?: boolean;
}

const NAME_KEYS = [
  "name",
  "tool_name",
  "tool",
  "function",
  "function_name",
  "recipient_name",
  "action",
] as const;
const ARGUMENT_KEYS = ["arguments", "parameters", "args", "action_input", "tool_input"] as const;
/** Also words of everyday use: they hold arguments only where they hold an object. */
const OBJECT_KEYS = ["input", "params", "kwargs", "tool_args", "tool_parameters"] as const;
const LIST_KEYS = ["tool_calls", "tool_uses", "function_calls"] as const;
const NESTED_KEYS = ["function_call", "tool_call", "function", "action"] as const;
/** Keys beside the name that are not arguments, unless the tool declares them. */
const OTHER_KEYS = new Set(["id", "type", "tool_call_id", "index", "call_id", "thought"]);

/** Reads calls from JSON in any of the shapes that servers and models use. */
export function readJsonCalls(reading: JsonReading = {}): (body: Body) => RawCall[] | null {
  return (body) => {
    const calls: RawCall[] = [];
    let json = parseLenientJson(body.text);
    while (json !== undefined) {
      const found = readCalls(json, body, reading);
      if (found === null && addArguments(calls, json, body)) {
        json = parseLenientJson(body.text, json.end);
        continue;
      }
      if (found === null && reading.unmarked === true) return null;
      if (found === null) break;
      calls.push(...found);
      json = parseLenientJson(body.text, json.end);
    }
    return calls.length === 0 ? null : calls;
  };
}

/** `{"name": …}`, and the arguments behind it as an object of their own. @returns whether they are. */
function addArguments(calls: RawCall[], json: LenientJson, body: Body): boolean {
  const last = calls.at(-1);
  const { value } = json;
  if (last?.bare !== true || !isFields(value)) return false;
  if (!areParameters(Object.keys(value), last.name, body)) return false;
  const { repaired, garbled: invalid } = json;
  const truncated = isCutOff(body, json);
  calls.splice(-1, 1, { ...last, arguments: value, bare: false, repaired, invalid, truncated });
  return true;
}

function readCalls(json: LenientJson, body: Body, reading: JsonReading): RawCall[] | null {
  const inner = { ...body, cut: body.cut && json.open };
  const calls = json.placeholder ? null : callsIn(json.value, inner, reading);
  const { repaired, garbled: invalid } = json;
  return (
    calls?.map((call) => {
      // Without any arguments so far they may be what the cut took.
      const truncated = isCutOff(body, call.bare === true ? undefined : json);
      return { ...call, repaired, invalid, truncated };
    }) ?? null
  );
}

/** The calls in a value, or `null` when it is anything else. */
function callsIn(value: unknown, body: Body, reading: JsonReading): RawCall[] | null {
  if (Array.isArray(value)) return all(value, body, reading);
  if (!isFields(value)) return null;
  for (const key of LIST_KEYS) {
    if (Array.isArray(value[key])) return all(value[key], body, reading);
  }
  for (const key of NESTED_KEYS) {
    const nested = value[key];
    if (isFields(nested)) return withId(callsIn(nested, body, reading), value);
  }
  return namedCall(value, body, reading) ?? keyedCalls(value, body, reading);
}

function all(values: readonly unknown[], body: Body, reading: JsonReading): RawCall[] | null {
  const found = values.map((value) => callsIn(value, body, reading));
  // Of the last one too little may have come for it to be a call.
  const calls = body.cut && found.length > 1 && found.at(-1) === null ? found.slice(0, -1) : found;
  // One element that is not a call makes the list an answer that happens to mention a tool.
  if (calls.length === 0 || calls.includes(null)) return null;
  return calls.flatMap((found) => found ?? []);
}

function namedCall(value: Fields, body: Body, reading: JsonReading): RawCall[] | null {
  const nameKey = NAME_KEYS.find((key) => typeof value[key] === "string");
  const name = nameKey === undefined ? undefined : value[nameKey];
  if (nameKey === undefined || typeof name !== "string") return null;
  const argumentKey =
    ARGUMENT_KEYS.find((key) => key in value) ?? OBJECT_KEYS.find((key) => isFields(value[key]));
  if (argumentKey !== undefined) {
    const args = value[argumentKey];
    if (isSchema(args, name, body)) return null;
    return withId([{ name, arguments: args }], value);
  }
  const properties = propertiesOf(name, body);
  const rest = Object.keys(value).filter(
    (key) => key !== nameKey && (Object.hasOwn(properties, key) || !OTHER_KEYS.has(key)),
  );
  if (reading.unmarked === true && !areParameters(rest, name, body)) return null;
  const bare = rest.length === 0;
  return withId([{ name, arguments: pick(value, rest), bare }], value);
}

/** `{"name": {arguments}}`. */
function keyedCalls(value: Fields, body: Body, reading: JsonReading): RawCall[] | null {
  const entries = Object.entries(value);
  const fits = entries.every(
    ([name, args]) =>
      (isFields(args) || args === null) &&
      (body.tools.isDeclared(name) || (reading.keyed === true && entries.length === 1)),
  );
  if (entries.length === 0 || !fits) return null;
  return entries.map(([name, args]) => ({ name, arguments: args }));
}

/** The description of a tool, not a call of it: `{"name", "parameters": {"type": "object", …}}`. */
function isSchema(args: unknown, name: string, body: Body): boolean {
  if (!isFields(args) || args["type"] !== "object" || !isFields(args["properties"])) return false;
  return !("properties" in propertiesOf(name, body));
}

function areParameters(keys: readonly string[], name: string, body: Body): boolean {
  const properties = propertiesOf(name, body);
  // A bare name is a call only where the tool takes nothing: `{"name": "Ada"}` is an answer.
  if (keys.length === 0) return Object.keys(properties).length === 0;
  return keys.every((key) => Object.hasOwn(properties, key));
}

function propertiesOf(name: string, body: Body): Fields {
  const properties = body.tools.resolve(name).tool?.parameters["properties"];
  return isFields(properties) ? properties : {};
}

function withId(calls: RawCall[] | null, value: Fields): RawCall[] | null {
  const id = [value["id"], value["tool_call_id"], value["call_id"]].find(
    (candidate) => typeof candidate === "string" && candidate !== "",
  );
  if (calls === null || typeof id !== "string") return calls;
  return calls.map((call) => ({ id, ...call }));
}

function pick(value: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}
