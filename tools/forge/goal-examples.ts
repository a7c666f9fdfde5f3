/** Examples in the user's own words: `slug("A b") is "a-b"`, `[3, 1, 2] -> 2`. Pure. */
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { isFields } from "#core/json.ts";
import type { ToolCase } from "../contract/cases.ts";
import { problemWith } from "../contract/schema-check.ts";
import type { Contract, JsonSchema } from "../contract/spec.ts";
import { type Literal, readArguments, readLiteral } from "./literals.ts";

/** What a function must give, as the user wrote it. */
export interface GoalExample {
  readonly args: readonly unknown[];
  readonly result: unknown;
  /** The very words. */
  readonly text: string;
}

/** More than this are a table, and no example. */
const MOST_EXAMPLES = 12;

const CALL = /(?<![\w.])[A-Za-z_]\w*\(/y;
/** A value ends where a word does: `28` of `v28` or `2.28` is none. */
const BARE = /(?<![\w.)\]])(?=["'[{\d-])/y;
const ARROW = /\s*(?:->|=>|→|becomes\b)\s*/y;
const RELATION =
  /\s*(?:->|=>|→|={1,3}|(?:is|gives|returns|becomes)\b|(?:must|should) (?:be|give|return|become)\b)\s*/y;
/** What may stand behind a result: `is 4 weeks` and `is 4,5` are something else. */
const END = /\s*(?:$|\n|[;)`]|[.,!?](?!\d)|(?:and|or|but|while|with|for)\b)/y;

/** The examples of a wish, in their order. A sentence that only looks like one is none: what fits no contract is reported. */
export function examplesIn(goal: string): readonly GoalExample[] {
  const found: GoalExample[] = [];
  for (let at = 0; at < goal.length && found.length < MOST_EXAMPLES; ) {
    const read = exampleAt(goal, at);
    if (read !== undefined) found.push(read.value);
    at = read?.end ?? at + 1;
  }
  return found;
}

function exampleAt(goal: string, at: number): Literal<GoalExample> | undefined {
  const args = argsAt(goal, at);
  if (args === undefined) return undefined;
  const relation = matchEnd(args.isCall ? RELATION : ARROW, goal, args.end);
  const result = relation === undefined ? undefined : readLiteral(goal, relation);
  if (result === undefined || matchEnd(END, goal, result.end) === undefined) return undefined;
  const text = goal.slice(at, result.end);
  return { value: { args: args.value, result: result.value, text }, end: result.end };
}

function argsAt(
  goal: string,
  at: number,
): (Literal<readonly unknown[]> & { readonly isCall: boolean }) | undefined {
  const open = matchEnd(CALL, goal, at);
  const args = open === undefined ? undefined : readArguments(goal, open);
  if (args !== undefined) return { ...args, isCall: true };
  const bare = matchEnd(BARE, goal, at) === undefined ? undefined : readLiteral(goal, at);
  return bare && { value: [bare.value], end: bare.end, isCall: false };
}

function matchEnd(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The cases that examples make of a contract, or why one of them does not fit it. */
export type ExampleCases =
  | { readonly ok: true; readonly cases: readonly ToolCase[] }
  | { readonly ok: false; readonly complaint: string };

export function casesOfExamples(
  examples: readonly GoalExample[],
  contract: Pick<Contract, "input" | "output">,
): ExampleCases {
  const [accepts, fits] = [z.fromJSONSchema(contract.input), z.fromJSONSchema(contract.output)];
  const cases: ToolCase[] = [];
  for (const { args, result, text } of examples) {
    const input = inputOf(args, contract.input);
    const output = outputOf(result, contract.output);
    const problem =
      input === undefined
        ? `it has ${args.length} arguments`
        : (problemWith(input, accepts) ?? problemWith(output, fits));
    if (problem !== undefined) {
      return { ok: false, complaint: `The user's example ${text} does not fit: ${problem}` };
    }
    cases.push({ input, output });
  }
  return { ok: true, cases };
}

/** Those of the user first, instead of others with the same input. */
export function withExamples(
  cases: readonly ToolCase[],
  examples: readonly ToolCase[],
): readonly ToolCase[] {
  return [...examples, ...cases.filter((one) => !isExample(one, examples))];
}

/** Indexes of cases that may be wrong: what the user has said is not doubted. */
export function doubtedCases(
  cases: readonly ToolCase[],
  indexes: readonly number[],
  examples: readonly ToolCase[],
): readonly number[] {
  return indexes.filter((index) => {
    const one = cases[index];
    return one !== undefined && !isExample(one, examples);
  });
}

function isExample(one: ToolCase, examples: readonly ToolCase[]): boolean {
  const input = canonicalJson(one.input);
  return examples.some((example) => canonicalJson(example.input) === input);
}

/** The arguments by the names of a contract, in their order; several values for one list are the list. */
function inputOf(args: readonly unknown[], schema: JsonSchema): object | undefined {
  const properties = Object.entries(propertiesOf(schema));
  const names = properties.map(([name]) => name);
  const [first] = args;
  if (isFields(first) && args.length === 1 && names.every((name) => Object.hasOwn(first, name))) {
    return first;
  }
  const isOneList = properties.length === 1 && args.length > 1 && isList(properties[0]?.[1]);
  const spread = args.length === 1 && names.length > 1 && Array.isArray(first) ? first : args;
  const values: readonly unknown[] = isOneList ? [args] : spread;
  const supplied = names.slice(0, values.length);
  const isWhole = requiredOf(schema, names).every((name) => supplied.includes(name));
  if (values.length > names.length || !isWhole) return undefined;
  return Object.fromEntries(supplied.map((name, index) => [name, values[index]]));
}

/** The properties without which no value fits. */
function requiredOf({ required }: JsonSchema, names: readonly string[]): readonly string[] {
  if (!Array.isArray(required)) return [];
  return names.filter((name) => required.includes(name));
}

function isList(schema: unknown): boolean {
  return isFields(schema) && schema["type"] === "array";
}

function outputOf(result: unknown, schema: JsonSchema): unknown {
  const all = Object.keys(propertiesOf(schema));
  const required = requiredOf(schema, all);
  const names = required.length === 0 ? all : required;
  const [name, second] = names;
  if (name === undefined || (isFields(result) && Object.hasOwn(result, name))) return result;
  if (second === undefined) return { [name]: result };
  if (!Array.isArray(result) || result.length !== names.length) return result;
  const values: readonly unknown[] = result;
  return Object.fromEntries(names.map((key, index) => [key, values[index]]));
}

function propertiesOf({ properties }: JsonSchema): Readonly<Record<string, unknown>> {
  return isFields(properties) ? properties : {};
}
