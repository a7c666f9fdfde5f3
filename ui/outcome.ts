import { ERROR_EXIT, EXIT, type OrgError } from "#core/errors.ts";
import type { FailedLine } from "#core/event-schema.ts";
import type { TurnEnd } from "#core/events.ts";

/** The exit code of a headless command whose turn ended like this. */
export function exitCodeOfTurn({ reason, code }: TurnEnd): number {
  if (reason === "complete" || reason === "passed") return EXIT.done;
  if (reason === "aborted") return EXIT.interrupted;
  const known = Object.entries(ERROR_EXIT).find(([name]) => name === code);
  if (code === "BUG") return EXIT.bug;
  return known?.[1] ?? EXIT.failed;
}

/** A failure as a line of `--json` output. */
export function failedLine({ code, message, why, remedies, left }: OrgError): FailedLine {
  return { type: "failed", code, message, why, remedies, left };
}
