import type { Tool } from "./tool.ts";

/** More tools than a prompt has room for: some are declared, all can be called. */
export interface DynamicTools {
  /** Told to the model with the next request; may grow within a turn. */
  readonly declared: readonly Tool[];
  /** Of all that can be called. */
  readonly names: readonly string[];
  /** What a person should know of how they were found. */
  readonly notice?: string | undefined;
  find(name: string): Tool | undefined;
}
