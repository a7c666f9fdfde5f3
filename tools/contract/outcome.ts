/** How a call of a generated tool ended, as plain data. */
import type { KillReason } from "#platform/sandbox/result.ts";

export type CallOutcome = CallResult | CallFailure | CallBreakdown;

interface CallResult {
  readonly kind: "result";
  readonly value: unknown;
}

/** The tool says that it cannot: a code of its contract, or an undeclared one. */
export interface CallFailure {
  readonly kind: "failure";
  readonly code: string;
  readonly message: string;
  /** Whether the code is one of the contract's, or `INVALID_INPUT`. */
  readonly declared: boolean;
}

/** Nothing that can be believed came back. */
export interface CallBreakdown {
  readonly kind: "breakdown";
  readonly why: BreakdownCause;
  /** For the maker of the tool: what it printed, which limit it met. */
  readonly detail: string;
}

export type BreakdownCause =
  /** The program ended before it answered, for example by `exit(0)`. */
  | "no-answer"
  /** A frame without the secret of this call, a second one, or one that is not JSON. */
  | "forged"
  /** Result or arguments do not fit the schema of the contract. */
  | "schema"
  /** The module could not be loaded, or has not the two exports. */
  | "load"
  /** Intrinsics of the language were changed. */
  | "tampered"
  /** It used what its contract does not name. */
  | "capability"
  /** A limit ended it. */
  | KillReason;
