import { canonicalJson } from "#core/canonical-json.ts";
import { casesSchema, type ToolCase } from "#tools/contract/cases.ts";
import { type Contract, INVALID_INPUT } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import type { Finding } from "../finding.ts";
import { readJson } from "./read-json.ts";

const CASES = "cases.json";
const UNDECLARED = /^(?:net:|files:read$|random$)/;

export interface CheckedCases {
  /** Empty when they could not be read. */
  readonly cases: readonly ToolCase[];
  readonly findings: readonly Finding[];
}

/** Reads `cases.json` and judges it against the failures of the contract; the schemas are for the sandbox. */
export function checkCases(folder: ToolFolder, contract: Contract | undefined): CheckedCases {
  const read = readJson(folder, CASES, casesSchema);
  if (!read.ok) return { cases: [], findings: read.findings };
  const { cases } = read.value;
  const codes = new Set([INVALID_INPUT, ...(contract?.failures ?? []).map(({ code }) => code)]);
  const messages = [
    ...(contract === undefined ? [] : undeclared(cases, codes)),
    ...(contract?.deterministic === false ? [] : contradictions(cases)),
  ];
  // There is no network, no file and no chance that an author knows while a tool is judged: nothing of them can be declared.
  const readsEnvironment = contract?.capabilities.some((name) => UNDECLARED.test(name)) === true;
  if (!(readsEnvironment || cases.some((one) => "output" in one))) {
    messages.push("shows no result: at least one case needs an output");
  }
  return { cases, findings: messages.map((message) => ({ file: CASES, message })) };
}

function undeclared(cases: readonly ToolCase[], codes: ReadonlySet<string>): string[] {
  return cases.flatMap((one, at) =>
    "error" in one && !codes.has(one.error)
      ? [`case ${at + 1} expects the error "${one.error}", which the contract does not declare`]
      : [],
  );
}

/** What is deterministic gives one result for one input. */
function contradictions(cases: readonly ToolCase[]): string[] {
  const first = new Map<string, { readonly at: number; readonly outcome: string }>();
  return cases.flatMap((one, at) => {
    const input = canonicalJson(one.input);
    const outcome = "error" in one ? `error ${one.error}` : canonicalJson(one.output);
    const earlier = first.get(input);
    if (earlier === undefined) first.set(input, { at, outcome });
    if (earlier === undefined || earlier.outcome === outcome) return [];
    return [`cases ${earlier.at + 1} and ${at + 1} have one input and two results`];
  });
}
