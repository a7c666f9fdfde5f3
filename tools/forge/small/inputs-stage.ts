/** Inputs without results: what comes out of them, programs say and not the model. */
import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { readJson } from "../repairs/json.ts";
import { MOST_CASES, objectOf } from "../shapes.ts";
import type { Reading, Stage } from "../stage.ts";
import { type SmallContract, schemaOfFields } from "./fields.ts";
import { inputsPrompt } from "./prompts.ts";

/** Values by the names of the contract. */
export type Input = Readonly<Record<string, unknown>>;

/** Of which so many are left for those at the limits of the contract. */
const MOST_INPUTS = MOST_CASES - 3;
const MIN_REQUESTED = 6;
/** A model that repeats itself writes no more when it is asked again: those at limits and near these make up for it. */
const FEWEST_INPUTS = 2;
/** Longest list of inputs in tokens; those that were measured have 100 to 250. */
const LONGEST_INPUTS = 450;

export function inputsStage(small: SmallContract): Stage<readonly Input[]> {
  const example = schemaOfFields(small.input, (kind) => kind.example);
  const inputs = { type: "array", minItems: MIN_REQUESTED, maxItems: MOST_INPUTS };
  return {
    name: "cases",
    messages: inputsPrompt(small),
    shape: { name: "inputs", schema: objectOf({ inputs: { ...inputs, items: example } }) },
    maxTokens: LONGEST_INPUTS,
    read: (answer) => readInputs(answer, small),
  };
}

const answerSchema = z.object({ inputs: z.array(z.record(z.string(), z.json())) });

function readInputs(answer: string, { contract }: SmallContract): Reading<readonly Input[]> {
  const json = readJson(closed(answer));
  if (!json.ok) return { ...json, names: [] };
  const read = answerSchema.safeParse(json.value);
  if (!read.success) {
    return { ok: false, complaint: z.prettifyError(read.error), names: json.names };
  }
  const made = usable(read.data.inputs, contract.input).slice(0, MOST_INPUTS);
  const names = [
    ...json.names,
    ...(made.length < read.data.inputs.length ? ["inputs-dropped"] : []),
  ];
  if (made.length >= FEWEST_INPUTS) return { ok: true, made, names };
  const complaint = `${made.length} of the inputs are different and fit; write at least ${FEWEST_INPUTS}`;
  return { ok: false, complaint, names };
}

/** A list that was cut off in the middle of an input ends before it. */
function closed(answer: string): string {
  const text = answer.trim();
  const end = text.lastIndexOf("},");
  return text.endsWith("]}") || end === -1 ? text : `${text.slice(0, end)}}]}`;
}

/** Those that fit a schema, each once. */
export function usable(
  inputs: readonly Input[],
  schema: SmallContract["contract"]["input"],
): readonly Input[] {
  const accepts = z.fromJSONSchema(schema);
  const byText = new Map(inputs.map((input) => [canonicalJson(input), input]));
  return [...byText.values()].filter((input) => accepts.safeParse(input).success);
}

/** Those that there are not yet. */
export function newInputs(inputs: readonly Input[], existing: readonly Input[]): readonly Input[] {
  const texts = new Set(existing.map(canonicalJson));
  return inputs.filter((input) => !texts.has(canonicalJson(input)));
}

/** Inputs at the limits of the contract: one argument at its edge, the others as in the base. */
export function edgeInputs({ contract, input }: SmallContract, base: Input): readonly Input[] {
  const edges = input.flatMap(({ name, type }) =>
    edgesOf(type, base[name]).map((value) => ({ ...base, [name]: value })),
  );
  return usable(edges, contract.input);
}

function edgesOf(type: string, value: unknown): readonly unknown[] {
  if (type === "text") return ["", " ", "Ab, c! É 7"];
  if (type === "integer" || type === "number") return [0, -1, 1];
  if (type === "boolean") return [true, false];
  if (type === "number by text") return [{}];
  const list = Array.isArray(value) ? value : [];
  return [[], list.slice(0, 1), [...list, ...list]];
}
