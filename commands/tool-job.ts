/** Jobs that are one call of a tool. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { JobFailure } from "#serve/jobs/job-failure.ts";
import type { JobRun, WorkOf } from "#serve/jobs/job-handlers.ts";
import type { JobData } from "#serve/jobs/job-service.ts";
import { compileSchema } from "#tools/contract/schema-check.ts";
import type { HomeTools } from "./workflow-tools.ts";

/**
 * Calls the tool once. What has effects is never called again after a call that was broken off: what that one
 * did is not known.
 *
 * @throws {OrgError} `TOOL_UNKNOWN`, `INPUT_INVALID`, `APPROVAL_NEEDED`, none of which another attempt mends.
 */
export async function toolJob(tools: HomeTools, run: JobRun<WorkOf<"tool">>): Promise<JobData> {
  const { tool, args } = run.work;
  const schema = tools.schemaOf(tool);
  if (schema === undefined) throw unknownTool(tool, tools.names);
  const problem = compileSchema("input", schema).safeParse(args).error?.issues[0];
  if (problem !== undefined)
    throw badArguments(tool, `${problem.path.join(".")}: ${problem.message}`);
  const wasBrokenOff = isOpen(await run.earlier());
  if (wasBrokenOff && !(await tools.isRepeatable(tool))) {
    throw new JobFailure(
      `A call of "${tool}" was broken off, and what it did until then is not known`,
      {
        ...{ code: "TOOL_INTERRUPTED", isFinal: true },
      },
    );
  }
  // On disk before the tool runs, so that a crash cannot make it run twice.
  await run.note({ type: "tool-call", tool, args });
  const answer = await tools.call(tool, args, run.signal);
  run.signal.throwIfAborted();
  await run.note({ type: "tool-result", tool, kind: answer.kind });
  if (answer.kind === "done") return answer.value;
  if (answer.kind === "refused") throw refusedCall(tool, answer.message);
  throw new OrgError(`The tool "${tool}" failed`, {
    code: "PROCESS_FAILED",
    why: answer.message,
    remedies: ["look at what it printed"],
  });
}

/** Whether the last call that began was not seen to end. */
function isOpen(notes: readonly JobData[]): boolean {
  const types = notes.map((note) => (isObject(note) ? note["type"] : undefined));
  return types.lastIndexOf("tool-call") > types.lastIndexOf("tool-result");
}

function isObject(data: JobData): data is { readonly [key: string]: JobData } {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

export function unknownTool(name: string, names: readonly string[]): OrgError {
  const near = nearestNames(name, names);
  return new OrgError(`There is no tool "${name.slice(0, 80)}"`, {
    code: "TOOL_UNKNOWN",
    why: near.length > 0 ? `there is ${near.join(", ")}` : `there are ${names.join(", ")}`,
    remedies: ["org tools list"],
    left: "Nothing was called.",
  });
}

export function badArguments(tool: string, why: string): OrgError {
  return new OrgError(`The tool "${tool}" does not take these arguments`, {
    code: "INPUT_INVALID",
    why,
    remedies: [`org tools show ${tool}`],
    left: "Nothing was called.",
  });
}

function refusedCall(tool: string, why: string): OrgError {
  return new OrgError(`The tool "${tool}" may not be called so`, {
    code: "APPROVAL_NEEDED",
    why,
    remedies: ["org config show   # your policy"],
    left: "Nothing was called.",
  });
}
