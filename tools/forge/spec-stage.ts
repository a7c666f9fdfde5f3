import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { type Contract, contractSchema, INVALID_INPUT, type JsonSchema } from "../contract/spec.ts";
import type { AnswerShape } from "./ask.ts";
import { casesOfExamples, examplesIn } from "./goal-examples.ts";
import { specPrompt, specRepairPrompt } from "./prompts/spec-prompt.ts";
import { takeFile } from "./repairs/answer.ts";
import { readJson } from "./repairs/json.ts";
import type { Wish } from "./run.ts";
import type { Reading, Stage } from "./stage.ts";

/** A description is read by every model that looks for a tool. */
const LONGEST_DESCRIPTION = 300;

/** Longest contract in tokens, with room for models that think first. */
const LONGEST_CONTRACT = 4000;

const texts = { type: "array", maxItems: 8, items: { type: "string", maxLength: 300 } };

/** The fields of {@link contractSchema}; what they may hold, the reader says in better words than a grammar can. */
const CONTRACT_SHAPE: AnswerShape = {
  name: "contract",
  schema: {
    type: "object",
    properties: {
      name: { type: "string", maxLength: 64 },
      description: { type: "string", maxLength: LONGEST_DESCRIPTION },
      language: { type: "string", enum: ["ts", "python"] },
      input: { type: "object" },
      output: { type: "object" },
      failures: {
        type: "array",
        maxItems: 8,
        items: {
          type: "object",
          properties: {
            code: { type: "string", maxLength: 64 },
            when: { type: "string", maxLength: 300 },
          },
          required: ["code", "when"],
        },
      },
      deterministic: { type: "boolean" },
      capabilities: { type: "array", maxItems: 10, items: { type: "string", maxLength: 100 } },
      properties: texts,
      asks: texts,
    },
    required: ["name", "description", "language", "input", "output", "failures", "asks"],
  },
};

/** The contract comes first: nothing else is asked for before it is valid. */
export function specStage(wish: Wish, usedNames: readonly string[]): Stage<Contract> {
  return {
    name: "spec",
    messages: specPrompt(wish),
    shape: CONTRACT_SHAPE,
    maxTokens: LONGEST_CONTRACT,
    read: (answer) => readContract(answer, { wish, usedNames: usedNames }),
  };
}

/** What may change in a contract for which code was written already: words, and no promise. */
export function specRepairStage(contract: Contract, complaint: string): Stage<Contract> {
  const { name, language } = contract;
  return {
    name: "spec",
    messages: specRepairPrompt(contract, complaint),
    shape: CONTRACT_SHAPE,
    maxTokens: LONGEST_CONTRACT,
    read: (answer) => {
      const reading = readContract(answer, { wish: { goal: "", language, name }, usedNames: [] });
      if (!reading.ok) return reading;
      const { description, asks, properties } = reading.made;
      return { ...reading, made: { ...contract, description, asks, properties } };
    },
  };
}

interface ContractRequest {
  readonly wish: Wish;
  readonly usedNames: readonly string[];
}

function readContract(answer: string, request: ContractRequest): Reading<Contract> {
  const file = takeFile(answer, { name: "spec.json", labels: ["json", "json5", "jsonc"] });
  const json = readJson(file.text);
  if (!json.ok) return { ok: false, complaint: json.complaint, names: file.names };
  const set = withWished(json.value, request.wish);
  const names = [...file.names, ...json.names, ...set.names];
  const read = contractSchema.safeParse(set.value);
  if (!read.success) return { ok: false, complaint: z.prettifyError(read.error), names };
  const faults = [...faultsOf(read.data, request)];
  // A schema that cannot be checked is reported first.
  const examples =
    faults.length > 0 ? undefined : casesOfExamples(examplesIn(request.wish.goal), read.data);
  if (examples?.ok === false) faults.push(examples.complaint);
  if (faults.length > 0) return { ok: false, complaint: faults.join("\n"), names };
  return { ok: true, made: read.data, names };
}

/** What the human has said is not a question to the model. */
function withWished(
  value: unknown,
  { language, name }: Wish,
): { readonly value: unknown; readonly names: readonly string[] } {
  if (typeof value !== "object" || value === null) return { value, names: [] };
  const fields: Record<string, unknown> = { ...value };
  const names: string[] = [];
  const set = (field: string, to: unknown, repair: string) => {
    if (to === undefined || fields[field] === to) return;
    fields[field] = to;
    names.push(repair);
  };
  set("language", language, "language-set");
  set("name", name, "name-set");
  set("name", inSnakeCase(fields["name"]), "name-case");
  return { value: fields, names };
}

function inSnakeCase(name: unknown): string | undefined {
  if (typeof name !== "string" || /^[a-z][a-z0-9_-]*$/.test(name)) return undefined;
  return name
    .trim()
    .replace(/([a-z0-9])(?=[A-Z])/g, "$1_")
    .replace(/[\s.]+/g, "_")
    .toLowerCase();
}

function faultsOf(contract: Contract, { usedNames }: ContractRequest): readonly string[] {
  const { name, description, input, output, failures } = contract;
  const faults: string[] = [];
  if (usedNames.includes(name)) faults.push(`name: there is a tool "${name}" already`);
  if (description.length > LONGEST_DESCRIPTION) {
    const length = description.length;
    faults.push(`description: has ${length} characters; ${LONGEST_DESCRIPTION} is the most`);
  }
  if (input["type"] !== "object") faults.push('input: must be a schema of "type": "object"');
  faults.push(...schemaFaults("input", input), ...schemaFaults("output", output));
  if (Object.keys(output).length === 0) faults.push("output: says nothing of the result");
  const codes = failures.map(({ code }) => code);
  if (codes.includes(INVALID_INPUT)) {
    faults.push(`failures: leave ${INVALID_INPUT} out, every tool has it`);
  }
  if (new Set(codes).size < codes.length) faults.push("failures: a code is listed twice");
  return faults;
}

function schemaFaults(field: string, schema: JsonSchema): readonly string[] {
  try {
    z.fromJSONSchema(schema);
    return [];
  } catch (error) {
    return [`${field}: this JSON Schema cannot be checked: ${reasonOf(error)}`];
  }
}
