/** Whether it is worth offering a tool to a model at all. Pure, as `decide.ts`. */
import { modeOf, onlyReads, ruleFits } from "./decide.ts";
import type { CallFacts, Policy } from "./policy.ts";

/**
 * Whether some call of a tool could run, whatever its arguments.
 *
 * @param tool the facts of its calls but for their arguments.
 * @param canApprove a call that needs an approval may get one; else it is refused.
 */
export function mayEverRun(
  policy: Policy,
  tool: Omit<CallFacts, "arguments">,
  canApprove: boolean,
): boolean {
  const mode = modeOf(policy, tool.tool);
  if (mode === "locked" && !onlyReads(tool)) return false;
  const rules = policy.rules.filter((rule) => ruleFits(rule, tool));
  const always = rules.filter((rule) => rule.host === undefined && rule.arguments === undefined);
  if (always.some(({ permission }) => permission === "deny")) return false;
  if (canApprove) return true;
  if (always.some(({ permission }) => permission === "ask")) return false;
  if (rules.some(({ permission }) => permission === "allow")) return true;
  if (mode === "supervised") return onlyReads(tool) || tool.effect === "room";
  const isNetwork = tool.capabilities.includes("network");
  return !(mode === "standard" && isNetwork && policy.domains.length === 0);
}
