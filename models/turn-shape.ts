/** The JSON object that a reply is held to: one action of a persona with its arguments, or the answer. */
import type { ToolSchema } from "#core/calls.ts";
import { type Fields, fieldsOf, isFields } from "#core/json.ts";
import { FENCED, type FencedTexts, isFencedName, writeFences } from "./fenced-texts.ts";
import type { ChatRequest } from "./provider.ts";

/** The action that ends a turn; its text is what the user reads. */
export const ANSWER = "answer";
/** Names the action; where a tool has an argument of this name, its arguments stand below {@link NESTED}. */
const ACTION = "action";
const NESTED = "arguments";
/** Longest text argument in characters: a program of about 60 lines. Without an end the model may never stop. */
export const LONGEST_TEXT = 1500;

/**
 * A text as it stands between its quotation marks, with any character behind a backslash: in a grammar of ours. Under
 * plain JSON a model that begins `\d` has to go on with one of JSON's own escapes and writes `\b`, so that no regular
 * expression of a program is what it meant.
 */
export const RAW_TEXT: string = String.raw`^([^"\\\x00-\x1F\x7F]|\\[ -~]){0,${LONGEST_TEXT}}$`;

/**
 * The same where no other argument stands beside it: a quotation mark that is not escaped ends it only before a brace. Small
 * models write `text = "` in a program and cannot go on, for there JSON has nothing but the end of the object.
 */
export const LOOSE_TEXT: string = String.raw`^([^"\\\x00-\x1F\x7F]|\\[ -~]|"{1,3}([^"\\}\x00-\x1F\x7F]|\\[ -~])){0,${LONGEST_TEXT}}$`;

export interface ShapeOptions {
  /** One of the tools has to be called. @default false */
  readonly mustCall?: boolean | undefined;
  /** The server takes a grammar, which holds the raw reply: quotation marks and escapes included. @default false */
  readonly isRaw?: boolean | undefined;
}

/**
 * The schema of one reply.
 *
 * @param tools those that may be called now; without any, only an answer fits.
 */
export function turnShape(
  tools: readonly ToolSchema[],
  { mustCall = false, isRaw = false }: ShapeOptions = {},
): NonNullable<ChatRequest["shape"]> {
  const answer = mustCall && tools.length > 0 ? [] : [ANSWER_SHAPE];
  const callable = tools.filter(({ name }) => name !== ANSWER);
  const actions = [...callable.flatMap((tool) => actionShapes(tool, isRaw)), ...answer];
  const [only] = actions;
  const schema = actions.length === 1 && only ? only : { anyOf: actions };
  return { name: "reply", schema, isRaw };
}

const ANSWER_SHAPE: Fields = {
  type: "object",
  properties: { [ACTION]: { const: ANSWER }, text: { type: "string", minLength: 1 } },
  required: [ACTION, "text"],
  additionalProperties: false,
};

/** A tool may take its arguments in one of several shapes: then each is an action of its own. */
function actionShapes(tool: ToolSchema, isRaw: boolean): readonly Fields[] {
  const { anyOf } = tool.parameters;
  const shapes = Array.isArray(anyOf) ? anyOf.filter(isFields) : [tool.parameters];
  return shapes.map((parameters) => actionShape({ ...tool, parameters }, isRaw));
}

function actionShape(tool: ToolSchema, isRaw: boolean): Fields {
  const { name, parameters } = tool;
  const fenced = isRaw ? fencedArguments(tool) : [];
  const listed = Object.entries(fieldsOf(parameters["properties"]));
  const properties = Object.fromEntries(listed.filter(([key]) => !fenced.includes(key)));
  const { $defs } = parameters;
  const required = requiredOf(parameters).filter((key) => !fenced.includes(key));
  const isNested = Object.hasOwn(properties, ACTION);
  const shared = isFields($defs) ? { $defs } : {};
  const texts = Object.entries(properties);
  const raw = texts.length === 1 ? LOOSE_TEXT : RAW_TEXT;
  const args = isNested
    ? { [NESTED]: parameters }
    : Object.fromEntries(
        texts.map(([key, value]) => [key, bounded(value, isRaw ? raw : undefined)]),
      );
  const needed = isNested ? [NESTED] : required;
  return {
    type: "object",
    properties: { [ACTION]: { const: name }, ...args },
    required: [ACTION, ...needed],
    additionalProperties: false,
    ...(fenced.length === 0 ? {} : { [FENCED]: fenced }),
    ...shared,
  };
}

function requiredOf(parameters: Fields): readonly string[] {
  const { required } = parameters;
  return Array.isArray(required) ? required.filter((key) => typeof key === "string") : [];
}

