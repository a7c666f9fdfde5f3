/**
 * What passes between the host and the program in the sandbox. The host writes the length of a
 * {@link CallRequest} in bytes and a line feed, the request, and the secret of the call as a line; then, a
 * line of JSON each, an {@link AskAnswer} for each {@link AskFrame}. The last line of the program is its
 * {@link AnswerFrame}; every line of it carries the secret, and a line without was not written by it.
 *
 * The secret comes last so that a program can split in two before it knows it.
 */

export interface CallRequest {
  readonly name: string;
  /** The source text of the tool. */
  readonly source: string;
  /** Further modules of a TypeScript tool: source by file name. */
  readonly helpers: Readonly<Record<string, string>>;
  /** The arguments object, as JSON. */
  readonly args: string;
  /** What its clock says, in milliseconds since 1970; null: what the clock of the machine says. */
  readonly nowMs: number | null;
  /** Four 32-bit numbers from which its random numbers come; null: those of the machine. */
  readonly seed: readonly number[] | null;
  /** What its contract names. */
  readonly capabilities: readonly string[];
  /** Codes that its contract names. */
  readonly failures: readonly string[];
  /** Modules that it may import. */
  readonly modules: readonly string[];
  /** Calls to make instead, one after the other, each in a realm of its own; of a TypeScript tool that asks the host nothing. */
  readonly calls?: readonly OneOfMany[] | undefined;
}

/** What is another one in each of several calls. */
export type OneOfMany = Pick<CallRequest, "args" | "nowMs" | "seed">;

/** The tool needs something that only the host can do. */
export interface AskFrame {
  readonly nonce: string;
  readonly ask: number;
  readonly operation: string;
  /** As JSON. */
  readonly argument: string;
}

/** To {@link AskFrame}: `error` is the message of what the tool sees thrown. */
export interface AskAnswer {
  readonly ask: number;
  readonly value?: unknown;
  readonly error?: string | undefined;
}

export interface AnswerFrame {
  readonly nonce: string;
  /** Which of several calls it answers. */
  readonly call?: number | undefined;
  /** The first intrinsic that is another one than before the tool was loaded. */
  readonly tampered?: string | undefined;
  /** An {@link Answer}, as JSON: it was written in the realm of the tool, so it is not part of this object. */
  readonly answer: string;
}

export type Answer =
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "thrown"; readonly code: string; readonly message: string }
  | {
      readonly kind: "refused" | "load" | "capability" | "unfit" | "crash";
      readonly message: string;
    };
