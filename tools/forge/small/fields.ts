/** The kinds of values that a small model may choose for what goes into a tool and what comes out. */
import type { ToolCase } from "../../contract/cases.ts";
import type { Contract, JsonSchema } from "../../contract/spec.ts";

/** What a program refuses although no failure of the contract is about it. */
export const OTHER_FAILURE = "UNSUPPORTED_VALUE";

/** A contract, and its values in the words that the model chose them with. */
export interface SmallContract {
  readonly contract: Contract;
  /** All that the description said at first: programs are written by it. */
  readonly task: string;
  readonly input: readonly Field[];
  readonly output: readonly Field[];
  /** What the user has said that comes out: no program is delivered that gives something else. */
  readonly examples: readonly ToolCase[];
}

/** One value by its name. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
}

export type FieldType = (typeof FIELD_TYPES)[number];

export const FIELD_TYPES = [
  "text",
  "integer",
  "number",
  "boolean",
  "list of texts",
  "list of integers",
  "list of numbers",
  "number by text",
] as const;

interface Kind {
  /** Its annotation in Python. */
  readonly python: string;
  /** Of an argument. The limits are ours: without them a model's program is asked for Roman numerals of 9 billion. */
  readonly input: JsonSchema;
  /** Of a result. */
  readonly output: JsonSchema;
  /** What a model may write as an example: short, so that it ends. */
  readonly example: JsonSchema;
  /** Whether a value of Python is one, as an expression over `value`. */
  readonly check: string;
}

const TEXT = { type: "string" };
const INTEGER = { type: "integer", minimum: -1_000_000, maximum: 1_000_000 };
const NUMBER = { type: "number", minimum: -1_000_000_000, maximum: 1_000_000_000 };
const SHORT = { type: "string", maxLength: 60 };

function listOf(items: JsonSchema, most: number): JsonSchema {
  return { type: "array", items, maxItems: most };
}

/** Longest list that a tool takes, and that an example has. */
const [LONGEST, SHORTEST] = [1000, 8];

const KINDS: Readonly<Record<FieldType, Kind>> = {
  text: {
    python: "str",
    input: { ...TEXT, maxLength: 10_000 },
    output: TEXT,
    example: SHORT,
    check: "isinstance(value, str)",
  },
  integer: {
    python: "int",
    input: INTEGER,
    output: { type: "integer" },
    example: INTEGER,
    check: "isinstance(value, int)",
  },
  number: {
    python: "float",
    input: NUMBER,
    output: { type: "number" },
    example: NUMBER,
    check: "isinstance(value, (int, float))",
  },
  boolean: {
    python: "bool",
    input: { type: "boolean" },
    output: { type: "boolean" },
    example: { type: "boolean" },
    check: "isinstance(value, bool)",
  },
  "list of texts": {
    python: "list[str]",
    input: listOf({ ...TEXT, maxLength: 1000 }, LONGEST),
    output: { type: "array", items: TEXT },
    example: listOf({ ...TEXT, maxLength: 20 }, SHORTEST),
    check: "isinstance(value, list)",
  },
  "list of integers": {
    python: "list[int]",
    input: listOf(INTEGER, LONGEST),
    output: { type: "array", items: { type: "integer" } },
    example: listOf(INTEGER, SHORTEST),
    check: "isinstance(value, list)",
  },
  "list of numbers": {
    python: "list[float]",
    input: listOf(NUMBER, LONGEST),
    output: { type: "array", items: { type: "number" } },
    example: listOf(NUMBER, SHORTEST),
    check: "isinstance(value, list)",
  },
  "number by text": {
    python: "dict[str, float]",
    input: { type: "object", additionalProperties: NUMBER },
    output: { type: "object", additionalProperties: { type: "number" } },
    example: { type: "object", additionalProperties: NUMBER },
    check: "isinstance(value, dict)",
  },
};

export function kindOf(type: FieldType): Kind {
  return KINDS[type];
}

/** The schema of an object with these fields, each as `schemaOf` says. */
export function schemaOfFields(
  fields: readonly Field[],
  schemaOf: (kind: Kind) => JsonSchema,
): JsonSchema {
  const properties = fields.map(({ name, type, description }) => {
    return [name, { ...schemaOf(KINDS[type]), description }] as const;
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: fields.map(({ name }) => name),
    additionalProperties: false,
  };
}