/** The arguments of a tool that are written behind the object where the reply is held by a grammar. */
function fencedArguments({ parameters }: ToolSchema): readonly string[] {
  const properties = fieldsOf(parameters["properties"]);
  if (Object.hasOwn(properties, ACTION)) return [];
  const free = (key: string) => isFreeText(properties[key]);
  return requiredOf(parameters).filter((key) => isFencedName(key) && free(key));
}

/** A text with one of them is not free text. */
const LIMITS: ReadonlySet<string> = new Set(["maxLength", "enum", "const", "pattern", "format"]);

function isFreeText(schema: unknown): schema is Fields {
  if (!isFields(schema) || schema["type"] !== "string") return false;
  return !Object.keys(schema).some((key) => LIMITS.has(key));
}

function bounded(schema: unknown, raw: string | undefined): unknown {
  if (!isFreeText(schema)) return schema;
  return { ...schema, ...(raw === undefined ? { maxLength: LONGEST_TEXT } : { pattern: raw }) };
}

/**
 * A call as the model writes it in its reply.
 *
 * @param isRaw the reply is held by a grammar, so that lines of code stand behind the object, as they are.
 */
export function writeAction(name: string, args: unknown, isRaw = false): string {
  const fields = fieldsOf(args);
  if (Object.hasOwn(fields, ACTION)) return writeObject({ [ACTION]: name, [NESTED]: fields });
  const texts: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (isRaw && isFencedName(key) && typeof value === "string") texts[key] = value;
    else body[key] = value;
  }
  return `${writeObject({ [ACTION]: name, ...body })}${writeFences(texts)}`;
}

/** An answer as the model writes it in its reply. */
export function writeAnswer(text: string): string {
  return writeObject({ [ACTION]: ANSWER, text });
}

/** With a space behind colons and commas, as models write JSON: so the server's cache holds these very tokens. */
function writeObject(fields: Fields): string {
  const members = Object.entries(fields).map(
    ([key, value]) => `${JSON.stringify(key)}: ${writeValue(value)}`,
  );
  return `{${members.join(", ")}}`;
}

function writeValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeValue).join(", ")}]`;
  return isFields(value) ? writeObject(value) : JSON.stringify(value);
}

/** A call that was read. */
export interface ReadAction {
  readonly name: string;
  readonly arguments: Fields;
}

/** A call whose texts stand behind its object. Texts without a label are the arguments that are not given, in their order. */
export function withFences(
  action: ReadAction,
  { texts }: Pick<FencedTexts, "texts">,
  tools: readonly ToolSchema[],
): ReadAction {
  const tool = tools.find(({ name }) => name === action.name);
  const names = tool === undefined ? [] : fencedArguments(tool);
  const args: Record<string, unknown> = { ...action.arguments };
  for (const { label, text } of texts) {
    const name = label ?? names.find((one) => !Object.hasOwn(args, one));
    if (name !== undefined) args[name] = text;
  }
  return { name: action.name, arguments: args };
}

/** The call in a reply that was parsed; `undefined` where it names no action. */
export function readAction(reply: Fields, tools: readonly ToolSchema[]): ReadAction | undefined {
  const { [ACTION]: name, ...rest } = reply;
  if (typeof name !== "string") return undefined;
  const parameters = tools.find((tool) => tool.name === name)?.parameters;
  const nested = rest[NESTED];
  const isNested = Object.hasOwn(fieldsOf(parameters?.["properties"]), ACTION) && isFields(nested);
  return { name, arguments: isNested ? nested : rest };
}

/**
 * One line a tool, as an example of the object that calls it.
 *
 * @param isRaw as in {@link writeAction}.
 */
export function actionLine(tool: ToolSchema, isRaw = false): string {
  const { name, description, parameters } = tool;
  const required = new Set(requiredOf(parameters));
  const fenced = isRaw ? fencedArguments(tool) : [];
  const described = Object.entries(fieldsOf(parameters["properties"])).filter(
    ([key]) => required.has(key) && !fenced.includes(key),
  );
  const { examples } = parameters;
  const example = Array.isArray(examples)
    ? examples[0]
    : Object.fromEntries(described.map(([key, schema]) => [key, placeholder(schema)]));
  const behind = fenced.length === 0 ? "" : ` and ${fenced.join(", ")} in fences:`;
  return `${writeAction(name, example)}${behind} ${description}`;
}

function placeholder(schema: unknown): unknown {
  if (!isFields(schema)) return "…";
  const [first] = Array.isArray(schema["enum"]) ? schema["enum"] : [];
  if (first !== undefined) return first;
  const kinds: Fields = { number: 1, integer: 1, boolean: true, array: ["…"], object: {} };
  return kinds[String(schema["type"])] ?? "…";
}
