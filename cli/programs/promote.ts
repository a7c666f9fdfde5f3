import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { currentService } from "#ops/processes/generations.ts";
import { PROMOTION } from "#ops/processes/home-processes.ts";
import { candidateBranches } from "#ops/release/candidate.ts";
import { changeFields, type GateRun, inGateLog } from "#ops/release/gate-log.ts";
import type { Change } from "#ops/release/ledger.ts";
import { openPromoter } from "#ops/release/open-promoter.ts";
import { rollback as rollBack } from "#ops/release/rollback.ts";
import type { Log } from "#platform/log/log.ts";
import { recordService } from "#platform/process-record.ts";
import type { CommandContext } from "../context.ts";
import { stageLine } from "../verdict-text.ts";

/** `org promote CANDIDATE`. @returns 0 when main has it and what serves is well. */
export async function promote(context: CommandContext): Promise<number> {
  const { operands } = context.line;
  const candidate = operands[0] ?? (await newestCandidate(context.settings.home));
  const { app, line, output, cleaner } = context;
  const json = line.options.has("json");
  const { change, reverted } = await app.promote({
    ...{ candidate, what: line.command.name, command: commandOf(context) },
    isApproved: line.options.has("approve"),
    onStep: (step) => json || output.say(`  ${step}\n`),
    onStage: (result) => json || output.say(cleaner.clean(stageLine(result))),
  });
  if (json) output.write(jsonLine({ change, undone: reverted ?? null }));
  else output.write(`${sentence(change)}${reverted === undefined ? "" : sentence(reverted)}`);
  if (change.note !== null) output.say(`${change.note}\n`);
  return reverted === undefined ? EXIT.done : EXIT.failed;
}

const PUSH_LATER = "  org tools push   # once the remote and the database answer";

const SERVER_LATER = "→ org ps\n→ org serve --background   # if no server runs\n";

/** `org rollback [TAG]`. */
export async function rollback(context: CommandContext): Promise<number> {
  const [tag] = context.line.operands;
  return await inGateLog(runOf(context, tag), (log) => revertNewest(context, log));
}

async function revertNewest(context: CommandContext, log: Log): Promise<number> {
  const { line, settings, output, cleaner } = context;
  await using parts = new AsyncDisposableStack();
  const onStep = stepReporter(context, log);
  const onPending = (why: string): void => {
    log.warn("not shared", { why });
    output.say(cleaner.clean(`not pushed to the other nodes: ${why}\n${PUSH_LATER}\n`));
  };
  const { home, database } = settings;
  const remote =
    database?.remote &&
    (await import("#ops/travel/main-remote.ts")).openMainRemote({ database, onPending }, parts);
  const wait = { signal: context.signal, onWait: onStep };
  const service = currentService(home);
  const promoter = await openPromoter(home, { service, onStep, wait, remote }, parts);
  const command = commandOf(context);
  parts.use(await recordService(settings.home, { role: PROMOTION, command }));
  const change = await rollBack(promoter, { tag: line.operands[0], nowMs: Date.now() });
  log.info("rolled back", changeFields(change));
  output.write(line.options.has("json") ? jsonLine({ change }) : sentence(change));
  // Main has moved all the same; the server is another matter, which only a person can look into.
  if (change.note !== null) output.say(`${cleaner.clean(change.note)}\n${SERVER_LATER}`);
  return change.note === null ? EXIT.done : EXIT.failed;
}

function stepReporter({ line, output }: CommandContext, log: Log): (step: string) => void {
  return (step) => {
    log.info("step", { step });
    if (!line.options.has("json")) output.say(`  ${step}\n`);
  };
}

function commandOf({ line }: CommandContext): string {
  return ["org", line.command.name, ...line.operands].join(" ");
}

function runOf({ line, settings, cleaner }: CommandContext, subject: string | undefined): GateRun {
  return { home: settings.home, cleaner, what: line.command.name, subject };
}

function sentence({ kind, tag, from, to }: Change): string {
  const what = kind === "promotion" ? "promoted" : "rolled back";
  return `${what}: main moved from ${from.slice(0, 12)} to ${to.slice(0, 12)}, tag ${tag}\n`;
}

/** @throws {OrgError} `INPUT_MISSING` when there is none. */
async function newestCandidate(home: string): Promise<string> {
  const [newest] = await candidateBranches(home);
  if (newest !== undefined) return newest;
  throw new OrgError("There is no candidate", {
    code: "INPUT_MISSING",
    remedies: ['org forge --goal "…"', "org cand start --patch FILE"],
    unchanged: "Nothing was changed.",
  });
}
