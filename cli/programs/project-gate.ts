/** What a person does at the gate of their repository: checks, candidate, merge. */

import { criticOf } from "#app/project-critic.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { candidatesOf } from "#ops/project/candidate.ts";
import { mergeNotices } from "#ops/project/judge-hooks.ts";
import { candidateOf, mergeCandidate } from "#ops/project/merge-reviewed.ts";
import { refuseUnready } from "#ops/project/readiness.ts";
import { hasChanges } from "#ops/project/refs.ts";
import {
  isSuccess,
  markShown,
  type Review,
  type ReviewOptions,
  reviewByCritic,
  reviewChanges,
  reviewMerge,
  wasShown,
} from "#ops/project/review.ts";
import { pathList } from "#ops/project/user-checkout.ts";
import { diffOfCandidate, type ProjectWork, titleOf } from "#ops/project/work.ts";
import { gitText } from "#platform/git/raw.ts";
import type { CommandContext } from "../context.ts";
import { findingText, reviewText } from "../project-text.ts";
import { setsChecks } from "./set-checks.ts";

/** An action on the work of a room. */
export interface Acting {
  readonly context: CommandContext;
  readonly work: ProjectWork;
  /** What stands behind the action: a file or a candidate. */
  readonly operand: string | undefined;
}

export async function check({ context, work }: Acting): Promise<number> {
  if (setsChecks(context.line) && !(await hasChanges(work.repository))) return EXIT.done;
  const review = await reviewChanges(work, reviewing(context));
  await show("checks", { context, work, review });
  return isSuccess(review) ? EXIT.done : EXIT.failed;
}

/** Asks a model about what the room changed; it decides nothing. */
export async function criticise({ context, work, operand: about }: Acting): Promise<number> {
  const { line, output, cleaner } = context;
  const finding = await reviewByCritic(work, { ...reviewing(context), about });
  output.write(
    line.options.has("json")
      ? lineOf("critic", cleaner, finding)
      : cleaner.clean(findingText(finding)),
  );
  return finding.severity === "held" ? EXIT.failed : EXIT.done;
}

interface Shown {
  readonly context: CommandContext;
  readonly work: ProjectWork;
  readonly review: Review;
  /** What became of it, for a program that reads. */
  readonly result?: object | undefined;
}

/** A person who was shown what the gate holds may merge it. */
async function show(action: string, { context, work, review, result }: Shown): Promise<void> {
  const { line, output, cleaner } = context;
  if (line.options.has("json")) {
    const { outcome, judgement, merged = null, hooks, critic } = review;
    output.write(
      lineOf(action, cleaner, { ...judgement, outcome, merged, hooks, critic, ...result }),
    );
  } else output.write(cleaner.clean(reviewText(review)));
  await markShown(work, review);
}

/** One line of JSON; its type tells it from the events of a room. */
export function lineOf(action: string, cleaner: CommandContext["cleaner"], data: object): string {
  return jsonLine(cleaner.cleanData({ type: "project", action, ...data }));
}

export async function candidate({ context, work, operand }: Acting): Promise<number> {
  if (operand === "show") return await showCandidate(context, work);
  if (operand !== undefined) return await listCandidates(context, work);
  const { line, output, signal } = context;
  await refuseUnready(work.location, "candidate", signal);
  const review = await reviewChanges(work, reviewing(context));
  const title = line.options.get("title") ?? (await titleOf(work));
  const made =
    review.outcome === "refused" ? undefined : await candidateOf(work, { title, review });
  await show("cand", { context, work, review, result: { candidate: made?.name ?? null } });
  if (made !== undefined && !line.options.has("json")) output.write(`${made.name}\n`);
  return isSuccess(review) ? EXIT.done : EXIT.failed;
}

/** The newest, where none is named. */
async function showCandidate(
  { line, output, cleaner }: CommandContext,
  work: ProjectWork,
): Promise<number> {
  const name = line.operands[2] ?? (await candidatesOf(work))[0]?.name ?? "";
  output.write(cleaner.clean(await diffOfCandidate(work, name)));
  return EXIT.done;
}

/** The newest first. */
async function listCandidates(
  { line, output, cleaner }: CommandContext,
  work: ProjectWork,
): Promise<number> {
  const candidates = await Promise.all(
    (await candidatesOf(work)).map(async ({ name, commit }) => {
      const title = await gitText(work.repository, ["log", "-1", "--format=%s", commit]);
      return { name, commit, title };
    }),
  );
  if (line.options.has("json")) output.write(lineOf("cand", cleaner, { candidates }));
  else if (candidates.length === 0) output.say("The room has no candidate.\n");
  else {
    const rows = candidates.map(({ name, title }) => `${name}  ${title}\n`);
    output.write(cleaner.clean(rows.join("")));
  }
  return EXIT.done;
}

export async function promote(
  { context, work, operand }: Acting,
  { mayAccept }: { readonly mayAccept: boolean },
): Promise<number> {
  const { line, output, cleaner } = context;
  if (operand !== undefined && line.options.has("title")) throw titled(operand);
  await refuseUnready(work.location, "promotion", context.signal);
  const review = await reviewMerge(work, operand, reviewing(context));
  const { outcome } = review;
  const isAccepted =
    outcome === "passes" || (outcome === "held" && mayAccept && (await wasShown(work, review)));
  if (!isAccepted) {
    await show("promote", { context, work, review, result: { merge: null } });
    if (outcome === "held") output.say(`Not merged. ${LOOK}`);
    return EXIT.failed;
  }
  const title = line.options.get("title") ?? (await titleOf(work));
  const name = operand ?? (await candidateOf(work, { title, review })).name;
  const merge = await mergeCandidate(
    work,
    { name, review },
    { ...reviewing(context), home: context.settings.home },
  );
  await show("promote", { context, work, review, result: { merge } });
  const { branch, into, commit, tag } = merge;
  const signed = tag === null ? "" : `, signed as ${tag}`;
  const text = `Merged ${branch} into ${into} (${commit.slice(0, 12)}${signed}). org project rollback reverts it (in the room: /rollback).\n`;
  if (!line.options.has("json")) output.write(cleaner.clean(text));
  reportOmitted(context, merge.left);
  for (const notice of await mergeNotices(work.location, context.signal).catch(() => []))
    output.say(`${notice}\n`);
  if (!merge.isRebased)
    output.say(
      "The room still has the files from before the merge: /rebase brings it up to date.\n",
    );
  return EXIT.done;
}

const LOOK =
  "Read what is held. To merge exactly that: org project promote --yes (in the room: /promote --yes)\n";

function titled(candidate: string): OrgError {
  return new OrgError(`${candidate.slice(0, 80)} has its message already`, {
    code: "USAGE",
    why: "--title is only for a new candidate",
    remedies: [`org project promote ${candidate.slice(0, 80)}`, 'org project promote --title "…"'],
    unchanged: "Nothing was changed.",
  });
}

export function reportOmitted(
  { output, cleaner }: CommandContext,
  omitted: readonly string[],
): void {
  if (omitted.length === 0) return;
  output.say(cleaner.clean(`You edited ${pathList(omitted)} meanwhile: your version was kept.\n`));
}

/** What the gate is asked with, on behalf of a command. */
export function reviewing({ app, cleaner, signal, output, line }: CommandContext): ReviewOptions {
  const note = (text: string) => output.say(cleaner.clean(`${text}\n`));
  const { searchPath } = app;
  const title = line.options.get("title");
  return { searchPath, askCritic: criticOf(app), cleaner, signal, note, title };
}
