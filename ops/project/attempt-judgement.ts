/** What the gate says of one attempt, in the figures that attempts are compared by. */
import { explain, OrgError } from "#core/errors.ts";
import type { CheckRow } from "#fitness/project/judge-project.ts";
import { passed } from "#fitness/project/run-checks.ts";
import type { AttemptResult } from "./attempts-record.ts";
import { type Review, type ReviewOptions, reviewChanges } from "./review.ts";
import type { ProjectWork } from "./work.ts";

/** Of an attempt that the gate did not look at. */
export const NO_JUDGEMENT: Pick<AttemptResult, "checks" | "fixed"> = {
  checks: { passed: 0, all: 0 },
  fixed: 0,
};

type Judgement = Pick<AttemptResult, "outcome" | "checks" | "fixed" | "why">;

/**
 * Has the gate judge what an attempt and its room changed. What it could not judge is held: it never passes, and is not
 * lost either.
 *
 * @throws the reason of the signal once it aborts.
 */
export async function judgementOf(work: ProjectWork, options: ReviewOptions): Promise<Judgement> {
  try {
    return factsOf(await reviewChanges(work, options));
  } catch (error) {
    if (!(error instanceof OrgError) || options.signal.aborted) throw error;
    const [why = ""] = options.cleaner.clean(explain(error)).split("\n");
    return { ...NO_JUDGEMENT, outcome: "held", why: `the gate could not judge it: ${why}` };
  }
}

function factsOf({ outcome, judgement, merged, hooks = [], critic }: Review): Judgement {
  const { checks } = judgement;
  const good = checks.filter(({ candidate }) => passed(candidate)).length;
  const fixed = checks.map(fixedIn).reduce((sum, one) => sum + one, 0);
  const reviews = critic === undefined ? [] : [critic];
  const findings = [...judgement.findings, ...(merged?.findings ?? []), ...hooks, ...reviews];
  const worst = findings.find(({ severity }) => severity === outcome);
  const why = outcome === "passes" ? "" : (worst?.text ?? "");
  return { outcome, checks: { passed: good, all: checks.length }, fixed, why };
}

/** Tests that fail on the user's version and pass now; a check that names none on it counts as one. */
function fixedIn({ base, candidate }: CheckRow): number {
  if (base.tests.length === 0) return !passed(base) && passed(candidate) ? 1 : 0;
  const failing = new Set(
    base.tests.filter(({ status }) => status === "failed").map(({ name }) => name),
  );
  return candidate.tests.filter(({ name, status }) => status === "passed" && failing.has(name))
    .length;
}
