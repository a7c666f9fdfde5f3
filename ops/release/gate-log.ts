/** The log of the gate: verdicts, promotions and rollbacks of a home, stage by stage. */
import { reasonOf } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { VerdictRecord } from "#fitness/gate/gate.ts";
import type { StageResult } from "#fitness/stages.ts";
import { homePaths } from "#home/home-paths.ts";
import { errorFields, type Log, type LogFields, openLog } from "#platform/log/log.ts";
import { inRequest, requestId } from "#platform/log/request-context.ts";
import type { Change } from "./ledger.ts";

/** The name of the log. */
export const GATE_LOG = "gate";
/** Behind the name of a run, in the first and in the last line of one that failed; `last-failure.ts` reads them. */
export const BEGAN = "began";
export const FAILED = "failed";

export interface GateRun {
  /** ORG_HOME. */
  readonly home: string;
  /** The only one of the process. */
  readonly cleaner: TextCleaner;
  /** What is done: "fitness", "promote". */
  readonly what: string;
  /** Branch, commit or tag. */
  readonly subject: string | undefined;
}

/**
 * Writes down how a run began and, if it does, how it failed. All its lines have one id: that of the request that it
 * is done for, else one of its own.
 */
export async function inGateLog<Result>(
  { home, cleaner, what, subject }: GateRun,
  run: (log: Log) => Promise<Result>,
): Promise<Result> {
  using log = await openLog({ folder: homePaths(home).logs, name: GATE_LOG, cleaner });
  return await inRequest(requestId() ?? newId("gate"), async () => {
    log.info(`${what} ${BEGAN}`, { subject });
    try {
      return await run(log);
    } catch (error) {
      log.warn(`${what} ${FAILED}: ${reasonOf(error)}`, errorFields(error));
      throw error;
    }
  });
}

export function verdictFields(record: VerdictRecord): LogFields {
  const { verdict, stage, reason, candidate, main, attempt } = record;
  return { verdict, stage, reason, candidate, main, attempt };
}

export function changeFields({
  tag,
  from,
  to,
  note,
}: Pick<Change, "from" | "note" | "tag" | "to">): LogFields {
  return { tag, from, to, note: note ?? undefined };
}

export function stageFields({ id, result, ms, reason }: StageResult): LogFields {
  return { stage: id, result, ms, reason };
}
