/** Reads the arguments that models write as what the schema asks for, where only one reading is possible. */
import { type Fields, fieldsOf, isFields, parseJson } from "#core/json.ts";

/** Names under which models send the texts that tools take, the likeliest first. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  cmd: ["command", "commands", "script", "program", "shell", "bash", "code", "input"],
  code: ["program", "script", "source", "source_code", "python", "python_code", "cmd", "input"],
  path: ["file_path", "filepath", "file", "filename", "file_name", "target_file", "name"],
  search: ["old_string", "old_str", "old_text", "old", "find", "original", "before", "search_text"],
  replace: ["new_string", "new_str", "new_text", "new", "replacement", "updated", "after", "with"],
  content: ["contents", "file_text", "text", "code", "body", "data", "file_content", "new_content"],
};
/** Names of an object around the arguments. */
const WRAPPERS = new Set(["arguments", "args", "parameters", "params", "input", "properties"]);
/** What may stand beside the value in `{"type": "string", "value": "ls"}`. */
const BESIDE_VALUE = new Set(["type", "description", "title"]);
/** How deep wrappers around values and arguments are opened. */
const MOST_WRAPPERS = 3;

/**
 * Arguments that may fit a schema which `args` does not fit: without `null` for what is optional, text
 * for numbers and the reverse, without wrappers, and with the name of the only required text.
 *
 * The caller checks the result: a value that no rule here knows stays as it is.
 *
 * @param parameters JSON Schema of the arguments object.
 */
export function fitArguments(args: unknown, parameters: Fields): unknown {
  return fitAny(args, parameters, MOST_WRAPPERS);
}

function fitAny(args: unknown, parameters: Fields, depth: number): unknown {
  const inner = depth > 0 ? wrapped(args, parameters) : undefined;
  if (inner !== undefined) return fitAny(inner, parameters, depth - 1);
  if (isFields(args)) return fitFields(args, parameters);
  const name = onlyText(parameters);
  return name === undefined || typeof args !== "string" ? args : { [name]: args };
}

function fitFields(args: Fields, parameters: Fields): Fields {
  const properties = fieldsOf(parameters["properties"]);
  const required = requiredOf(parameters);
  const fitted = new Map<string, unknown>();
  for (const [name, value] of Object.entries(renamed(args, parameters))) {
    const property = Object.hasOwn(properties, name) ? fieldsOf(properties[name]) : undefined;
    if (value === null && property !== undefined && !required.includes(name)) continue;
    fitted.set(name, property === undefined ? value : fitValue(value, property));
  }
  // Not by assignment: `__proto__` is a name like any other.
  return Object.fromEntries(fitted);
}

/** What stands in JSON text, in a list of one, or in `{"arguments": {…}}` without an argument beside it. */
function wrapped(args: unknown, parameters: Fields): unknown {
  if (typeof args === "string") {
    const parsed = parseJson(args);
    return isFields(parsed) ? parsed : undefined;
  }
  if (Array.isArray(args)) return args.length === 1 ? args[0] : undefined;
  const [only, ...others] = Object.entries(fieldsOf(args));
  if (only === undefined || others.length > 0) return undefined;
  const [name, value] = only;
  const isKnown = Object.hasOwn(fieldsOf(parameters["properties"]), name);
  if (isKnown || !WRAPPERS.has(name)) return undefined;
  const inner = typeof value === "string" ? parseJson(value) : value;
  return isFields(inner) && !isValueWrapper(inner) ? inner : undefined;
}

/** Gives the required texts their names, where they came under other ones. */
function renamed(args: Fields, parameters: Fields): Fields {
  const requiredName = onlyText(parameters);
  if (requiredName === undefined) return renamedAll(args, parameters);
  if ((args[requiredName] ?? null) !== null) return args;
  const properties = fieldsOf(parameters["properties"]);
  const strange = Object.keys(args).filter(
    (name) => !Object.hasOwn(properties, name) && isTextLike(args[name]),
  );
  const likely = OTHER_NAMES[requiredName]?.find((name) => strange.includes(name));
  const found = likely ?? (strange.length === 1 ? strange[0] : undefined);
  if (found === undefined) return args;
  const { [found]: value, [requiredName]: _, ...rest } = args;
  return { [requiredName]: value, ...rest };
}

/** Of several required texts each, under a name that is known for it: what is left over says nothing of which one it is. */
function renamedAll(args: Fields, parameters: Fields): Fields {
  const properties = fieldsOf(parameters["properties"]);
  const names = new Map(Object.keys(args).map((name) => [name, name]));
  for (const requiredName of requiredOf(parameters)) {
    const isText = fieldsOf(properties[requiredName])["type"] === "string";
    if (!isText || (args[requiredName] ?? null) !== null) continue;
    const found = OTHER_NAMES[requiredName]?.find(
      (name) => !Object.hasOwn(properties, name) && typeof args[name] === "string",
    );
    if (found === undefined) continue;
    names.delete(requiredName);
    names.set(found, requiredName);
  }
  return Object.fromEntries([...names].map(([original, name]) => [name, args[original]]));
}

/** The name of the only required property, where that is a text. */
function onlyText(parameters: Fields): string | undefined {
  const [name, ...others] = requiredOf(parameters);
  if (name === undefined || others.length > 0) return undefined;
  const property = fieldsOf(fieldsOf(parameters["properties"])[name]);
  return property["type"] === "string" && property["enum"] === undefined ? name : undefined;
}

function isTextLike(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : unwrap(value) !== value;
}

function fitValue(input: unknown, property: Fields): unknown {
  const value = property["type"] === "object" ? input : unwrap(input);
  switch (property["type"]) {
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "number":
    case "integer":
      return typeof value === "string" ? numberFrom(value) : value;
    case "boolean":
      return typeof value === "string" ? booleanFrom(value) : value;
    case "array":
      return fitList(value, fieldsOf(property["items"]));
    case "object":
      return typeof value === "string" ? (parseJson(value) ?? value) : value;
    default:
      return value;
  }
}

function fitList(value: unknown, items: Fields): unknown {
  const parsed = typeof value === "string" ? parseJson(value) : undefined;
  const list = Array.isArray(parsed) ? parsed : value;
  if (Array.isArray(list)) return list.map((item) => fitValue(item, items));
  return isFields(list) && items["type"] !== "object" ? list : [fitValue(list, items)];
}

function numberFrom(text: string): unknown {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : text;
}

function booleanFrom(text: string): unknown {
  const lower = text.trim().toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : text;
}

/** What stands in `{"value": "ls"}`, `{"type": "string", "value": "ls"}`, `{"text": "ls"}` or `["ls"]`. */
function unwrap(value: unknown): unknown {
  let inner = value;
  for (let depth = 0; depth < MOST_WRAPPERS; depth += 1) {
    if (!isFields(inner)) return inner;
    const names = Object.keys(inner).filter((name) => !BESIDE_VALUE.has(name));
    const [name] = names;
    if (name === undefined || names.length > 1) return inner;
    if (!(isValueWrapper(inner) || typeof inner[name] === "string")) return inner;
    inner = inner[name];
  }
  return inner;
}

function isValueWrapper(value: Fields): boolean {
  return Object.hasOwn(value, "value");
}

function requiredOf({ required }: Fields): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
}
