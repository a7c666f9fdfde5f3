import { openWorker } from "#app/shared-jobs.ts";
import { aborted } from "#core/aborted.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { WORKER_ROLES, type WorkerRole } from "#server/jobs/job-kinds.ts";
import type { CommandContext } from "../context.ts";
import { followOtherNodes } from "../follow-nodes.ts";
import { workersOf } from "../worker-count.ts";

/** `org worker`: until it is told to leave. @returns the exit code. */
export async function worker(context: CommandContext): Promise<number> {
  const { app, line, settings, signal, output } = context;
  const roles = rolesOf(line.operands);
  const workers = workersOf(context);
  const { database } = settings;
  const client = await app.database();
  if (client === undefined || database === undefined) throw noDatabase();
  const lost = new AbortController();
  await using parts = new AsyncDisposableStack();
  const onLost = (error: OrgError): void => lost.abort(error);
  await using jobs = await openWorker({ context, app, client, roles, workers, onLost }, parts);
  await jobs.start();
  const ends = AbortSignal.any([signal, lost.signal]);
  const report = (error: unknown): void =>
    output.say(context.cleaner.clean(`${reasonOf(error)}\n`));
  await followOtherNodes(app, { signal: ends, report });
  const server = await client.serverName();
  output.say(`node ${database.node} does ${roles.join(", ")} of ${server}, ${workers} at once\n`);
  await aborted(ends);
  await jobs.leave();
  if (lost.signal.aborted) throw lost.signal.reason;
  return EXIT.done;
}

/** @throws {OrgError} `USAGE` */
function rolesOf(operands: readonly string[]): readonly WorkerRole[] {
  const unknown = operands.find((one) => !WORKER_ROLES.some((role) => role === one));
  if (unknown !== undefined) {
    throw new OrgError(`${echoed(unknown)} is not a role of a worker`, {
      code: "USAGE",
      why: `it is for ${WORKER_ROLES.join(", ")}`,
      remedies: ["org worker   # all three", "org help worker"],
      unchanged: "Nothing was started.",
    });
  }
  const roles = WORKER_ROLES.filter((role) => operands.includes(role));
  return roles.length === 0 ? WORKER_ROLES : roles;
}

function noDatabase(): OrgError {
  return new OrgError("No shared database is configured", {
    code: "USAGE",
    why: "neither ORG_DB nor [database] in org.config names one; without one, jobs stay on the machine of their home",
    remedies: [
      "ORG_DB=postgres://USER:PASSWORD@HOST/DATABASE org worker",
      "org serve --workers 4   # does the jobs of this home",
    ],
    unchanged: "Nothing was started.",
  });
}
