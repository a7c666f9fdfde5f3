/** The gate of a project: P0 the tree, P1 its checks on base and candidate, P2 its tests, P3 its measure. */
import { counted } from "#core/text/counted.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { readTreeDiff } from "../gate/tree-diff.ts";
import { BaseRuns } from "./base-runs.ts";
import { calledFiles } from "./called-files.ts";
import {
  type ComparedRuns,
  findingsOf,
  kindest,
  type Regression,
  regressionOf,
  strictest,
} from "./compare-runs.ts";
import { outcomeOf, type ProjectFinding, type ProjectOutcome } from "./finding.ts";
import { judgeTree } from "./judge-tree.ts";
import { judgeMeasure, type MeasureRow, type ProjectMeasure } from "./measure.ts";
import { CheckedTree, type CheckOptions, type CheckRun } from "./run-checks.ts";
import { weakenedTests } from "./weakened-tests.ts";

export interface ProjectToJudge extends CheckOptions {
  readonly repository: Repository;
  /** Ids of commits or trees. */
  readonly base: string;
  readonly candidate: string;
  /** Command lines that the user has confirmed; never read from the tree. */
  readonly checks: readonly string[];
  /** Command lines of the user that run elsewhere: what they start is held like what a check starts. @default none */
  readonly alsoRun?: readonly string[] | undefined;
  /** Of the user too. @default none */
  readonly measure?: ProjectMeasure | undefined;
  /** Absolute path of a folder of ours for results of the base; it is made when it is missing. */
  readonly cache: string;
}

/** One check on both trees: the first run on each. */
export interface CheckRow {
  readonly command: string;
  readonly base: CheckRun;
  readonly candidate: CheckRun;
}

export interface ProjectJudgement {
  readonly outcome: ProjectOutcome;
  /** The worst first. */
  readonly findings: readonly ProjectFinding[];
  /** Empty where the tree was refused: nothing of it ran. */
  readonly checks: readonly CheckRow[];
  /** Absent where none is set, where it gave no numbers, and where a stage before refused. */
  readonly measure?: MeasureRow | undefined;
}

/**
 * Judges the way from one tree to another. What a candidate does in a check is data; nothing of it leaves the sandbox.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` when no check can run, `PROCESS_FAILED` when Git fails.
 * @throws the reason of the signal once it aborts.
 */
export async function judgeProject(project: ProjectToJudge): Promise<ProjectJudgement> {
  const { repository, signal, cleaner, note } = project;
  // A shell ends what is blank, or a comment, with exit code 0.
  const checks = project.checks.filter((command) => !/^\s*(?:#.*)?$/.test(command));
  const [base, candidate] = await Promise.all(
    [project.base, project.candidate].map((id) => treeOfCommit(repository, id)),
  );
  if (base === undefined || candidate === undefined) throw new Error("Git named no tree");
  const changes = await readTreeDiff(repository, base, candidate);
  if (changes.length === 0) {
    return judgement([
      { stage: "P0", severity: "refused", text: "The candidate changes nothing." },
    ]);
  }
  note(`P0: ${counted(changes.length, "changed file")}`);
  const trees = { repository, base, candidate, changes };
  const rules = { cleaner, signal };
  const findings = [
    ...(await judgeTree(trees, rules)),
    ...(await calledFiles(trees, {
      checks: [...checks, ...(project.alsoRun ?? [])],
      measure: project.measure?.command,
      signal,
    })),
    ...(await weakenedTests(trees, rules)),
  ];
  if (outcomeOf(findings) === "refused") return judgement(findings);
  if (checks.length === 0) {
    const text = "No checks are set for this project, so nothing was run.";
    findings.push({ stage: "P1", severity: "held", text });
  }
  await using before = new BaseRuns({ ...project, tree: base });
  await using after = new CheckedTree({ repository, tree: candidate }, project);
  const rows: CheckRow[] = [];
  for (const command of checks) {
    const compared = await compare(command, { before, after, note });
    findings.push(...findingsOf(compared));
    rows.push({ command, base: compared.base, candidate: compared.candidate });
  }
  if (project.measure === undefined || outcomeOf(findings) === "refused")
    return judgement(findings, rows);
  const sides = { base: before.tree, candidate: after };
  const measured = await judgeMeasure(project.measure, { ...project, ...sides });
  return { ...judgement([...findings, ...measured.findings], rows), measure: measured.row };
}

const ORDER: readonly ProjectFinding["severity"][] = ["refused", "held", "note"];

function judgement(
  findings: readonly ProjectFinding[],
  checks: readonly CheckRow[] = [],
): ProjectJudgement {
  const sorted = ORDER.flatMap((one) => findings.filter(({ severity }) => severity === one));
  return { outcome: outcomeOf(findings), findings: sorted, checks };
}

interface Sides {
  readonly before: BaseRuns;
  readonly after: CheckedTree;
  readonly note: (text: string) => void;
}

/** A candidate may take ten times as long as the base and a minute more, before it is stopped. */
function patience({ ms }: CheckRun): number {
  return 10 * ms + 60_000;
}

async function compare(command: string, { before, after, note }: Sides): Promise<ComparedRuns> {
  note(`P1: ${command} on the base`);
  const base = await before.run(command);
  note(`P1: ${command} on the candidate`);
  const candidate = await after.run(command, patience(base));
  const first = regressionOf(base, candidate);
  if (first === undefined) return { base, candidate };
  // Before a failure counts it is repeated on both: a test that fails now and then is not the candidate's.
  note(`P1: ${command} once more on both, because it failed`);
  const baseAgain = strictest(base, await before.runAfresh(command));
  const candidateAgain = kindest(candidate, await after.run(command, patience(baseAgain)));
  const again: Regression | undefined = regressionOf(baseAgain, candidateAgain);
  return { base, candidate, regression: { first, again } };
}
