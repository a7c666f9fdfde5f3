/** Whether a changed tool needs more processor time than main's for the same arguments. */

import { POLICIES } from "#platform/sandbox/policy.ts";
import { callTool } from "#tools/contract/call.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import type { ToolFolder } from "#tools/contract/tool-folder.ts";
import { edgeInputs } from "../oracle/edge-inputs.ts";
import { CostTest } from "../statistics/slow-down.ts";

/** Highest median of candidate / current. */
const LIMIT = 1.1;
const ALPHA = 0.01;
/** A tool that is not slower is seen to be so after the first pairs. */
const FIRST_LOOK = 4;
const EDGES = 3;
/** Of a busy machine: processor time is what counts. */
const PATIENT = { ...POLICIES.generatedTool, wallMs: 60_000 };

export interface CostComparison {
  readonly before: ToolFolder;
  readonly after: ToolFolder;
  /** The schema of arguments, and arguments that fit. */
  readonly schema: JsonSchema;
  readonly inputs: readonly unknown[];
  readonly signal: AbortSignal;
}

/** @returns one line where it is shown to be slower. */
export async function slowDown(comparison: CostComparison): Promise<readonly string[]> {
  const { before, after, schema, signal } = comparison;
  const inputs = [...comparison.inputs, ...edgeInputs(schema, comparison.inputs[0], EDGES)];
  if (inputs.length === 0) return [];
  const test = new CostTest(LIMIT, ALPHA);
  for (let pair = 0; test.state.isOpen; pair += 1) {
    const input = inputs[pair % inputs.length];
    // Side by side: whatever else the machine does, it does to both.
    const [current = 0, candidate = 0] = await Promise.all(
      [before, after].map((tool) => cpuMsOf(tool, input, signal)),
    );
    const { ratio, exceeded } = test.push({ candidate, current });
    const ratioText = ratio.toFixed(2);
    if (exceeded) return [`it needs ${ratioText} times the processor time; ${LIMIT} are the most`];
    if (pair + 1 >= Math.max(FIRST_LOOK, inputs.length) && ratio <= LIMIT) break;
  }
  return [];
}

async function cpuMsOf(tool: ToolFolder, input: unknown, signal: AbortSignal): Promise<number> {
  let cpuMs = 0;
  const onCost = (cost: { readonly cpuMs: number }): void => {
    cpuMs = cost.cpuMs;
  };
  await callTool(tool, input, { signal, policy: PATIENT, onCost });
  signal.throwIfAborted();
  return cpuMs;
}
