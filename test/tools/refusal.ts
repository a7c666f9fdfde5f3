/** A tool that must be refused, and how a report says that it was. */
import { expect } from "bun:test";
import type { ToolReport, ToolStage } from "#tools/contract/validation.ts";
import type { Recipe } from "./recipe.ts";

export type RefusedTool = readonly [name: string, recipe: Recipe, refused: Refusal];
/** The stage that refuses it, and a part of what it tells the maker. */
type Refusal = readonly [stage: ToolStage, says: RegExp];

/** The stage that refused, or "passed", and all that it says; `ok` of the whole must agree with it. */
export function refusalIn(report: ToolReport): readonly [stage: string, says: string] {
  const last = report.stages.at(-1);
  expect(report.ok).toBe(last?.ok ?? false);
  return [
    last?.ok === false ? last.stage : "passed",
    [last?.reason, ...(last?.details ?? [])].join("\n"),
  ];
}
