/** What takes part in `bench tasks`. */

/** A task as a contestant gets it. */
export interface Posed {
  readonly question: string;
  /** A copy of the task's files, which is gone afterwards; empty for a task without files. Absolute path. */
  readonly folder: string;
  /** The model server, without a path. */
  readonly base: string;
  readonly model: string;
}

/** What a contestant made of a task. */
export interface Outcome {
  /** What a person would have read as the answer. */
  readonly text: string;
  /** Calls that it took for calls. */
  readonly calls: number;
  /** Calls whose program or tool ran, whatever came of it. */
  readonly ran: number;
  /** Calls that ran and succeeded. */
  readonly succeeded: number;
  /** Set where there is no answer because of something that the contestant tells itself. */
  readonly ended?: "approval" | "error";
  /** What it said about that. */
  readonly why?: string;
}

export interface Contestant {
  readonly name: string;
  /** Works on a task to its end; on an abort it ends everything it started, and what it returns is not looked at. */
  answer(posed: Posed, signal: AbortSignal): Promise<Outcome>;
}
