/** A line of the human, and how it is to be answered. */
import type { HumanMessage } from "#core/events.ts";
import type { Job, JobOptions } from "./job-queue.ts";
import type { Consent } from "./permissions.ts";

/** A line of the human that is being answered. */
export interface Line extends Job {
  readonly message: HumanMessage;
  /** The addressed personas speak at the same time. */
  readonly together: boolean;
  readonly consent: Consent;
}

/** How a line of the human is to be answered. */
export interface AnswerOptions extends JobOptions {
  /** What becomes of questions for an approval. @default "ask" */
  readonly consent?: Consent | undefined;
}

export interface SayOptions extends AnswerOptions {
  /** A mode for this line only. */
  readonly mode?: string | undefined;
  /** Of the line: who sends it again has only those asked who have not answered it. @default a new one */
  readonly id?: string | undefined;
}
