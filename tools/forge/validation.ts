import type { ToolFolder } from "../contract/tool-folder.ts";
import type { ToolReport } from "../contract/validation.ts";
import { blameFor, type Failure, type Verdict } from "./blame.ts";
import { moreCasesStage, reconsiderStage } from "./cases-stage.ts";
import { codeStage, testsStage } from "./code-stage.ts";
import { type Draft, folderOf } from "./draft.ts";
import { forTheCases, forTheFile, forTheProgram, reasonsOf } from "./feedback.ts";
import type { ForgeRun } from "./run.ts";
import { specRepairStage } from "./spec-stage.ts";
import { make, StageFailed } from "./stage.ts";

/** A tool that passed. */
export interface Validated<Made extends Draft = Draft> {
  readonly draft: Made;
  readonly folder: ToolFolder;
  readonly report: ToolReport;
}

/**
 * Validates a draft, and lets the model mend it for a bounded number of rounds. Looking at cases again
 * costs no round: it happens at most once.
 *
 * @throws {StageFailed} with what the last validation said.
 */
export async function untilValid<Made extends Draft>(
  run: ForgeRun,
  first: Made,
  mend: Mend<Made>,
): Promise<Validated<Made>> {
  const past: Failure[] = [];
  let draft = first;
  for (let round = 0, free = 0; ; round += 1) {
    const folder = folderOf(draft);
    const report = await validate(run, folder, round);
    if (report.ok) return { draft, folder, report };
    const verdict = blameFor(report, past);
    if (verdict.wrongCases.length > 0) free = 1;
    if (round >= run.rounds + free) throw new StageFailed("validation", reasonsOf(report));
    await run.tell({ type: "blame", blamed: verdict.blamed, why: verdict.why });
    past.push({ report, verdict });
    draft = await mend(run, draft, { report, verdict });
  }
}

async function validate(run: ForgeRun, folder: ToolFolder, round: number): Promise<ToolReport> {
  const { validate: judge, signal } = run.parts;
  const start = performance.now();
  await run.tell({ type: "stage-start", stage: "validation", round });
  const report = await judge(folder, { signal });
  for (const { stage, ok, ms, reason, details } of report.stages) {
    await run.tell({ type: "check", check: stage, ok, ms, reason, details });
  }
  const ms = Math.round(performance.now() - start);
  const reason = report.stages.find(({ ok }) => !ok)?.reason;
  await run.tell({ type: "stage-end", stage: "validation", round, ok: report.ok, ms, reason });
  return report;
}

/** The report of a validation, and the file that is to blame. */
export interface Validation {
  readonly report: ToolReport;
  readonly verdict: Verdict;
}

/** Mends what is to blame. */
export type Mend<Made extends Draft> = (
  run: ForgeRun,
  draft: Made,
  validation: Validation,
) => Promise<Made>;

/** Lets the model mend the one file that is to blame, without sight of the others. */
export async function mended(
  run: ForgeRun,
  draft: Draft,
  { report, verdict }: Validation,
): Promise<Draft> {
  const { contract, cases, code, tests } = draft;
  switch (verdict.blamed) {
    case "code": {
      const refused = { text: code, failure: forTheProgram(report, draft) };
      return { ...draft, code: await make(run, codeStage(contract, cases, refused)) };
    }
    case "tests": {
      const refused = { text: tests, failure: forTheFile(report) };
      return { ...draft, tests: await make(run, testsStage(contract, cases, refused)) };
    }
    case "spec":
      return {
        ...draft,
        contract: await make(run, specRepairStage(contract, forTheFile(report))),
      };
    case "cases":
      return verdict.wrongCases.length > 0
        ? await reconsidered(run, draft, verdict.wrongCases)
        : {
            ...draft,
            cases: await make(run, moreCasesStage(contract, cases, forTheCases(report))),
          };
  }
}

async function reconsidered(
  run: ForgeRun,
  draft: Draft,
  indexes: readonly number[],
): Promise<Draft> {
  const { contract } = draft;
  const cases = new Map(draft.cases.entries());
  for (const index of indexes) {
    const one = cases.get(index);
    if (one === undefined) continue;
    const verdict = await make(run, reconsiderStage(contract, one));
    if (verdict === undefined) cases.delete(index);
    else cases.set(index, verdict);
  }
  return { ...draft, cases: [...cases.values()] };
}
