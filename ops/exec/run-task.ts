/** One task: read, ask, judge; and once more with what was wrong. */
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Toolchains } from "#platform/sandbox/toolchains.ts";
import { readAnswer } from "./answer.ts";
import { type Context, readContext } from "./context.ts";
import { brokenGuarantee, proveSandbox } from "./guarantees.ts";
import { judgeChange } from "./judge-change.ts";
import { makeChange } from "./make-change.ts";
import { type Outputs, readOutputs } from "./outputs.ts";
import { commitMessage, writeCommitPatch } from "./patch-text.ts";
import { SYSTEM_PROMPT, type TaskMessage, taskPrompt } from "./prompt.ts";
import { type Outcome, type Refusal, refusalError, unusable } from "./refusal.ts";
import { openScratch, type Scratch } from "./scratch.ts";
import type { Task } from "./task-file.ts";

/** What answers; a model, for this part of the program, is a function. */
export interface Mind {
  /** @throws {OrgError} what keeps the server from answering. */
  readonly ask: (messages: readonly TaskMessage[], signal: AbortSignal) => Promise<Reply>;
  /** Size of its window in tokens. */
  readonly windowTokens: number;
  /** A safe estimate. */
  readonly tokensOf: (text: string) => number;
}

export interface Reply {
  readonly text: string;
  /** `length`: the server's limit ended it. `overlong`: ours did. */
  readonly end: "stop" | "length" | "overlong";
}

export interface TaskRun {
  readonly mind: Mind;
  /** Top folder of a checkout; only read. */
  readonly repoRoot: string;
  readonly contextRoot?: string | undefined;
  readonly breadcrumb?: string | undefined;
  readonly cleaner: TextCleaner;
  /** What the user installed for themselves, to run checks with. @default none */
  readonly toolchains?: Toolchains | undefined;
  /** Told what a person should know; one sentence each. */
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
}

/** The first, and one to mend it. */
const TRIES = 2;
/** Share of the window for all that the model reads; the rest is for its answer. */
const PROMPT_SHARE = 0.7;
/** As much of an answer as the model reads again, as a share of the window. */
const REPEATED_SHARE = 0.2;

/**
 * @returns the commit message and the patch, as they are printed.
 * @throws {OrgError} `INPUT_MISSING`, `PATH_REFUSED`, `ANSWER_UNUSABLE`, `SANDBOX_UNAVAILABLE` for a task with checks,
 *   and what {@link Mind.ask} throws. Nothing is left behind, whatever happens.
 */
export async function runTask(task: Task, run: TaskRun): Promise<string> {
  const outputs = readOutputs(task.outputs);
  // A task that cannot be judged is not worth a question.
  if (task.guarantees.some(({ check }) => check !== undefined)) await proveSandbox(run.signal);
  await using scratch = await openScratch(run.repoRoot);
  const context = await readContext(task.context, { ...run, scratch });
  for (const note of [...context.notes, ...context.hints]) run.note(note);
  const reportedCuts = new Set<string>();
  let last: Failed | undefined;
  for (let count = 0; count < TRIES; count += 1) {
    const { messages, wholePaths, cuts } = messagesOf(task, context, { mind: run.mind, last });
    for (const cut of cuts.filter((one) => !reportedCuts.has(one))) run.note(cut);
    for (const cut of cuts) reportedCuts.add(cut);
    const reply = await run.mind.ask(messages, run.signal);
    const outcome = await checkReply(reply, {
      task,
      run,
      scratch,
      outputs,
      wholePaths,
    });
    if ("value" in outcome) return outcome.value;
    last = { reply, refused: outcome.refused };
    if (count + 1 < TRIES)
      run.note(`The answer was refused, and the model is asked once more: ${outcome.refused.why}`);
  }
  throw refusalError((last ?? unusable("no model was asked")).refused, TRIES);
}

interface Failed {
  readonly reply: Reply;
  readonly refused: Refusal;
}

interface PromptInput {
  readonly mind: Mind;
  readonly last: Failed | undefined;
}

function messagesOf(task: Task, context: Context, { mind, last }: PromptInput) {
  const { windowTokens, tokensOf } = mind;
  const again: TaskMessage[] = last === undefined ? [] : repairMessages(last, mind);
  const repairTokens = again.reduce((sum, { content }) => sum + tokensOf(content), 0);
  const budgetTokens = Math.floor(windowTokens * PROMPT_SHARE) - repairTokens;
  const { text, wholePaths, cuts } = taskPrompt({ task, ...context, budgetTokens, tokensOf });
  const messages: TaskMessage[] = [
    { role: "system", content: SYSTEM_PROMPT },
    { role: "user", content: text },
    ...again,
  ];
  return { messages, wholePaths, cuts };
}

function repairMessages(
  { reply, refused }: Failed,
  { windowTokens, tokensOf }: Mind,
): TaskMessage[] {
  const isShort =
    reply.end === "stop" &&
    reply.text !== "" &&
    tokensOf(reply.text) <= windowTokens * REPEATED_SHARE;
  return [
    { role: "assistant", content: isShort ? reply.text : "(an answer that is not repeated here)" },
    {
      role: "user",
      content: `Your answer was refused: ${refused.why}.\n\nAnswer once more, whole, in the form that was asked for: one COMMIT_MSG block, and either FILE blocks or one PATCH block.`,
    },
  ];
}

interface Judging {
  readonly task: Task;
  readonly run: TaskRun;
  readonly scratch: Scratch;
  readonly outputs: Outputs;
  readonly wholePaths: ReadonlySet<string>;
}

async function checkReply(reply: Reply, judging: Judging): Promise<Outcome<string>> {
  const { task, run, scratch, outputs } = judging;
  const { cleaner, breadcrumb } = run;
  if (reply.end === "overlong") return unusable("the answer is longer than 1 MiB");
  if (reply.end === "length")
    return unusable("the answer ends at the server's limit; a diff is shorter than whole files");
  if (reply.text.trim() === "") return unusable("the answer is empty");
  const answer = readAnswer(reply.text);
  if ("refused" in answer) return answer;
  const message = commitMessage(cleaner.clean(answer.value.message), breadcrumb);
  if (message === undefined) return unusable("its commit message is empty");
  const tree = await makeChange(scratch, answer.value.change, judging);
  if ("refused" in tree) return tree;
  const patch = await judgeChange(scratch, tree.value, { outputs, cleaner });
  if ("refused" in patch) return patch;
  const broken = await brokenGuarantee(scratch, tree.value, { ...run, ...task });
  if (broken !== undefined) return unusable(broken);
  return { value: writeCommitPatch({ message, patch: patch.value }) };
}
