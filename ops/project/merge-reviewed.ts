/** What becomes of changes that were judged: a candidate, and a merge. */
import { OrgError } from "#core/errors.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import type { ProjectJudgement } from "#fitness/project/judge-project.ts";
import type { CheckRun } from "#fitness/project/run-checks.ts";
import { makeCandidate, type ProjectCandidate } from "./candidate.ts";
import type { Trailers } from "./commit-object.ts";
import { checksOf } from "./project-settings.ts";
import { type ProjectPromotion, promoteCandidate } from "./promotion.ts";
import { recapture } from "./recapture.ts";
import type { Review, ReviewOptions } from "./review.ts";
import type { ProjectWork } from "./work.ts";

/** What a room changed, as one commit on what the user has committed; just what was judged. */
export async function candidateOf(
  work: ProjectWork,
  { title, review }: { readonly title: string; readonly review: Review },
): Promise<ProjectCandidate> {
  const trailers = { "Org-Room": work.room, ...(await judgedIn(work, review)) };
  return await makeCandidate(work, { title, trailers, proposal: review.proposal });
}

/** What a commit says of its judgement. */
async function judgedIn(work: ProjectWork, { outcome }: Review): Promise<Trailers> {
  const checks = await checksOf(work);
  const named = checks.length === 0 ? {} : { "Org-Checks": checks.join("; ") };
  return { "Org-Gate": outcome, ...named };
}

export interface Merged extends ProjectPromotion {
  /** Whether the room goes on from the merge; not while a turn of it is under way, or where it conflicts. */
  readonly isRebased: boolean;
}

/** Most findings that a tag tells of; so many fit into its message. */
const MOST_FINDINGS = 40;

/** What the gate found, as one line of JSON: the worst of the findings, how each check ended, what was measured. */
function reportOf({ outcome, judgement, merged, hooks, critic }: Review): string {
  const parts = ({ findings, checks, measure }: ProjectJudgement): object => ({
    findings: findings.slice(0, MOST_FINDINGS).map((finding) => ({
      ...finding,
      text: finding.text.slice(0, 200),
    })),
    checks: checks.map(({ command, base, candidate }) => ({
      command,
      base: endOf(base),
      candidate: endOf(candidate),
    })),
    measure,
  });
  const also = { merged: merged && parts(merged), hooks, critic };
  return JSON.stringify({ outcome, ...parts(judgement), ...also });
}

function endOf({ exit, stopped, tests }: CheckRun): object {
  const good = tests.filter(({ status }) => status === "passed").length;
  return { exit, stopped: stopped ?? undefined, passed: good, tests: tests.length };
}

/**
 * Merges a candidate into the branch that the user has checked out, under a tag that the gate of the home signs.
 *
 * @param options `home` is ORG_HOME.
 */
export async function mergeCandidate(
  work: ProjectWork,
  { name, review }: { readonly name: string; readonly review: Review },
  { signal, note, home }: Pick<ReviewOptions, "signal" | "note"> & { readonly home: string },
): Promise<Merged> {
  const trailers = await judgedIn(work, review);
  const about = {
    verified: review.preview,
    trailers,
    report: reportOf(review),
    signing: promotionPaths(home),
    signal,
    wait: { onWait: note },
  };
  const merged = await promoteCandidate(work, { name }, about);
  try {
    return { ...merged, isRebased: (await recapture(work, { signal })).kind !== "conflicts" };
  } catch (error) {
    // The merge is made, and has to be told, whatever keeps the room from following.
    if (error instanceof OrgError || signal.aborted) return { ...merged, isRebased: false };
    throw error;
  }
}
