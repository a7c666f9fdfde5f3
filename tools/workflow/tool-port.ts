/** The tools of a workflow, as it needs to know them. */
import type { JsonSchema } from "../contract/spec.ts";
import type { Json, JsonObject } from "./workflow.ts";

export interface WorkflowTools {
  readonly names: readonly string[];
  /** JSON Schema of the arguments; undefined when there is no such tool. */
  schemaOf(name: string): JsonSchema | undefined;
  /**
   * Runs a tool once. How it fares is in the answer.
   *
   * @param args fit the schema.
   * @param signal ends it; then the answer does not matter.
   * @throws only what is a bug of ours.
   */
  call(name: string, args: JsonObject, signal: AbortSignal): Promise<ToolAnswer>;
}

export type ToolAnswer =
  | { readonly kind: "done"; readonly value: Json }
  /** It ran and did not succeed: another try may. */
  | { readonly kind: "failed"; readonly message: string }
  /** It was not allowed to run, and trying again does not change that. */
  | { readonly kind: "refused"; readonly message: string };
