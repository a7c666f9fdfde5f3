/** Runs tasks of `org exec` within this process, with answers that are written beforehand. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { TaskMessage } from "#ops/exec/prompt.ts";
import { type Mind, type Reply, runTask, type TaskRun } from "#ops/exec/run-task.ts";
import type { Task } from "#ops/exec/task-file.ts";

const TASK: Task = {
  prompt: "Rename total to sum.",
  context: ["src/cart.ts"],
  outputs: ["src/**"],
  guarantees: [],
};

/** Answers with these texts in turn, and keeps what it was asked. */
export class Script implements Mind {
  readonly asked: (readonly TaskMessage[])[] = [];
  windowTokens = 100_000;
  readonly #answers: readonly (string | Reply)[];

  constructor(...answers: readonly (string | Reply)[]) {
    this.#answers = answers;
  }

  readonly ask = async (messages: readonly TaskMessage[]): Promise<Reply> => {
    const said = this.#answers[this.asked.length] ?? "";
    this.asked.push(messages);
    return typeof said === "string" ? { text: said, end: "stop" } : said;
  };

  readonly tokensOf = (text: string): number => text.length;

  /** All that it was told at one try. */
  prompt(index = 0): string {
    return this.asked[index]?.map(({ content }) => content).join("\n") ?? "";
  }
}

export interface TaskRan {
  readonly printed: string;
  readonly notes: readonly string[];
}

/** @param task what differs from the usual one. */
export async function runScripted(
  task: Partial<Task>,
  mind: Mind,
  run: Pick<TaskRun, "repoRoot"> & Partial<TaskRun>,
): Promise<TaskRan> {
  const notes: string[] = [];
  const printed = await runTask(
    { ...TASK, ...task },
    {
      mind,
      cleaner: new TextCleaner(["value-of-the-environment"]),
      note: (text) => void notes.push(text),
      signal: AbortSignal.timeout(600_000),
      ...run,
    },
  );
  return { printed, notes };
}
