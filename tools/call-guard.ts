import type { ToolCall } from "#core/calls.ts";
import type { CallFacts } from "#core/policy/policy.ts";
import type { ToolFacts } from "#core/policy/self-test.ts";
import type { Tool } from "./tool.ts";

/** A call that is about to run. */
export interface GuardedCall {
  readonly call: ToolCall;
  readonly facts: CallFacts;
  readonly signal: AbortSignal;
}

/** Why a call does not run. */
export interface Refusal {
  /** What the model reads. */
  readonly output: string;
  /** The error code where it does not run because no human can be asked. */
  readonly code?: string;
}

/** Stands between a call and its tool. */
export interface CallGuard {
  /** @returns `undefined` when the call may run, now and once. */
  refusalOf(guarded: GuardedCall): Promise<Refusal | undefined>;
}

/** What the policy needs to know of tools, by their names. */
export function toolFacts(tools: readonly Tool[]): ReadonlyMap<string, ToolFacts> {
  return new Map(tools.map((tool) => [tool.name, factsOfTool(tool)]));
}

/** What the policy needs to know of a tool. */
export function factsOfTool({ effect, capabilities, program, hidesHosts }: Tool): ToolFacts {
  const touched = capabilities ?? (effect === "execute" ? ["shell"] : []);
  return { effect, capabilities: touched, program, hidesHosts };
}

/** What the policy needs to know of a call. */
export function factsOf(tool: Tool, call: ToolCall, persona: string): CallFacts {
  const approvedHosts = tool.approvedHosts?.(persona);
  return {
    ...{ ...factsOfTool(tool), tool: tool.name, persona, arguments: call.arguments },
    ...(approvedHosts === undefined ? {} : { approvedHosts }),
  };
}
