/** What one call of a tool takes. */
import { callTool } from "#tools/contract/call.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";

export interface Usage {
  /** Processor time in milliseconds, with what the sandbox needs to begin. */
  readonly cpuMs: number;
  /** The most memory that was seen; 0 when the call was too short to be looked at. */
  readonly peakBytes: number;
  /** Length of the result as JSON, in bytes; 0 for a failure. */
  readonly outputBytes: number;
}

/** Calls a tool once. */
export type Measure = (tool: ToolFolder, input: unknown, signal: AbortSignal) => Promise<Usage>;

/** In the sandbox, as any call. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export const measureCall: Measure = async (tool, input, signal) => {
  let used = { cpuMs: 0, peakBytes: 0 };
  const outcome = await callTool(tool, input, { signal, onUsage: (usage) => (used = usage) });
  const text = outcome.kind === "result" ? JSON.stringify(outcome.value) : "";
  return { ...used, outputBytes: Buffer.byteLength(text) };
};
