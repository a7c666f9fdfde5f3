import type { ToolCase } from "#tools/contract/cases.ts";
import { type Contract, INVALID_INPUT } from "#tools/contract/spec.ts";
import type { Finding } from "../finding.ts";
import { type InsideOptions, runProbe } from "../inside/run-inside.ts";
import type { SchemaRequest, SchemaValue } from "../inside/schema-probe.ts";

const MAX_REPORTED = 20;

/**
 * Checks that the schemas can be read, and that the cases fit them.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when there is no sandbox.
 */
export async function checkSchemas(
  { input, output }: Contract,
  cases: readonly ToolCase[],
  options: InsideOptions,
): Promise<readonly Finding[]> {
  const request: SchemaRequest = { schemas: { input, output }, values: cases.flatMap(valuesOf) };
  const answers = await runProbe("schema-probe.ts", request, options);
  const faults = answers.filter((answer) => typeof answer === "string");
  const isDone = answers.at(-1) === true;
  if (!isDone) faults.push("the schemas could not be checked in time; simplify their patterns");
  return faults.slice(0, MAX_REPORTED).map((message) => {
    const isAboutCase = message.startsWith("the ") && isDone;
    return { file: isAboutCase ? "cases.json" : "spec.json", message };
  });
}

function valuesOf(one: ToolCase, at: number): readonly SchemaValue[] {
  const input: SchemaValue = {
    what: `the input of case ${at + 1}`,
    schema: "input",
    value: one.input,
  };
  if ("error" in one) return one.error === INVALID_INPUT ? [] : [input];
  return [input, { what: `the output of case ${at + 1}`, schema: "output", value: one.output }];
}
