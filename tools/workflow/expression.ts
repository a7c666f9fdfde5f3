/**
 * Expressions are CEL, the Common Expression Language (https://github.com/google/cel-spec): no loops but over
 * lists, no input or output, and nothing of this program can be reached from one.
 */

import { Environment, type ParseResult } from "@marcbachmann/cel-js";
import { reasonOf } from "#core/errors.ts";
import { shellQuoted } from "#core/text/shell-word.ts";
import { withoutDollars } from "./cel-text.ts";
import { type Reference, referencesOf } from "./references.ts";
import { fromCel, toCel } from "./values.ts";
import type { Json } from "./workflow.ts";

/** What names mean while a step is done. */
export type Scope = ReadonlyMap<string, Json>;

/** Longest expression, in characters. */
const MAX_CHARACTERS = 4096;

/** Before a name, so that a step may be called `list` although CEL has a type of that name. */
const PREFIX = "v_";

/** What CEL calls its types; a name that no step has means these. */
const TYPE_NAMES: ReadonlySet<string> = new Set(
  "bool bytes double int list map null_type string type uint".split(" "),
);
/** Where CEL keeps further names of its own. */
const NAMESPACES: ReadonlySet<string> = new Set(["cel", "google"]);

/** What is wrong with an expression, or with what it was asked of; one line. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";

  constructor(why: string, { expression, cause }: { expression: string; cause?: unknown }) {
    super(`${why}, in \${${expression.trim()}}`, { cause });
  }
}

/** @throws {ExpressionError} when it is not an expression. */
export function referencesIn(expression: string): readonly Reference[] {
  return freeNames(expression).filter(
    ({ name, field }) => !NAMESPACES.has(name) && (field !== undefined || !TYPE_NAMES.has(name)),
  );
}

function freeNames(expression: string): readonly Reference[] {
  const { ast } = parse(expression, withoutDollars(expression));
  try {
    return referencesOf(ast);
  } catch (error) {
    throw new ExpressionError(reasonOf(error), { expression, cause: error });
  }
}

/**
 * References to types of CEL count as references only where a name of the scope hides the type.
 *
 * @throws {ExpressionError} when it is not an expression, asks for what is not there, or gives no JSON.
 */
export function evaluate(expression: string, scope: Scope): Json {
  const variables = freeNames(expression).filter(({ name }) => scope.has(name));
  const bindings = variables.map(
    ({ name }) => [`${PREFIX}${name}`, celOf(scope.get(name))] as const,
  );
  const run = parse(expression, renamed(withoutDollars(expression), variables));
  try {
    // As entries of an object without a prototype, for `constructor` is not a variable.
    return fromCel(run(Object.assign(Object.create(null), Object.fromEntries(bindings))));
  } catch (error) {
    throw new ExpressionError(summaryOf(error), { expression, cause: error });
  }
}

/** @throws {ExpressionError} as {@link evaluate}, and when it does not give true or false. */
export function evaluateCondition(expression: string, scope: Scope): boolean {
  const value = evaluate(expression, scope);
  if (typeof value === "boolean") return value;
  throw new ExpressionError(
    `It gives ${JSON.stringify(value).slice(0, 80)} instead of true or false`,
    { expression },
  );
}

function renamed(text: string, references: readonly Reference[]): string {
  // From the end on, so that the positions before it stay true.
  return references
    .toSorted((one, other) => other.start - one.start)
    .reduce((done, { start }) => `${done.slice(0, start)}${PREFIX}${done.slice(start)}`, text);
}

/** Each item of a loop sees the same large values: they are converted once. */
const converted = new WeakMap<object, unknown>();

function celOf(value: Json | undefined): unknown {
  if (typeof value !== "object" || value === null) return toCel(value);
  const before = converted.get(value);
  if (before !== undefined) return before;
  const made = toCel(value);
  converted.set(value, made);
  return made;
}

function parse(expression: string, text: string): ParseResult {
  if (text.length > 2 * MAX_CHARACTERS || expression.length > MAX_CHARACTERS) {
    const why = `It has ${expression.length} characters; ${MAX_CHARACTERS} are allowed`;
    throw new ExpressionError(why, { expression: `${expression.slice(0, 60)}…` });
  }
  try {
    return environment.parse(text);
  } catch (error) {
    throw new ExpressionError(summaryOf(error), { expression, cause: error });
  }
}

/** Without the drawing of the position that the library adds over several lines. */
function summaryOf(error: unknown): string {
  const text = reasonOf(error).split("\n", 1)[0] ?? "";
  return text.slice(0, 300);
}

const environment: Environment = createEnvironment();

function createEnvironment(): Environment {
  const made = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1000, maxDepth: 50 },
  });
  // In JSON 2 and 2.0 are one number, so what CEL takes for an integer may meet a double at any time.
  made
    .registerOperator("int + double", (a: bigint, b: number) => Number(a) + b)
    .registerOperator("double + int", (a: number, b: bigint) => a + Number(b))
    .registerOperator("int - double", (a: bigint, b: number) => Number(a) - b)
    .registerOperator("double - int", (a: number, b: bigint) => a - Number(b))
    .registerOperator("int * double", (a: bigint, b: number) => Number(a) * b)
    .registerOperator("double * int", (a: number, b: bigint) => a * Number(b))
    .registerOperator("int / double", (a: bigint, b: number) => Number(a) / b)
    .registerOperator("double / int", (a: number, b: bigint) => a / Number(b))
    .registerOperator("int == double", (a: bigint, b: number) => Number(a) === b);
  return made
    .registerFunction("json(string): dyn", (text: string) => toCel(JSON.parse(text)))
    .registerFunction("quote(string): string", shellQuoted);
}
