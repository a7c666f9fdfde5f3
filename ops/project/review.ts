/** Judges what a room changed, or a candidate of it, and remembers what a person was shown of it. */
import { writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { shellWord } from "#core/text/shell-word.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { outcomeOf, type ProjectFinding, type ProjectOutcome } from "#fitness/project/finding.ts";
import { judgeProject, type ProjectJudgement } from "#fitness/project/judge-project.ts";
import { passed } from "#fitness/project/run-checks.ts";
import { loadText } from "#platform/files.ts";
import { treeOfCommit } from "#platform/git/commit-tree.ts";
import type { Repository } from "#platform/git/wrapper.ts";
import { compileGoLibrary, RUNS_GO } from "#platform/sandbox/go-library.ts";
import type { Toolchains } from "#platform/sandbox/toolchains.ts";
import { proposalOf, proposalOfCandidate, type RoomProposal } from "./candidate.ts";
import { newDependenciesText, takeNewDependencies } from "./dependencies.ts";
import { allowedHooks, gitNamedSay, hooksSay } from "./judge-hooks.ts";
import { readRecord } from "./location.ts";
import { type MergePreview, previewMerge } from "./merge-preview.ts";
import { checksOf, limitsOf, measureOf, surroundingsOf } from "./project-settings.ts";
import { hasChanges, readRefs } from "./refs.ts";
import { type ProjectWork, titleOf } from "./work.ts";

/** Ids of two trees. */
export interface ChangeToReview {
  readonly repository: Repository;
  readonly base: string;
  readonly candidate: string;
}

export interface CriticOptions {
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Whose budget pays: the id of a room. */
  readonly room: string;
  /** What the user wants to have looked at. @default nothing in particular */
  readonly about?: string | undefined;
}

export interface ReviewOptions {
  /** The PATH of the user, for their compilers and interpreters. */
  readonly searchPath: string;
  /** Asks a model about a change: it can hold it, and never let it pass. */
  readonly askCritic: (change: ChangeToReview, options: CriticOptions) => Promise<ProjectFinding>;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
  /** Told what is done now, in one line. */
  readonly note: (text: string) => void;
  /** What the commit will say. @default the line that the room's first turn answered */
  readonly title?: string | undefined;
}

/** What the gate says of exactly these trees. */
export interface Review {
  /** The worse of both. */
  readonly outcome: ProjectOutcome;
  /** Of what the room's programs saw. */
  readonly judgement: ProjectJudgement;
  /** Of what would be merged, where that is something else: without what the user has not committed, on newer commits. */
  readonly merged: ProjectJudgement | undefined;
  /** What the user's hooks said of it, and what their Git names in it; absent where that is nothing. */
  readonly hooks?: readonly ProjectFinding[] | undefined;
  /** What a model said of it; absent where none was asked. */
  readonly critic?: ProjectFinding | undefined;
  /** Absent before the user's first commit, and for a candidate that is there. */
  readonly proposal: RoomProposal | undefined;
  /** Absent where it cannot be merged now. */
  readonly preview: MergePreview | undefined;
  /** Names the trees that were judged. */
  readonly key: string;
}

/**
 * Judges what a room changed by now, for whatever becomes of it.
 *
 * @throws {OrgError} `INPUT_MISSING` when the room changed nothing.
 */
export async function reviewChanges(work: ProjectWork, options: ReviewOptions): Promise<Review> {
  const { repository } = work;
  if (!(await hasChanges(repository))) throw nothingChanged();
  const { source, base, work: newest } = await readRefs(repository);
  if (source === undefined) {
    const changed = await treeOfCommit(repository, newest);
    return await review(work, { base, changed, proposal: undefined, preview: undefined }, options);
  }
  const proposal = await proposalOf(work);
  const preview = await previewMerge(work, proposal, options.signal).catch((error: unknown) => {
    if (error instanceof OrgError) return undefined;
    throw error;
  });
  return await review(work, { ...proposal, proposal, preview }, options);
}

/**
 * What a critic says of the room's changes, whether the gate asks one or not.
 *
 * @param options `about` is what the user wants to have looked at.
 * @throws {OrgError} `INPUT_MISSING` when the room changed nothing.
 */
export async function reviewByCritic(
  work: ProjectWork,
  options: ReviewOptions & { readonly about: string | undefined },
): Promise<ProjectFinding> {
  const { repository, room } = work;
  if (!(await hasChanges(repository))) throw nothingChanged();
  const { base, work: candidate } = await readRefs(repository);
  return await options.askCritic({ repository, base, candidate }, { ...options, room });
}

/**
 * Judges what is to be merged.
 *
 * @param name of a candidate. @default what the room has changed by now
 * @throws {OrgError} `INPUT_MISSING` when there is nothing to merge, and as {@link promoteCandidate} for what it would
 *   refuse: then no check runs.
 */
export async function reviewMerge(
  work: ProjectWork,
  name: string | undefined,
  options: ReviewOptions,
): Promise<Review> {
  const own = name === undefined ? await proposalOf(work) : undefined;
  const proposal = own ?? (await proposalOfCandidate(work, name ?? ""));
  const preview = await previewMerge(work, proposal, options.signal);
  return await review(work, { ...proposal, proposal: own, preview }, options);
}

/** Whether the outcome lets it pass, and no check of it fails: what has failed on the user's version too is not a success. */
export function isSuccess({ outcome, judgement, merged }: Review): boolean {
  const rows = [judgement, ...(merged === undefined ? [] : [merged])].flatMap(
    ({ checks }) => checks,
  );
  return outcome !== "refused" && rows.every(({ candidate }) => passed(candidate));
}

interface ToReview extends Pick<Review, "proposal" | "preview"> {
  readonly base: string;
  readonly changed: string;
}

async function review(
  work: ProjectWork,
  { base, changed, proposal, preview }: ToReview,
  options: ReviewOptions,
): Promise<Review> {
  const { location, repository } = work;
  const installed = newDependenciesText(await takeNewDependencies(location, options.signal));
  if (installed !== undefined) options.note(installed);
  const { names, toolchains: found } = await surroundingsOf(options.searchPath, location);
  const cache = join(location.folder, "checks");
  const [checks, limits, measure, hooks] = await Promise.all([
    checksOf(work),
    limitsOf(work),
    measureOf(work),
    allowedHooks(location, options.signal),
  ]);
  const toolchains = await compiledFor(checks, found, options);
  const alsoRun = hooks?.files.map((file) => `sh ${shellWord(file)}`);
  const around = { dependencies: { root: location.root, names }, toolchains };
  const judge = (trees: { readonly base: string; readonly candidate: string }) =>
    judgeProject({
      repository,
      checks,
      limits,
      alsoRun,
      measure,
      cache,
      ...around,
      ...trees,
      ...options,
    });
  const seen = { base: await treeOfCommit(repository, base), candidate: changed };
  const pairs = [seen];
  if (preview?.tree !== undefined) {
    const merged = { base: await treeOfCommit(repository, preview.head), candidate: preview.tree };
    if (merged.base !== seen.base || merged.candidate !== seen.candidate) pairs.push(merged);
  }
  const key = pairs.map((trees) => `${trees.base}..${trees.candidate}`).join(" ");
  const judgement = await judge(seen);
  const [, other] = pairs;
  const merged = other && judgement.outcome !== "refused" ? await judge(other) : undefined;
  const outcome = worse(judgement.outcome, merged?.outcome ?? "passes");
  const judged = { outcome, judgement, merged, proposal, preview, key };
  const trees = other ?? seen;
  const said = [
    ...(await gitNamedSay(location, { repository, ...trees, ...options })),
    ...(hooks === undefined || outcome === "refused"
      ? []
      : await hooksSay(location, {
          ...{ repository, hooks, ...trees, ...around, ...options },
          message: `${options.title ?? (await titleOf(work))}\n`,
        })),
  ];
  const all = worse(outcome, outcomeOf(said));
  const after = { ...judged, outcome: all, hooks: said.length === 0 ? undefined : said };
  return await withCritic(after, { work, trees, options });
}

/** Checks that run Go find its library compiled; other users are not made to wait for that. */
async function compiledFor(
  checks: readonly string[],
  toolchains: Toolchains,
  wait: Pick<ReviewOptions, "signal" | "note">,
): Promise<Toolchains> {
  if (!checks.some((check) => RUNS_GO.test(check))) return toolchains;
  return await compileGoLibrary(toolchains, join(homedir(), ".cache", "org"), wait);
}

interface Criticised {
  readonly work: ProjectWork;
  readonly trees: { readonly base: string; readonly candidate: string };
  readonly options: ReviewOptions;
}

/** What a model says is one finding more, and the outcome only what it was or held. */
async function withCritic(review: Review, { work, trees, options }: Criticised): Promise<Review> {
  const record = await readRecord(work.location);
  if (record?.critic !== true || review.outcome === "refused") return review;
  options.note("The critic reads the change");
  const { repository, room } = work;
  const finding = await options.askCritic({ repository, ...trees }, { ...options, room });
  const outcome = finding.severity === "held" ? worse(review.outcome, "held") : review.outcome;
  return { ...review, outcome, critic: finding };
}

const WORST_FIRST: readonly ProjectOutcome[] = ["refused", "held", "passes"];

function worse(one: ProjectOutcome, other: ProjectOutcome): ProjectOutcome {
  return WORST_FIRST.find((outcome) => outcome === one || outcome === other) ?? one;
}

function nothingChanged(): OrgError {
  return new OrgError("The room changed nothing", {
    code: "INPUT_MISSING",
    why: "Its files are the same as yours, so there is nothing to judge.",
    remedies: ["ask a persona for a change first", "org project status   # what the room has"],
    unchanged: "Nothing was changed.",
  });
}

/** Remembers that a person was shown what the gate says of these trees. One that is cut off says that it was not shown. */
export async function markShown(
  { folder }: ProjectWork,
  { key }: Pick<Review, "key">,
): Promise<void> {
  await writeFile(join(folder, SHOWN_FILE), `${key}\n`, { mode: 0o600 });
}

/** Whether a person was shown what the gate says of just these trees, by an earlier command. */
export async function wasShown(
  { folder }: ProjectWork,
  { key }: Pick<Review, "key">,
): Promise<boolean> {
  const text = await loadText(join(folder, SHOWN_FILE)).catch(() => "");
  return text.trimEnd() === key;
}

/** In the folder of a room; holds the key of the newest review. */
const SHOWN_FILE = "shown";
