/** What a goal does with the tools of the home: same guard, same sandbox as every other job. */
import { z } from "zod";
import type { GoalAction } from "#core/goal-step.ts";
import type { ActionResult, CycleRun } from "#room/cycles/run-cycles.ts";
import { compileSchema } from "#tools/contract/schema-check.ts";
import type { JsonObject } from "#tools/workflow/workflow.ts";
import type { HomeTools } from "./home-tools.ts";

/** Longest result that is written down, in characters. */
const MAX_OUTPUT = 16_384;

const data: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export function goalRunner(tools: HomeTools): CycleRun["runner"] {
  return {
    isRepeatable: async ({ name }) => await tools.isRepeatable(name),
    run: async (action, signal) => await act(tools, action, signal),
  };
}

async function act(
  tools: HomeTools,
  { name, args }: GoalAction,
  signal: AbortSignal,
): Promise<ActionResult> {
  const schema = tools.schemaOf(name);
  if (schema === undefined) return { outcome: "failed", text: `There is no tool "${name}" now.` };
  const problem = compileSchema("input", schema).safeParse(args).error?.issues[0];
  if (problem !== undefined) {
    const where = problem.path.join(".");
    return {
      outcome: "failed",
      text: `${name} does not take these arguments: ${where}: ${problem.message}`,
    };
  }
  const answer = await tools.call(name, data.parse(args), signal);
  if (answer.kind !== "done") return { outcome: answer.kind, text: answer.message };
  const { value } = answer;
  return {
    outcome: "done",
    text: cappedOutput(typeof value === "string" ? value : JSON.stringify(value)),
  };
}

function cappedOutput(text: string): string {
  if (text.length <= MAX_OUTPUT) return text;
  const half = MAX_OUTPUT / 2;
  return `${text.slice(0, half)}\n… ${text.length - MAX_OUTPUT} characters are left out …\n${text.slice(-half)}`;
}
