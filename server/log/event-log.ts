/** What happens in rooms and to jobs, as lines of a log: what was decided and counted, never what was said. */
import type { ToolResult } from "#core/calls.ts";
import type { JournaledEvent } from "#core/events.ts";
import type { Log, LogFields } from "#platform/log/log.ts";
import type { JobChange } from "../jobs/job-service.ts";

/** Writes down the events of rooms and of jobs. */
export class EventLog {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes an event that has just been written. */
  see(event: JournaledEvent, room: string): void {
    switch (event.type) {
      case "message":
        this.#log.info("message", { room, message: event.id });
        break;
      case "turn-start":
        this.#inTurn(event, room, { message: "turn began", fields: { model: event.model } });
        break;
      case "tool-result":
        this.#inTurn(event, room, { message: "tool ran", fields: callFields(event) });
        break;
      case "approval":
        this.#inTurn(event, room, { message: `approval ${event.state}`, fields: { id: event.id } });
        break;
      case "turn-end": {
        const { reason, code, why, usage } = event;
        const tokens = { in: usage?.promptTokens, out: usage?.completionTokens };
        this.#inTurn(event, room, {
          message: "turn ended",
          fields: { event: event.type, reason, code, why, ...tokens },
        });
        break;
      }
      case "notice":
        if (event.level !== "info") {
          const { level, text, code, persona } = event;
          this.#log[level === "error" ? "error" : "warn"](text, { room, code, persona });
        }
        break;
      default:
        // What a persona says is in the journal.
        break;
    }
  }

  /** Takes how a call went that no room has made. */
  seeCall(went: Went): void {
    this.#log.info("tool ran", callFields(went));
  }

  /** Takes a change of a job. */
  seeJob({ requestId: id, kind, type, attempt, waitedMs, ranMs, error }: JobChange): void {
    const fields = { request_id: id, kind, attempt, waited_ms: waitedMs, ran_ms: ranMs };
    const failed = { event: `job-${type}`, code: error?.code, error: error?.message };
    this.#log[type === "dead" ? "error" : "info"](`job ${type}`, { ...fields, ...failed });
  }

  #inTurn(
    { turn, persona }: { readonly turn: string; readonly persona: string },
    room: string,
    { message, fields }: { readonly message: string; readonly fields: LogFields },
  ): void {
    this.#log.info(message, { room, turn, persona, ...fields });
  }
}

type Went = Pick<ToolResult, "name" | "ok" | "ms" | "exit" | "killed" | "outcome">;

function callFields({ name: tool, ok, ms, exit, killed, outcome }: Went): LogFields {
  return { tool, ok, ms, exit, killed, outcome };
}
