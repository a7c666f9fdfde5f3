/** What a person sees of the tools that can be called, as plain data. */

/**
 * - `ready`: may be called.
 * - `disabled`: somebody has switched it off.
 * - `changed`: its files are not those that were judged.
 * - `refused`: it cannot be used, and never could as it is.
 */
export type ToolState = "ready" | "disabled" | "changed" | "refused";

export interface ToolListing {
  readonly name: string;
  /** Empty where it could not be read. */
  readonly description: string;
  readonly origin: "built-in" | "generated";
  readonly state: ToolState;
  /** Why it cannot be called; one clause. */
  readonly why?: string | undefined;
}
