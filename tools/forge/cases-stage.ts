import { z } from "zod";
import { canonicalJson } from "#core/canonical-json.ts";
import { casesSchema, type ToolCase } from "../contract/cases.ts";
import type { Contract } from "../contract/spec.ts";
import {
  casesPrompt,
  FEWEST_CASES,
  moreCasesPrompt,
  reconsiderPrompt,
} from "./prompts/cases-prompt.ts";
import { takeFile } from "./repairs/answer.ts";
import { readJson } from "./repairs/json.ts";
import { casesShape, verdictShape } from "./shapes.ts";
import type { Reading, Stage } from "./stage.ts";

/** Longest answers in tokens, with room for models that think first. */
const LONGEST_CASES = 6000;
const LONGEST_VERDICT = 2000;

/** Cases are written from the contract alone. */
export function casesStage(contract: Contract): Stage<readonly ToolCase[]> {
  return {
    name: "cases",
    messages: casesPrompt(contract),
    shape: casesShape(contract),
    maxTokens: LONGEST_CASES,
    read: (answer) => readCases(answer, { contract, existing: [] }),
  };
}

/** More of them, where too many mistakes came through. The code is not shown here either. */
export function moreCasesStage(
  contract: Contract,
  cases: readonly ToolCase[],
  why: string,
): Stage<readonly ToolCase[]> {
  return {
    name: "cases",
    messages: moreCasesPrompt(contract, cases, why),
    shape: casesShape(contract),
    maxTokens: LONGEST_CASES,
    read: (answer) => readCases(answer, { contract, existing: cases }),
  };
}

/** `undefined`: the contract does not say what must come out, so that it is not a case. */
export type Reconsidered = ToolCase | undefined;

/** Whether one case is right after all; the judge sees no result of a program. */
export function reconsiderStage(contract: Contract, one: ToolCase): Stage<Reconsidered> {
  return {
    name: "cases",
    messages: reconsiderPrompt(contract, one),
    shape: verdictShape(contract),
    maxTokens: LONGEST_VERDICT,
    read: (answer) => readVerdict(answer, contract, one),
  };
}

interface CasesRequest {
  readonly contract: Contract;
  readonly existing: readonly ToolCase[];
}

function readCases(
  answer: string,
  { contract, existing }: CasesRequest,
): Reading<readonly ToolCase[]> {
  const json = readJsonAnswer(answer);
  if (!json.ok) return json;
  const { names, made } = json;
  // A list alone can only mean the cases.
  const isList = Array.isArray(made);
  const used = isList ? [...names, "cases-wrapped"] : names;
  const read = casesSchema.safeParse(isList ? { cases: made } : made);
  if (!read.success) return { ok: false, complaint: z.prettifyError(read.error), names: used };
  const all = [...existing, ...read.data.cases];
  const faults = [...faultsOf(read.data.cases, contract), ...togetherFaults(all, contract)];
  if (faults.length > 0) return { ok: false, complaint: faults.join("\n"), names: used };
  return { ok: true, made: all, names: used };
}

function readJsonAnswer(answer: string): Reading<unknown> {
  const file = takeFile(answer, { name: "cases.json", labels: ["json", "json5", "jsonc"] });
  const json = readJson(file.text);
  if (!json.ok) return { ...json, names: file.names };
  return { ok: true, made: json.value, names: [...file.names, ...json.names] };
}

/** What is wrong with each case by itself. */
function faultsOf(cases: readonly ToolCase[], contract: Contract): readonly string[] {
  const [accepts, fits] = [z.fromJSONSchema(contract.input), z.fromJSONSchema(contract.output)];
  const codes = contract.failures.map(({ code }) => code);
  return cases.flatMap((one) => {
    const inputText = JSON.stringify(one.input).slice(0, 200);
    const faults: string[] = [];
    if ("error" in one && !codes.includes(one.error)) {
      const codeList = codes.join(", ") || "none";
      faults.push(
        `the case with input ${inputText}: no failure "${one.error}"; there are: ${codeList}`,
      );
    }
    const input = accepts.safeParse(one.input);
    if (!input.success) {
      faults.push(
        `the input ${inputText} does not fit the contract: ${z.prettifyError(input.error)}`,
      );
    }
    const output = "error" in one ? undefined : fits.safeParse(one.output);
    if (output?.success === false) {
      const wrong = z.prettifyError(output.error);
      faults.push(`the output for input ${inputText} does not fit the contract: ${wrong}`);
    }
    return faults;
  });
}

/** What is wrong with them as a whole: too few, contradictions, failures that no case tries. */
function togetherFaults(cases: readonly ToolCase[], contract: Contract): readonly string[] {
  const faults: string[] = [];
  if (cases.length < FEWEST_CASES) {
    faults.push(`there are ${cases.length} cases; write at least ${FEWEST_CASES}`);
  }
  const byInput = Map.groupBy(cases, ({ input }) => canonicalJson(input));
  for (const [input, same] of byInput) {
    if (same.length > 1) faults.push(`the input ${input.slice(0, 200)} has ${same.length} cases`);
  }
  const tried = cases.flatMap((one) => ("error" in one ? [one.error] : []));
  const untried = contract.failures.filter(({ code }) => !tried.includes(code));
  faults.push(...untried.map(({ code }) => `no case expects the failure ${code}`));
  if (tried.length === cases.length) faults.push("no case has an output");
  return faults;
}

const verdictSchema = z.discriminatedUnion("verdict", [
  z.object({ verdict: z.literal("keep") }),
  z.object({ verdict: z.literal("drop") }),
  z.object({ verdict: z.literal("correct"), case: z.unknown() }),
]);

function readVerdict(answer: string, contract: Contract, one: ToolCase): Reading<Reconsidered> {
  const json = readJsonAnswer(answer);
  if (!json.ok) return json;
  const { names } = json;
  const read = verdictSchema.safeParse(json.made);
  if (!read.success) return { ok: false, complaint: z.prettifyError(read.error), names };
  if (read.data.verdict === "keep") return { ok: true, made: one, names };
  if (read.data.verdict === "drop") return { ok: true, made: undefined, names };
  const corrected = casesSchema.safeParse({ cases: [read.data.case] });
  const [made] = corrected.data?.cases ?? [];
  if (made === undefined || canonicalJson(made.input) !== canonicalJson(one.input)) {
    const complaint = '"case" must be a whole case with the same input';
    return { ok: false, complaint, names };
  }
  const faults = faultsOf([made], contract);
  if (faults.length > 0) return { ok: false, complaint: faults.join("\n"), names };
  return { ok: true, made, names };
}
