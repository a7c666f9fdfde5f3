/** A task as an attempt sees it, whatever its right answer is. */
import { chmod, cp, mkdir } from "node:fs/promises";
import { isRight } from "./answer-check.ts";
import type { Outcome } from "./contestant.ts";
import type { Task } from "./task.ts";

export interface Trial {
  readonly name: string;
  /** As a row of the report calls it. */
  readonly kind: string;
  /** Tasks that are held out measure a change; nothing is tuned on them. */
  readonly heldout: boolean;
  readonly question: string;
  /** The files are a Git repository that the contestant may change. */
  readonly isRepository: boolean;
  /** Puts a copy of the files into a folder. @param folder absolute path; it is made. */
  prepare(folder: string): Promise<void>;
  /** Looks at what a contestant made of it; not called when its time was up. */
  judge(finished: Finished, signal: AbortSignal): Promise<Judged>;
}

export interface Finished {
  readonly outcome: Outcome;
  /** Whether the turn ended with an answer that a person can read. */
  readonly isAnswered: boolean;
  /** As the contestant left it. Hostile: nothing of it runs outside of the sandbox. */
  readonly folder: string;
}

export interface Judged {
  readonly right: boolean;
  /** Whether the files pass the hidden checks; absent where the task has none. */
  readonly passed?: boolean | undefined;
}

/** A question with one right answer, about a folder or none. */
export function questionTrial(task: Task): Trial {
  return {
    ...{ name: task.name, kind: task.kind, heldout: task.heldout, question: task.question },
    isRepository: false,
    async prepare(folder) {
      if (task.folder === undefined) await mkdir(folder);
      else await cp(task.folder, folder, { recursive: true });
      await chmod(folder, 0o755);
    },
    judge: async ({ isAnswered, outcome }) => ({
      right: isAnswered && isRight(task, outcome.text),
    }),
  };
}
