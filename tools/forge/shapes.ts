/** What the answers of each phase are to look like, for servers that hold a model to it. */
import type { Contract } from "../contract/spec.ts";
import type { AnswerShape } from "./ask.ts";

/** More cases than this say nothing new, and a model that counts up never ends by itself. */
export const MOST_CASES = 12;

/** An object that has exactly these properties. */
export function objectOf(
  properties: Readonly<Record<string, object>>,
): Readonly<Record<string, unknown>> {
  const required = Object.keys(properties);
  return { type: "object", properties, required, additionalProperties: false };
}

/** A file as the list of its lines: a model that writes one string squeezes lines together. */
export function linesShape(mostLines: number): AnswerShape {
  const items = { type: "string", maxLength: 200 };
  const lines = { type: "array", minItems: 1, maxItems: mostLines, items };
  return { name: "file", schema: objectOf({ lines }) };
}

/** Cases with input and output or error; which of the two it must be, the reader says. */
export function casesShape(contract: Contract): AnswerShape {
  const cases = { type: "array", minItems: 1, maxItems: MOST_CASES, items: caseSchema(contract) };
  return { name: "cases", schema: objectOf({ cases }) };
}

/** Whether one case is right. */
export function verdictShape(contract: Contract): AnswerShape {
  const verdict = { type: "string", enum: ["keep", "correct", "drop"] };
  const properties = { verdict, case: caseSchema(contract) };
  return { name: "verdict", schema: { type: "object", properties, required: ["verdict"] } };
}

function caseSchema({ input, output, failures }: Contract): object {
  const codes = failures.map(({ code }) => code);
  const error = codes.length === 0 ? {} : { error: { type: "string", enum: codes } };
  return { type: "object", properties: { input, output, ...error }, required: ["input"] };
}
