/** The log of the gate: what was judged, promoted and taken back in a home, stage by stage. */
import { reasonOf } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import type { StageResult } from "#fitness/gate/stages.ts";
import { homePaths } from "#platform/home.ts";
import { errorFields, type Log, type LogFields, openLog } from "#platform/log/log.ts";
import { inRequest } from "#platform/log/request-context.ts";
import type { CommandContext } from "./context.ts";

/**
 * Writes down how a run began and, if it does, how it failed. All its lines have one id.
 *
 * @param about for its first line.
 */
export async function inGateLog<Result>(
  { line, settings, cleaner }: Pick<CommandContext, "line" | "settings" | "cleaner">,
  about: LogFields,
  run: (log: Log) => Promise<Result>,
): Promise<Result> {
  using log = await openLog({ folder: homePaths(settings.home).logs, name: "gate", cleaner });
  return await inRequest(newId("gate"), async () => {
    log.info(`${line.command.name} began`, about);
    try {
      return await run(log);
    } catch (error) {
      log.warn(`${line.command.name} came to nothing: ${reasonOf(error)}`, errorFields(error));
      throw error;
    }
  });
}

/** The fields of a stage. */
export function stageFields({ id, result, ms, reason }: StageResult): LogFields {
  return { stage: id, result, ms, reason };
}
