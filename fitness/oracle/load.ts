/** The stage "load": the tool starts, answers at all, changes nothing around it, and uses what it declares. */
import type { BreakdownCause } from "#tools/contract/outcome.ts";
import { type AskTool, STANDARD } from "./ask.ts";
import { showOutcome } from "./judge-answer.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";

/** Ready in this many milliseconds of processor time, the first answer included. */
export const LOAD_CPU_MS = 2000;

export interface Finding {
  /** One line for a person. */
  readonly reason: string;
  /** For the maker of the tool. */
  readonly details: readonly string[];
}

/** A result that does not fit is a wrong answer, not a tool that cannot be loaded. */
const WRONG_ANSWER: BreakdownCause = "schema";

/**
 * @param capabilities what its code was seen to use.
 * @returns what is wrong, if anything is.
 */
export async function checkLoad(
  tool: ToolUnderTest,
  ask: AskTool,
  capabilities: readonly string[],
): Promise<Finding | undefined> {
  const unused = unusedCapabilities(tool.contract.capabilities, capabilities);
  if (unused.length > 0) {
    return {
      reason: `It declares ${unused.join(", ")} and never uses it`,
      details: unused.map((name) => `take "${name}" out of capabilities in spec.json, or use it`),
    };
  }
  const [first] = tool.cases;
  const outcome = await ask(first?.input ?? {}, STANDARD);
  if (outcome.kind !== "breakdown" || outcome.why === WRONG_ANSWER) return;
  return {
    reason: `It cannot be loaded and asked: ${outcome.why}`,
    details: [`the first case gave ${showOutcome(outcome)}`],
  };
}

function unusedCapabilities(declared: readonly string[], used: readonly string[]): string[] {
  // Which host is reached is often computed; that it reaches one is not.
  const kinds = new Set(used.map(kindOf));
  return declared.filter((name) => !used.includes(name) && !kinds.has(kindOf(name)));
}

function kindOf(capability: string): string {
  return capability.startsWith("net:") ? "net" : capability;
}
