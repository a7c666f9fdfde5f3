/** From what a room changed to the user's branch, and back: judge, candidate, merge, revert. */
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { detectChecks } from "#fitness/project/detect.ts";
import { judgeProject, type ProjectJudgement } from "#fitness/project/judge-project.ts";
import { makeCandidate, type ProjectCandidate } from "#ops/project/candidate.ts";
import { readRecord } from "#ops/project/place.ts";
import { type ProjectPromotion, promoteCandidate } from "#ops/project/promotion.ts";
import { recapture } from "#ops/project/recapture.ts";
import { changesOf, type ProjectWork } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import type { AppParts } from "./context.ts";
import { surroundingsOf } from "./project.ts";

export interface ReviewOptions {
  readonly app: Pick<AppParts, "searchPath">;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Told what is done now, in one line. */
  readonly note: (text: string) => void;
}

/** The commands that must pass: those that the user set, else those that the repository seems to have. */
export async function checksOf({ place }: Pick<ProjectWork, "place">): Promise<readonly string[]> {
  return (await readRecord(place))?.checks ?? (await detectChecks(place.root));
}

/**
 * Runs the checks on the user's version and on the room's.
 *
 * @throws {OrgError} `INPUT_MISSING` when the room changed nothing.
 */
export async function reviewProject(
  work: ProjectWork,
  options: ReviewOptions,
): Promise<ProjectJudgement> {
  const { place, repository } = work;
  if ((await changesOf(work)) === undefined) throw nothingChanged();
  const tree = (ref: string) =>
    gitText(repository, ["rev-parse", "--verify", `refs/org/${ref}^{tree}`]);
  const [base, candidate] = await Promise.all([tree("base"), tree("work")]);
  const { names, toolchains } = await surroundingsOf(options.app, place);
  const dependencies = { root: place.root, names };
  const checks = await checksOf(work);
  const cache = join(place.folder, "checks");
  return await judgeProject({
    repository,
    base,
    candidate,
    checks,
    dependencies,
    toolchains,
    cache,
    ...options,
  });
}

export interface CandidateRequest {
  /** Message of the commit. */
  readonly title: string;
  readonly judgement: ProjectJudgement;
}

/** What a room changed, as one commit on what the user has committed. */
export async function candidateOf(
  work: ProjectWork,
  { title, judgement }: CandidateRequest,
): Promise<ProjectCandidate> {
  const trailers = { "Org-Room": work.room, "Org-Gate": judgement.outcome };
  return await makeCandidate(work, { title, trailers });
}

/** Merges a candidate into the branch that the user has checked out; the room goes on from there. */
export async function mergeCandidate(
  work: ProjectWork,
  candidate: ProjectCandidate,
  signal: AbortSignal,
): Promise<ProjectPromotion> {
  const merged = await promoteCandidate(work, candidate);
  await recapture(work, { signal });
  return merged;
}

/** A title for what a room changed: the line that its first turn answered. */
export async function titleOf({ repository }: ProjectWork): Promise<string> {
  const range = ["--reverse", "--format=%s", "refs/org/base..refs/org/work"];
  const [first = ""] = (await gitText(repository, ["log", ...range])).split("\n");
  return first === "" ? "Changes of a room" : first;
}

function nothingChanged(): OrgError {
  return new OrgError("The room changed nothing", {
    code: "INPUT_MISSING",
    why: "its files are those that you gave it",
    remedies: ["org project status"],
    left: "Nothing was changed.",
  });
}
