/** A verdict as the dashboard shows it: its stages, its figures beside main's, and whether its signature holds. */
import { join } from "node:path";
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { isSigned } from "#fitness/gate/signing.ts";
import type { VerdictRow } from "#fitness/gate/verdict-store.ts";
import { STAGE_ASKS } from "#fitness/stages.ts";
import type { LastVerdict } from "#ops/candidates/candidate-rows.ts";
import { comparisonOf } from "#ops/release/scoreboard.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import type { EvidencePoint, ToolBeside, VerdictView } from "#server/ui/gate-view.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";

const value = z.number();
const scoreSchema = z.object({ pairs: value, current: value, candidate: value });

/** What S7 writes down of each scenario; a record of an older version may lack it. */
const recordSchema = z.object({
  measured: z.object({ S7: z.object({ scores: z.record(z.string(), scoreSchema) }) }),
});

/** @returns nothing where main's suite was not played. */
export function evidenceOf(
  row: Pick<VerdictRow, "at" | "branch" | "record" | "verdict">,
): EvidencePoint | undefined {
  const found = comparisonOf(row);
  if (found === undefined) return undefined;
  const { at, branch, verdict } = row;
  const { pairs, notWorse: forIt, notWorseThanBest: anchor, worse: harm, needed } = found;
  return { at, branch, verdict, pairs, forIt, anchor, harm, needed };
}

interface Beside {
  /** The commit that main is now. */
  readonly main: string;
  readonly tools: readonly RegisteredTool[];
}

/** @param beside what main is and has now. */
export async function verdictView(
  home: string,
  last: LastVerdict,
  beside: Beside,
): Promise<VerdictView> {
  const { record, text } = last;
  const { verdict, stage, reason, at, main, attempt, stages } = record;
  const { data } = recordSchema.safeParse(record);
  const scores = Object.entries(data?.measured.S7.scores ?? {});
  const row = { record: text, at: Date.parse(at), branch: "", verdict };
  return {
    ...{ verdict, stage, reason, at, main, attempt, isStale: main !== beside.main },
    isSigned: await signature(home, last),
    stages: stages.map((one) => ({ ...one, reason: one.reason, asks: STAGE_ASKS[one.id] })),
    tools: Object.keys(record.tools).map((name) => toolBeside(name, record, beside)),
    scenarios: scores.map(([name, scored]) => ({ name, ...scored })),
    evidence: evidenceOf(row),
  };
}

function toolBeside(name: string, { tools, measured }: VerdictRecord, beside: Beside): ToolBeside {
  const cost = measured?.S8?.[name];
  return {
    ...{ name, candidate: tools[name]?.tests },
    main: beside.tools.find((tool) => tool.name === name)?.figures,
    cost: cost && { ...cost, cpuRatio: cost.cpuRatio },
  };
}

/** @returns undefined where there is no program that could tell. */
async function signature(
  home: string,
  { text, signature: signed }: LastVerdict,
): Promise<boolean | undefined> {
  await using folder = await temporaryFolder("verdict");
  const path = join(folder.path, "signature");
  await Bun.write(path, signed);
  try {
    return await isSigned(text, path, promotionPaths(home));
  } catch (error) {
    if (error instanceof OrgError) return undefined;
    throw error;
  }
}
