import { explain, OrgError } from "#core/errors.ts";
import type { ToolOutput } from "#tools/tool.ts";

/** What became of a request that met a wall or found nobody: the model should read it and think again. */
export async function orExplain(output: Promise<ToolOutput>): Promise<ToolOutput> {
  try {
    return await output;
  } catch (error) {
    if (error instanceof OrgError) return { ok: false, output: explain(error) };
    throw error;
  }
}

/** @param waitMs until the next call is possible. */
export function tooOften(tool: string, perMinute: number, waitMs: number): ToolOutput {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const output = `"${tool}" may be called ${perMinute} times a minute; nothing was sent. The next call is possible in ${seconds} s.`;
  return { ok: false, output };
}
