import { ERROR_EXIT, EXIT } from "#core/error-codes.ts";
import type { OrgError } from "#core/errors.ts";
import type { FailedLine } from "#core/event-schema.ts";
import type { RoomEvent } from "#core/events.ts";

/** The exit code that an event alone would give a headless command; 0 for what is not a failure. */
export function exitCodeOfEvent(event: RoomEvent): number {
  if (event.type === "notice") {
    return event.level === "error" ? exitCodeOf(event.code) : EXIT.done;
  }
  if (event.type !== "turn-end") return EXIT.done;
  const { reason, code } = event;
  if (reason === "complete" || reason === "passed") return EXIT.done;
  return reason === "aborted" ? EXIT.interrupted : exitCodeOf(code);
}

function exitCodeOf(code: string | undefined): number {
  if (code === "BUG") return EXIT.bug;
  const [, exit = EXIT.failed] = Object.entries(ERROR_EXIT).find(([name]) => name === code) ?? [];
  return exit;
}

/** A failure as a line of `--json` output. */
export function failedLine({ code, message, why, remedies, unchanged }: OrgError): FailedLine {
  return { type: "failed", code, message, why, remedies, left: unchanged };
}
