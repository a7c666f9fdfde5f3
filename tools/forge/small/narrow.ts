/** Makes a contract promise no more than its program keeps: what is empty, or far too large, is refused before it runs. */
import type { CallOutcome } from "../../contract/outcome.ts";
import type { Contract, JsonSchema } from "../../contract/spec.ts";
import type { ForgeRun } from "../run.ts";
import { isAnswer } from "./agreement.ts";
import { type Input, usable } from "./inputs-stage.ts";
import { outcomesOf, type TriedTool } from "./try-program.ts";

/** One step of narrowing: a property, and the limits that it gets. */
interface Narrowing {
  readonly name: string;
  readonly limits: JsonSchema;
  /** Inputs that only the wider contract takes: one that gives no answer is a reason for the step. */
  readonly probes: readonly Input[];
}

/** Upper ends for numbers, each tried when a program breaks down at the one before. */
const CEILINGS = [100_000, 10_000, 1000, 100];
const LONG_TEXT = 2000;
const LONG_LIST = 200;

/** Each step changes one limit; a number has the most of them. */
const MOST_STEPS = 12;

interface NarrowingInputs {
  /** An ordinary input. */
  readonly base: Input;
  /** Inputs that the contract must take in the end as well, each once. */
  readonly required: readonly Input[];
}

/** The contract, narrowed where its program breaks down: at nothing, at what is long, at what is far too large. */
export async function narrowedFor(
  run: ForgeRun,
  { contract, source }: TriedTool,
  { base, required }: NarrowingInputs,
): Promise<Contract> {
  let current = contract;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const probes = narrowings(current, base)
      .filter((one) => usable(required, narrowed(current, one).input).length === required.length)
      .flatMap((one) => usable(one.probes, current.input).map((input) => ({ one, input })));
    const inputs = probes.map(({ input }) => input);
    const tool = { contract: current, source };
    const outcomes = await outcomesOf(tool, inputs, run.parts.signal);
    const broken = probes.find((_probe, index) => {
      const outcome = outcomes[index];
      return outcome !== undefined && !keeps(outcome);
    });
    if (broken === undefined) return current;
    current = narrowed(current, broken.one);
    await run.repaired("spec", ["contract-narrowed"]);
  }
  return current;
}

/** The next steps for each property, each with the inputs that would call for it. */
function narrowings({ input }: Contract, base: Input): readonly Narrowing[] {
  return propertiesOf(input).flatMap(([name, schema]) => {
    const probe = (...values: readonly unknown[]) =>
      values.map((value) => ({ ...base, [name]: value }));
    return stepsOf(schema, base[name]).map(({ limits, values }) => {
      return { name, limits, probes: probe(...values) };
    });
  });
}

interface Step {
  readonly limits: JsonSchema;
  readonly values: readonly unknown[];
}

function stepsOf(schema: JsonSchema, value: unknown): readonly Step[] {
  switch (schema["type"]) {
    case "string":
      return [
        ...(schema["minLength"] === undefined ? [{ limits: { minLength: 1 }, values: [""] }] : []),
        { limits: { maxLength: 500 }, values: ["x".repeat(LONG_TEXT)] },
      ];
    case "array": {
      const list = Array.isArray(value) && value.length > 0 ? value : undefined;
      const long =
        list && Array.from({ length: LONG_LIST }, (_, index) => list[index % list.length]);
      return [
        ...(schema["minItems"] === undefined ? [{ limits: { minItems: 1 }, values: [[]] }] : []),
        ...(long === undefined ? [] : [{ limits: { maxItems: 50 }, values: [long] }]),
      ];
    }
    case "integer":
    case "number":
      return numberSteps(schema);
    default:
      return [];
  }
}

function numberSteps({ minimum, maximum }: JsonSchema): readonly Step[] {
  const [low, high] = [Number(minimum), Number(maximum)];
  const ceiling = CEILINGS.find((one) => one < high);
  return [
    ...(low < 0 ? [{ limits: { minimum: 0 }, values: [low, -1] }] : []),
    ...(low === 0 ? [{ limits: { minimum: 1 }, values: [0] }] : []),
    ...(ceiling === undefined ? [] : [{ limits: { maximum: ceiling }, values: [high] }]),
  ];
}

/** The contract with one step taken. */
function narrowed(contract: Contract, { name, limits }: Narrowing): Contract {
  const properties = Object.fromEntries(
    propertiesOf(contract.input).map(([key, schema]) => [
      key,
      key === name ? { ...schema, ...limits } : schema,
    ]),
  );
  return { ...contract, input: { ...contract.input, properties } };
}

/** Most of an answer that a validation takes, in characters of JSON. */
const LONGEST_ANSWER = 100_000;

/** Whether a program keeps what its contract promises for an input. */
export function keeps(outcome: CallOutcome): boolean {
  if (!isAnswer(outcome)) return false;
  return outcome.kind !== "result" || JSON.stringify(outcome.value).length <= LONGEST_ANSWER;
}

function propertiesOf(schema: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const { properties } = schema;
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties);
}
