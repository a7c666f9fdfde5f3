/** Several attempts at one task: each in a scratch of its own, each judged like a single one, one of them printed. */
import { explain, OrgError } from "#core/errors.ts";
import { oneRow } from "#core/text/one-row.ts";
import { type Attempt, type AttemptResult, ranked } from "../project/attempts-record.ts";
import { runTask, type TaskRun } from "./run-task.ts";
import type { Task } from "./task-file.ts";

/** What an attempt took so far. */
interface AttemptCost {
  /** Milliseconds of answers, without the wait for the model's endpoint. */
  readonly ms: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface AttemptRun extends TaskRun {
  /** Name of the language model, for the table; known once it has answered. */
  readonly model: () => string;
  readonly cost: () => AttemptCost;
}

export interface BestOf {
  /** The best first. */
  readonly attempts: readonly Attempt[];
  /** What the best one prints, or why none can be printed: the failure of the first in the list. */
  readonly best: { readonly printed: string } | { readonly failure: OrgError };
}

/**
 * Makes all attempts at once; how many answers come at the same time is the endpoint's to say. Nothing of any of them is
 * left behind.
 *
 * @throws the reason of the signal once it aborts; and what is not a failure of an attempt.
 */
export async function bestOf(task: Task, runs: readonly AttemptRun[]): Promise<BestOf> {
  const ends = await Promise.all(
    runs.map(async (run, index) => {
      const end = await endOf(task, run);
      return { attempt: attemptOf(index + 1, run, { task, end }), end };
    }),
  );
  for (const { signal } of runs) signal.throwIfAborted();
  const attempts = ranked(ends.map(({ attempt }) => attempt));
  const first = ends.find(({ attempt }) => attempt === attempts[0]);
  if (first === undefined) throw new RangeError("There are no attempts");
  return { attempts, best: first.end };
}

async function endOf(task: Task, run: AttemptRun): Promise<BestOf["best"]> {
  try {
    return { printed: await runTask(task, run) };
  } catch (error) {
    if (error instanceof OrgError) return { failure: error };
    throw error;
  }
}

interface Ended {
  readonly task: Task;
  readonly end: BestOf["best"];
}

function attemptOf(
  number: number,
  { model, cost, cleaner }: AttemptRun,
  { task, end }: Ended,
): Attempt {
  const all = task.guarantees.filter(({ check }) => check !== undefined).length;
  const result: AttemptResult =
    "printed" in end
      ? { ...cost(), ...sizeOf(end.printed), ...PASSED, checks: { passed: all, all } }
      : {
          ...cost(),
          ...UNCHANGED,
          ...failureOf(end.failure, all),
          why: whyOf(end.failure, cleaner),
        };
  return { number, persona: "exec", model: model(), result };
}

const UNCHANGED = { files: 0, added: 0, removed: 0, fixed: 0 } as const;
const PASSED = { outcome: "passes", why: "", fixed: 0 } as const;

/** An answer that was read and cannot be used is refused; of one that never came there is nothing to judge. */
function failureOf({ code }: OrgError, all: number): Pick<AttemptResult, "outcome" | "checks"> {
  const isRefused = code === "ANSWER_UNUSABLE" || code === "PATH_REFUSED";
  return { outcome: isRefused ? "refused" : "failed", checks: { passed: 0, all } };
}

function whyOf(failure: OrgError, cleaner: AttemptRun["cleaner"]): string {
  const { message, why } = failure;
  const text = why === undefined ? explain(failure) : `${message}: ${why}`;
  return oneRow(cleaner.clean(text));
}

const PATCH = "\n---PATCH---\n";

/** What a patch of ours changes: between two headers each line of a file begins with what becomes of it. */
function sizeOf(printed: string): Pick<AttemptResult, "files" | "added" | "removed"> {
  const patch = printed.slice(printed.indexOf(PATCH) + PATCH.length);
  let [files, added, removed, isHeader] = [0, 0, 0, true];
  for (const line of patch.split("\n")) {
    if (line.startsWith("diff --git ")) [files, isHeader] = [files + 1, true];
    else if (line.startsWith("@@ ")) isHeader = false;
    else if (!isHeader && line.startsWith("+")) added += 1;
    else if (!isHeader && line.startsWith("-")) removed += 1;
  }
  return { files, added, removed };
}
