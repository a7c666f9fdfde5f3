import { z } from "zod";
import { fitArguments } from "./fit-arguments.ts";
import type { Tool, ToolOutput, ToolSpec } from "./tool.ts";

/**
 * Makes a tool of its description: the JSON schema that a model sees and the check of its arguments both
 * come from `spec.input`.
 */
export function defineTool<Input>(spec: ToolSpec<Input>): Tool {
  let listed: JsonSchema | undefined;
  const schema = {
    name: spec.name,
    description: spec.description,
    get parameters(): JsonSchema {
      listed ??= listedOf(parametersOnce(spec.input), spec.unlisted);
      return listed;
    },
  };
  const read = (args: unknown): unknown => {
    if (spec.input.safeParse(args).success) return args;
    const fitted = fitArguments(args, parametersOnce(spec.input));
    // What does not fit either way is refused as it came.
    return spec.input.safeParse(fitted).success ? fitted : args;
  };
  return {
    name: spec.name,
    effect: spec.effect,
    capabilities: spec.capabilities,
    program: spec.program,
    lasts: spec.lasts,
    schema,
    fit: read,
    run: async (args, context) => {
      const parsed = spec.input.safeParse(read(args));
      return parsed.success
        ? await spec.run(parsed.data, context)
        : refuse({ spec, args, parameters: schema.parameters }, parsed.error.issues);
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** What llama.cpp compiles into a grammar; it refuses every request with a longer repetition (status 400). */
const MAX_REPETITIONS = 2000;

// Made when they are asked for: a start makes every tool several times, and shows few of them to a model. By the schema: each
// room makes its tools anew, with the same ones.
const made = new WeakMap<z.ZodType, JsonSchema>();

function parametersOnce(input: z.ZodType): JsonSchema {
  const cached = made.get(input);
  if (cached !== undefined) return cached;
  const parameters = parametersOf(input);
  made.set(input, parameters);
  return parameters;
}

function parametersOf(input: z.ZodType): JsonSchema {
  const { $schema: _, ...parameters } = z.toJSONSchema(input, {
    io: "input",
    // The tool checks its limits itself; a model does not count to 2,000.
    override: ({ jsonSchema }) => {
      for (const limit of ["maxLength", "maxItems"] as const)
        if ((jsonSchema[limit] ?? 0) > MAX_REPETITIONS) delete jsonSchema[limit];
    },
  });
  // Zod's own type also knows the schemas `true` and `false`, which no tool has.
  return parameters as JsonSchema;
}

function listedOf(parameters: JsonSchema, unlisted: readonly string[] = []): JsonSchema {
  const { properties } = parameters;
  if (properties === undefined) return parameters;
  const listed = Object.entries(properties).filter(([name]) => !unlisted.includes(name));
  return { ...parameters, properties: Object.fromEntries(listed) };
}

interface Refused {
  readonly spec: Pick<ToolSpec<never>, "name" | "example">;
  readonly args: unknown;
  readonly parameters: JsonSchema;
}

/** One sentence, and a call that would do: small models copy better than they follow. */
function refuse(refused: Refused, issues: readonly z.core.$ZodIssue[]): ToolOutput {
  const { spec, args, parameters } = refused;
  const { name, example = sampleOf(parameters) } = spec;
  const faults = issues.map((issue) => {
    const path = issue.path.join(".") || "arguments";
    const expected = "expected" in issue ? `expected ${issue.expected}` : issue.message;
    return `${path}: ${expected}, got ${show(valueAt(args, issue.path))}`;
  });
  const call = JSON.stringify({ name, arguments: example });
  return {
    ok: false,
    output: `${name} did not run, its arguments do not fit (${faults.join("; ")}). A call that fits: ${call}`,
  };
}

/** A value that fits a JSON schema in its outline: what is required, and nothing else. */
function sampleOf({ type, enum: choices, required = [], properties = {} }: JsonSchema): unknown {
  if (choices !== undefined) return choices[0];
  switch (type) {
    case "object":
      return Object.fromEntries(required.map((name) => [name, sampleOf(properties[name] ?? {})]));
    case "array":
      return [];
    case "number":
    case "integer":
      return 1;
    case "boolean":
      return true;
    default:
      return "…";
  }
}

/** What is read of a JSON schema here. */
interface JsonSchema extends Fields {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  }
  return at;
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  const excerpt = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return `${Array.isArray(value) ? "array" : value === null ? "null" : typeof value} ${excerpt}`;
}
