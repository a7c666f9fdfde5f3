/** What a person sees of the tools that can be called, as plain data. */

/**
 * - `ready`: may be called.
 * - `disabled`: the user has switched it off.
 * - `changed`: its files are not those that were verified.
 * - `refused`: it cannot be used, and never could as it is.
 */
type ToolState = "ready" | "disabled" | "changed" | "refused";

/** What judging a tool has measured. */
export interface ToolFigures {
  readonly cases: number;
  /** Part of its lines that cases and tests reach, from 0 to 1. */
  readonly coverage: number;
  /** Part of small mistakes that its cases notice, from 0 to 1. */
  readonly mutationScore: number;
}

export interface ToolListing {
  readonly name: string;
  /** Empty where it could not be read. */
  readonly description: string;
  readonly origin: "built-in" | "generated";
  readonly state: ToolState;
  /** Why it cannot be called; one clause. */
  readonly why?: string | undefined;
  /** Of a generated tool whose bytes are those that were verified. */
  readonly figures?: ToolFigures | undefined;
}
