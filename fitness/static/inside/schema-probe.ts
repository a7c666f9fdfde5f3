/**
 * Runs in the sandbox. Checks the declared cases against the schemas of the contract; here, because a schema
 * holds regular expressions, and one that backtracks can take years.
 *
 * Reads a `SchemaRequest`; writes one message a line for each fault, and `true` at the end.
 */
import { compileSchema, problemWith } from "#tools/contract/schema-check.ts";

export interface SchemaRequest {
  readonly schemas: {
    readonly input: Readonly<Record<string, unknown>>;
    readonly output: Readonly<Record<string, unknown>>;
  };
  readonly values: readonly SchemaValue[];
}

export interface SchemaValue {
  /** Such as `the input of case 3`. */
  readonly what: string;
  readonly schema: "input" | "output";
  readonly value: unknown;
}

function* faultsIn({ schemas, values }: SchemaRequest): Generator<string> {
  for (const name of ["input", "output"] as const) {
    try {
      const schema = compileSchema(name, schemas[name]);
      for (const { what, value } of values.filter((one) => one.schema === name)) {
        const problem = problemWith(value, schema);
        if (problem !== undefined) yield `${what} does not fit "${name}": ${problem}`;
      }
    } catch (error) {
      yield error instanceof Error ? error.message : String(error);
    }
  }
}

if (import.meta.main) {
  const request: SchemaRequest = JSON.parse(await Bun.stdin.text());
  const write = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
  for (const fault of faultsIn(request)) write(fault);
  write(true);
}
