/** What takes part in `bench tasks` and `bench project-tasks`. */

/** A task as a contestant gets it. */
export interface Posed {
  readonly question: string;
  /** A copy of the task's files, which is gone afterwards; empty for a task without files. Absolute path. */
  readonly folder: string;
  /** The folder is a Git repository that may be changed. */
  readonly isRepository: boolean;
  /** The model server, without a path. */
  readonly base: string;
  readonly model: string;
}

export interface Edits {
  readonly made: number;
  /** Of those, the calls whose result was an error, for example because the passage to replace is not in the file. */
  readonly refused: number;
}

/** `none`: nothing was judged, for the turn failed or changed nothing. */
export type Gate = "passes" | "held" | "refused" | "none";

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
  /** Calls of tools that change a file; absent where the contestant has no such tool. */
  readonly edits?: Edits | undefined;
  /** What a gate of its own says of the change: with all but `passes` and `held` the user gets nothing of it. */
  readonly gate?: Gate | undefined;
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
