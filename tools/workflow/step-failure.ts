import { ExpressionError } from "./expression.ts";

/**
 * Why a step did not succeed.
 *
 * - `tool`: its tool ran and failed; it may be tried again, and the workflow may go on without it.
 * - `refused`: its tool was not allowed to run.
 * - `workflow`: the workflow asks for what cannot be.
 */
export type FailureKind = "tool" | "refused" | "workflow";

export interface FailureFacts {
  readonly kind: FailureKind;
  readonly path: string;
  readonly cause?: unknown;
}

/** Ends a run, unless a step on the way up is allowed to fail. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly kind: FailureKind;
  /** Of the innermost step. */
  readonly path: string;

  constructor(message: string, { kind, path, cause }: FailureFacts) {
    super(message, { cause });
    this.kind = kind;
    this.path = path;
  }
}

/** Gives what `evaluate` gives. @throws {StepFailure} instead of an {@link ExpressionError}. */
export function orFailure<Value>(path: string, evaluate: () => Value): Value {
  try {
    return evaluate();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new StepFailure(error.message, { kind: "workflow", path, cause: error });
  }
}
