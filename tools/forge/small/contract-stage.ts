/** The contract, of what a small model can say about it; everything else is set here. */
import { z } from "zod";
import { oneRow } from "#core/text/one-row.ts";
import { type Contract, contractSchema, INVALID_INPUT } from "../../contract/spec.ts";
import { casesOfExamples, examplesIn } from "../goal-examples.ts";
import { readJson } from "../repairs/json.ts";
import type { Wish } from "../run.ts";
import { objectOf } from "../shapes.ts";
import type { Reading, Stage } from "../stage.ts";
import { FIELD_TYPES, type Field, type SmallContract, schemaOfFields } from "./fields.ts";
import { identifierOf } from "./names.ts";
import { contractPrompt, rewordPrompt } from "./prompts.ts";

const MOST_INPUTS = 4;
const MOST_OUTPUTS = 3;
const MOST_FAILURES = 3;
/** Longest contract in tokens; those that were measured have 100 to 200. */
const LONGEST_CONTRACT = 450;

const text = (maxLength: number) => ({ type: "string", maxLength });

const fieldShape = objectOf({
  name: text(30),
  type: { type: "string", enum: [...FIELD_TYPES] },
  description: text(120),
});

const SHAPE = {
  name: "contract",
  schema: objectOf({
    name: text(40),
    description: text(300),
    input: { type: "array", minItems: 1, maxItems: MOST_INPUTS, items: fieldShape },
    output: { type: "array", minItems: 1, maxItems: MOST_OUTPUTS, items: fieldShape },
    failures: {
      type: "array",
      maxItems: MOST_FAILURES,
      items: objectOf({ code: text(30), when: text(120) }),
    },
    asks: { type: "array", minItems: 2, maxItems: 4, items: text(80) },
  }),
};

export function smallContractStage(wish: Wish, usedNames: readonly string[]): Stage<SmallContract> {
  return {
    name: "spec",
    messages: contractPrompt(wish.goal),
    shape: SHAPE,
    maxTokens: LONGEST_CONTRACT,
    read: (answer) => readSmallContract(answer, wish, usedNames),
  };
}

const fieldSchema = z.object({
  name: z.string().min(1),
  type: z.enum(FIELD_TYPES),
  description: z.string(),
});
const answerSchema = z.object({
  name: z.string().min(1),
  description: z.string(),
  input: z.array(fieldSchema).min(1).max(MOST_INPUTS),
  output: z.array(fieldSchema).min(1).max(MOST_OUTPUTS),
  failures: z.array(z.object({ code: z.string(), when: z.string() })).default([]),
  asks: z.array(z.string()).default([]),
});

function readSmallContract(
  answer: string,
  wish: Wish,
  usedNames: readonly string[],
): Reading<SmallContract> {
  const json = readJson(answer);
  if (!json.ok) return { ...json, names: [] };
  const read = answerSchema.safeParse(json.value);
  const { names } = json;
  if (!read.success) return { ok: false, complaint: z.prettifyError(read.error), names };
  const { data } = read;
  const [input, output] = [named(data.input), named(data.output)];
  const contract = contractSchema.safeParse({
    name: wish.name ?? freeName(identifierOf(data.name), usedNames),
    description: oneRow(data.description),
    language: "python",
    input: schemaOfFields(input, (kind) => kind.input),
    output: schemaOfFields(output, (kind) => kind.output),
    failures: failuresOf(data.failures),
    deterministic: true,
    capabilities: [],
    properties: [],
    asks: [...new Set(data.asks.map(oneRow).filter((ask) => ask !== ""))],
  });
  if (!contract.success) return { ok: false, complaint: z.prettifyError(contract.error), names };
  const examples = casesOfExamples(examplesIn(wish.goal), contract.data);
  if (!examples.ok) return { ...examples, names };
  return {
    ok: true,
    made: {
      contract: contract.data,
      task: contract.data.description,
      ...{ input, output, examples: examples.cases },
    },
    names,
  };
}

/** Names that a program can use, each once. */
function named(fields: readonly Field[]): readonly Field[] {
  const used = new Set<string>();
  return fields.flatMap((field) => {
    const name = identifierOf(field.name);
    if (used.has(name)) return [];
    used.add(name);
    return [{ ...field, name, description: oneRow(field.description) }];
  });
}

function freeName(name: string, used: readonly string[]): string {
  for (let count = 2; ; count += 1) {
    const candidate = count === 2 ? name : `${name}_${count - 1}`;
    if (!used.includes(candidate)) return candidate;
  }
}

function failuresOf(
  failures: readonly { readonly code: string; readonly when: string }[],
): Contract["failures"] {
  const byCode = new Map<string, string>();
  for (const { code, when } of failures) {
    const name = identifierOf(code).toUpperCase();
    // Arguments of a wrong type never reach a program.
    if (name !== INVALID_INPUT && !byCode.has(name)) byCode.set(name, oneRow(when));
  }
  return [...byCode].map(([code, when]) => ({ code, when }));
}

const rewordSchema = z.object({ description: z.string().min(10).max(300) });

/** The description in other words, by the objections to it. */
export function rewordStage(description: string, complaint: string): Stage<string> {
  return {
    name: "spec",
    messages: rewordPrompt(description, complaint),
    shape: { name: "words", schema: objectOf({ description: { type: "string", maxLength: 300 } }) },
    maxTokens: 150,
    read: readDescription,
  };
}

function readDescription(answer: string): Reading<string> {
  const json = readJson(answer);
  if (!json.ok) return { ...json, names: [] };
  const read = rewordSchema.safeParse(json.value);
  if (!read.success) return { ok: false, complaint: z.prettifyError(read.error), names: [] };
  return { ok: true, made: read.data.description.replace(/\s+/g, " "), names: json.names };
}
