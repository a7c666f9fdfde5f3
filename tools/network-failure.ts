import { explain, OrgError } from "#core/errors.ts";
import type { ToolOutput } from "./tool.ts";

/** What became of a request that met a wall or found no server: the model should read it and think again. */
export async function orExplain(output: Promise<ToolOutput>): Promise<ToolOutput> {
  try {
    return await output;
  } catch (error) {
    if (error instanceof OrgError) return { ok: false, output: explain(error) };
    throw error;
  }
}
