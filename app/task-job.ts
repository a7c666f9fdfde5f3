/** Jobs that are tasks of the home itself. */
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { fieldsOf } from "#core/json.ts";
import { type OrgCommand, runOrg } from "#ops/processes/run-org.ts";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";

/** ORG_HOME, and the program of the process. */
export interface TaskContext extends Pick<OrgCommand, "home" | "program"> {
  /** Options of the command line of the process, by their long names. */
  readonly flags: ReadonlyMap<string, string>;
  /** Time between two signs of life, in milliseconds. @default 30,000 */
  readonly aliveMs?: number | undefined;
}

const ALIVE_MS = 30_000;
/** They say which model is asked. */
const MODEL_FLAGS = ["base", "wire", "model", "cassette"];

/** @throws {OrgError} `PROCESS_FAILED` when the command failed; `CANDIDATE_REFUSED` when the gate judged wrongly. */
export async function taskJob(
  { flags, aliveMs = ALIVE_MS, ...context }: TaskContext,
  { work, signal, alive }: JobRun<WorkOf<"task">>,
): Promise<JobData> {
  const command = { ...context, signal };
  // A backup of many gigabytes says nothing until its end; its process has a longest life of its own.
  const timer = setInterval(alive, aliveMs);
  using _ = { [Symbol.dispose]: () => clearInterval(timer) };
  switch (work.task) {
    case "backup":
      return (await runOrg({ ...command, args: ["backup", "now", "--json"] })).data;
    case "digest":
      return (
        await runOrg({ ...command, args: ["digest", "now", ...modelArguments(flags), "--json"] })
      ).data;
    case "drill":
      return await drill(command);
    case "proposals":
      return (await runOrg({ ...command, args: ["tools", "proposals", "--tell", "--json"] })).data;
  }
}

/** The model of a process, for a command that it starts. */
export function modelArguments(flags: ReadonlyMap<string, string>): readonly string[] {
  return MODEL_FLAGS.flatMap((flag) => {
    const value = flags.get(flag);
    return value === undefined ? [] : [`--${flag}`, value];
  });
}

/** Its exit code 1 is an answer: verdicts that are not as they have to be. */
async function drill(command: Omit<OrgCommand, "args">): Promise<JobData> {
  const args = ["fitness", "drill", "--json"];
  const exitCodes = [EXIT.done, EXIT.failed, EXIT.noInput];
  const { exitCode, data } = await runOrg({ ...command, args, exitCodes });
  if (exitCode === EXIT.noInput) return { skipped: "no promoted tool to test the gate with" };
  if (fieldsOf(data)["ok"] === true) return data;
  if (fieldsOf(data)["ok"] !== false) throw failed(args);
  throw new OrgError("The gate judged known faults wrongly", {
    code: "CANDIDATE_REFUSED",
    why: "at least one verdict of `org fitness drill` is wrong",
    remedies: ["org fitness drill   # which ones"],
  });
}

function failed(args: readonly string[]): OrgError {
  const command = `org ${args.filter((word) => word !== "--json").join(" ")}`;
  return new OrgError(`"${command}" failed`, {
    code: "PROCESS_FAILED",
    why: "it ended without an answer",
    remedies: [`${command}   # says why`],
  });
}
