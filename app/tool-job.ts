/** Jobs that are one call of a tool. */

import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { echoed } from "#core/text/echoed.ts";
import { JobFailure } from "#server/jobs/job-failure.ts";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import { compileSchema } from "#tools/contract/schema-check.ts";
import type { HomeTools } from "./home-tools.ts";

/**
 * Calls the tool once. What has effects is never called again after a call that was broken off: what that one
 * did is not known. A call that ended is never made again: its result and the end of the job are one commit.
 *
 * @throws {OrgError} `TOOL_UNKNOWN`, `INPUT_INVALID`, `APPROVAL_NEEDED`, none of which another attempt mends.
 */
export async function toolJob(
  tools: Omit<HomeTools, "offered">,
  run: JobRun<WorkOf<"tool">>,
): Promise<JobData> {
  const { tool, args } = run.work;
  const schema = tools.schemaOf(tool);
  if (schema === undefined) throw unknownTool(tool, tools.names);
  const problem = compileSchema("input", schema).safeParse(args).error?.issues[0];
  if (problem !== undefined)
    throw badArguments(tool, `${problem.path.join(".")}: ${problem.message}`);
  const before = lastCall(await run.earlier());
  if (before === "answered") throw interrupted(`A call of "${tool}" ended, and its result is lost`);
  if (before === "open" && !(await tools.isRepeatable(tool))) {
    throw interrupted(`A call of "${tool}" was interrupted, and its effect is not known`);
  }
  // On disk before the tool runs, so that a crash cannot make it run twice.
  await run.note({ type: "tool-call", tool, args });
  const answer = await tools.call(tool, args, run.signal);
  // An answer that was complete counts although the process was told to leave meanwhile.
  if (answer.kind !== "done") run.signal.throwIfAborted();
  run.closing({ type: "tool-result", tool, kind: answer.kind });
  if (answer.kind === "done") return answer.value;
  if (answer.kind === "refused") throw refusedCall(tool, answer.message);
  throw new OrgError(`The tool "${tool}" failed`, {
    code: "PROCESS_FAILED",
    why: answer.message,
    remedies: ["look at what it printed"],
  });
}

/**
 * What is known of the last call that began: `open`, its end was not seen; `answered`, it ended well and the job did
 * not. The second is what a version of this program left that wrote the two one after the other.
 */
function lastCall(notes: readonly JobData[]): "none" | "open" | "answered" {
  const about = notes.filter(isObject);
  const end = about.findLastIndex(({ type }) => type === "tool-result");
  if (about.findLastIndex(({ type }) => type === "tool-call") > end) return "open";
  return about[end]?.["kind"] === "done" ? "answered" : "none";
}

function interrupted(message: string): JobFailure {
  return new JobFailure(message, { code: "TOOL_INTERRUPTED", isFinal: true });
}

function isObject(data: JobData): data is { readonly [key: string]: JobData } {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

export function unknownTool(name: string, names: readonly string[]): OrgError {
  const near = nearestNames(name, names);
  return new OrgError(`There is no tool ${echoed(name)}`, {
    code: "TOOL_UNKNOWN",
    why: near.length > 0 ? `there is ${near.join(", ")}` : `there are ${names.join(", ")}`,
    remedies: ["org tools list"],
    unchanged: "Nothing was called.",
  });
}

export function badArguments(tool: string, why: string): OrgError {
  return new OrgError(`The tool "${tool}" does not take these arguments`, {
    code: "INPUT_INVALID",
    why,
    remedies: [`org tools show ${tool}`],
    unchanged: "Nothing was called.",
  });
}

function refusedCall(tool: string, why: string): OrgError {
  return new OrgError(`The tool "${tool}" may not be called with these arguments`, {
    code: "APPROVAL_NEEDED",
    why,
    remedies: ["org config show   # your policy"],
    unchanged: "Nothing was called.",
  });
}
