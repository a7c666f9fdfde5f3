import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { echoed } from "#core/text/echoed.ts";
import { jsonLine } from "#core/text/json-line.ts";
import type { CopyReport, DatabaseReport } from "#home/postgres/copy-home.ts";
import type { Output } from "#ui/output.ts";
import { actionNamed } from "./action.ts";
import type { CommandLine } from "./command-spec.ts";

export interface DbDeps {
  readonly output: Pick<Output, "write" | "say">;
  /** @returns the steps that were taken. */
  readonly init: () => Promise<readonly string[]>;
  readonly check: () => Promise<DatabaseReport>;
  readonly copyTo: () => Promise<CopyReport>;
  readonly copyFrom: () => Promise<CopyReport>;
}

const ACTIONS = ["check", "init", "copy"] as const;

/**
 * `org db check|init|copy to|copy from`.
 *
 * @returns 0.
 * @throws {OrgError} `USAGE`, `DATABASE_UNREACHABLE` and all that begin with DATABASE, and as copying does.
 */
export async function runDbCommand(line: CommandLine, deps: DbDeps): Promise<number> {
  const [actionName = "check", direction] = line.operands;
  const action = actionNamed("db", ACTIONS, actionName);
  if (action === "copy") return await copy(line, deps, direction);
  if (direction !== undefined) throw usage(`Unexpected argument ${echoed(direction)}`);
  return action === "init" ? await init(line, deps) : await check(line, deps);
}

async function init(line: CommandLine, { init: takeSteps, output }: DbDeps): Promise<number> {
  const steps = await takeSteps();
  if (line.options.has("json")) output.write(jsonLine({ steps }));
  else if (steps.length === 0) output.write("The tables are up to date.\n");
  else output.write(`The tables were created: ${steps.join(", ")}.\n`);
  return EXIT.done;
}

const STANDBYS: Readonly<Record<DatabaseReport["standby"], string>> = {
  sync: "a synchronous standby",
  async: "an asynchronous standby: a fail-over can lose the last confirmed writes",
  none: "no standby",
  hidden: "a standby of which this user may not see more (GRANT pg_read_all_stats)",
};

async function check(line: CommandLine, deps: DbDeps): Promise<number> {
  const found = await deps.check();
  const { server, role, standby, lagMs } = found;
  if (line.options.has("json")) {
    deps.output.write(jsonLine(found));
    return EXIT.done;
  }
  const lag = standby === "none" ? "" : `, ${lagMs} ms behind`;
  deps.output.write(`${server}: ${role}, ${STANDBYS[standby]}${lag}\n`);
  deps.output.write(amounts(found));
  if (found.isLossy)
    deps.output.say("synchronous_commit is off: a crash can lose the last messages.\n");
  return EXIT.done;
}

async function copy(
  line: CommandLine,
  { copyTo, copyFrom, output }: DbDeps,
  direction: string | undefined,
): Promise<number> {
  if (direction !== "to" && direction !== "from") throw usage("Copy in which direction?");
  const copied = direction === "to" ? await copyTo() : await copyFrom();
  if (line.options.has("json")) output.write(jsonLine({ ...copied }));
  else output.write(`Both sides hold the same:\n${amounts(copied)}`);
  return EXIT.done;
}

function amounts({ rooms, entries, sha256, kept }: CopyReport): string {
  return [
    `${rooms} rooms, ${entries} entries, sha256 ${sha256}`,
    ...kept.map((one) => `${one.count} ${one.noun}, sha256 ${one.sha256}`),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function usage(message: string): OrgError {
  return new OrgError(message, {
    code: "USAGE",
    remedies: ["org db copy to   # from this home into the database", "org help db"],
    unchanged: "Nothing was changed.",
  });
}
