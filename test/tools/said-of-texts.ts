/** What the stages that read texts say of a tool. */

import { givesOrders } from "#fitness/oracle/takeover.ts";
import { openTool } from "#fitness/oracle/tool-under-test.ts";
import { checkSpec } from "#fitness/static/folder/check-spec.ts";
import { orderingTexts } from "#fitness/static/text/program-texts.ts";
import {
  answersToRead,
  contractToRead,
  programTextsToRead,
  subjectOf,
} from "#fitness/static/text/texts-to-read.ts";
import { typescriptTexts } from "#fitness/static/typescript/check-texts.ts";
import { type Recipe, toolOf } from "./recipe.ts";

/** What is said of a tool because of its texts: why it is refused, or held. */
export function saidOf(recipe: Recipe): readonly string[] {
  const folder = toolOf(recipe);
  const tool = openTool(folder);
  if (!("contract" in tool)) throw new Error(tool.join("; "));
  const texts = typescriptTexts(tool.source);
  const isOrder = tool.cases.some((one) => "output" in one && givesOrders(one.input, one.output));
  return [
    ...checkSpec(folder).findings.map(({ message }) => message),
    ...orderingTexts(texts).map(({ message }) => message),
    ...(isOrder ? ["a declared answer gives orders"] : []),
    ...contractToRead(tool.contract).map(({ message }) => message),
    ...answersToRead(tool.cases, subjectOf(tool.contract)).map(({ message }) => message),
    ...programTextsToRead("tool.ts", texts, subjectOf(tool.contract)).map(({ message }) => message),
  ];
}
