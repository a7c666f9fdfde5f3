/** The examples that stand in a configuration beside its rules, and whether they come true. */
import { decide } from "./decide.ts";
import type { CallFacts, Policy, PolicyTest } from "./policy.ts";
import { CAPABILITIES } from "./policy.ts";
import type { ResolveProgram } from "./shell-allowlist.ts";

/** What a decision needs to know of a tool. */
export type ToolFacts = Pick<CallFacts, "effect" | "capabilities" | "program" | "hidesHosts">;

// Of a tool that is not there yet the worst is assumed.
const UNKNOWN_TOOL: ToolFacts = { effect: "execute", capabilities: CAPABILITIES };

export interface SelfTestOptions {
  readonly tools: ReadonlyMap<string, ToolFacts>;
  readonly resolve: ResolveProgram;
}

/** One sentence for every test that does not come true. */
export function failedSelfTests(
  policy: Policy,
  tests: readonly PolicyTest[],
  { tools, resolve }: SelfTestOptions,
): readonly string[] {
  return tests.flatMap((test, index) => {
    const { tool, persona = "agent", arguments: args = {} } = test.call;
    const facts = tools.get(tool) ?? UNKNOWN_TOOL;
    const { permission, why } = decide(
      policy,
      { ...facts, tool, persona, arguments: args },
      resolve,
    );
    if (permission === test.expect) return [];
    const call = `"${tool}" by "${persona}"`;
    return [`test ${index + 1}: ${call} should be ${test.expect}, but is ${permission}: ${why}`];
  });
}
