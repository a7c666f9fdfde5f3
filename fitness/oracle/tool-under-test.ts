/** A tool whose contract and cases could be read: what every later stage works on. */
import { z } from "zod";
import { reasonOf } from "#core/errors.ts";
import { casesSchema, type ToolCase } from "#tools/contract/cases.ts";
import { readContract } from "#tools/contract/read-contract.ts";
import { type Contract, INVALID_INPUT } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { fitting } from "./schema.ts";

export interface ToolUnderTest {
  readonly folder: ToolFolder;
  readonly contract: Contract;
  readonly cases: readonly ToolCase[];
  /** The program, as it stands in `tool.ts` or `tool.py`. */
  readonly source: string;
}

/** @returns what is wrong with its files, one line each, where they cannot be judged. */
export function openTool(folder: ToolFolder): ToolUnderTest | readonly string[] {
  const read = readContract(folder);
  const cases = readCases(folder);
  if ("kind" in read) return [read.detail];
  if (typeof cases === "string") return [cases];
  const { spec: contract, source } = read;
  const problems = cases.flatMap((toolCase, index) =>
    problemsOf(toolCase, contract).map((problem) => `case ${index + 1}: ${problem}`),
  );
  return problems.length > 0 ? problems : { folder, contract, cases, source };
}

function readCases(folder: ToolFolder): readonly ToolCase[] | string {
  const text = folder.files.get("cases.json");
  if (text === undefined) return "There is no cases.json";
  try {
    const read = casesSchema.safeParse(JSON.parse(text));
    return read.success ? read.data.cases : `cases.json: ${z.prettifyError(read.error)}`;
  } catch (error) {
    return `cases.json: ${reasonOf(error)}`;
  }
}

function problemsOf(toolCase: ToolCase, contract: Contract): string[] {
  if ("error" in toolCase) {
    const isNamed = contract.failures.some(({ code }) => code === toolCase.error);
    return isNamed || toolCase.error === INVALID_INPUT
      ? []
      : [`the contract names no failure "${toolCase.error}"`];
  }
  return [
    ...(fitting(contract.input)(toolCase.input)
      ? []
      : ['its input does not fit the schema "input"']),
    ...(fitting(contract.output)(toolCase.output)
      ? []
      : ['its output does not fit the schema "output"']),
  ];
}
