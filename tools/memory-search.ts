import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import type { Tool, ToolContext } from "./tool.ts";

export interface MemoryQuestion {
  readonly query: string;
  /** Of notes and of episodes, each. */
  readonly most?: number | undefined;
}

/** The text where nothing is found. */
export const NOTHING_FOUND = "Nothing was found.";

/**
 * Lets a model look for what was kept, and for what was said in other rooms.
 *
 * @param search finds, and says it in words for the model.
 */
export function memorySearchTool(
  search: (question: MemoryQuestion, context: ToolContext) => Promise<string>,
): Tool {
  return defineTool({
    name: "memory_search",
    effect: "none",
    description: "Finds notes, and what was said in all rooms.",
    input: z.object({ query: z.string().min(1), most: z.int().min(1).max(20).optional() }),
    run: async (question, context) => {
      const output = await search(question, context);
      return { ok: true, output, ...(output === NOTHING_FOUND ? { isEmpty: true } : {}) };
    },
  });
}
