/** What a tool does where two people may mean different things: shown to the one who asked for it. Pure. */
import { isFields } from "#core/json.ts";
import type { ToolCase } from "../contract/cases.ts";

/** Longest case that is shown, in characters. */
const LONGEST = 100;

/** Short cases of unusual inputs with different results, the most unusual first. */
export function unusualCases(cases: readonly ToolCase[], most: number): readonly string[] {
  const scored = cases
    .map((one) => ({ text: textOf(one), result: resultOf(one), score: scoreOf(one) }))
    .filter(({ text, score }) => score > 0 && text.length <= LONGEST)
    .sort((a, b) => b.score - a.score);
  const byResult = new Map(scored.toReversed().map((one) => [one.result, one]));
  return scored
    .filter((one) => byResult.get(one.result) === one)
    .slice(0, most)
    .map(({ text }) => text);
}

/** Signs, letters with marks and numbers below 0 are read in more ways than one; so is nothing at all. */
function scoreOf(one: ToolCase): number {
  const values = leavesOf(one.input);
  const odd = values.filter((value) =>
    typeof value === "string"
      ? /[^\w\s]/.test(value)
      : typeof value === "number" && (value < 0 || !Number.isInteger(value)),
  );
  const isEmpty = values.some((value) => value === "") || values.length === 0;
  return ("error" in one ? 2 : 0) + (odd.length > 0 ? 2 : 0) + (isEmpty ? 1 : 0);
}

function leavesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isFields(value) ? Object.values(value).flatMap(leavesOf) : [value];
}

function textOf(one: ToolCase): string {
  return `${JSON.stringify(one.input)} → ${resultOf(one)}`;
}

function resultOf(one: ToolCase): string {
  return "error" in one ? one.error : JSON.stringify(one.output);
}
