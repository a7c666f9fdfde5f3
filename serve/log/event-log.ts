/** What happens in rooms and to jobs, as lines of a log: what was decided and counted, never what was said. */
import type { JournaledEvent } from "#core/events.ts";
import type { Log, LogFields } from "#platform/log/log.ts";
import { requestId } from "#platform/log/request-context.ts";
import type { JobChange } from "#serve/jobs/job-service.ts";

/** Turns that are under way, and lines whose answers are; more at once lose the id of their request. */
const REMEMBERED = 10_000;

/**
 * Writes down the events of rooms. Turns wait for each other, so what a turn does happens at a time when somebody
 * else's request is worked for: the id goes from the line to its turns and from those to what they do.
 */
export class EventLog {
  readonly #log: Log;
  readonly #requests = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes an event that has just been written. */
  see(event: JournaledEvent, room: string): void {
    switch (event.type) {
      case "message":
        this.#remember(event.id, requestId());
        this.#write("info", "message", { room, message: event.id, request_id: requestId() });
        break;
      case "turn-start":
        // A line that was written before a restart is answered by the job that is done again.
        this.#remember(event.turn, this.#requests.get(event.message) ?? requestId());
        this.#inTurn(event, room, { message: "turn began", fields: { model: event.model } });
        break;
      case "tool-result": {
        const { name: tool, ok, ms, exit, killed, outcome } = event;
        const fields = { tool, ok, ms, exit, killed, outcome };
        this.#inTurn(event, room, { message: "tool ran", fields });
        break;
      }
      case "approval":
        this.#inTurn(event, room, { message: `approval ${event.state}`, fields: { id: event.id } });
        break;
      case "turn-end": {
        const { reason, code, why, usage } = event;
        const tokens = { in: usage?.promptTokens, out: usage?.completionTokens };
        this.#inTurn(event, room, {
          message: "turn ended",
          fields: { reason, code, why, ...tokens },
        });
        this.#requests.delete(event.turn);
        break;
      }
      case "notice":
        if (event.level !== "info") {
          const { level, text, code, persona } = event;
          this.#write(level === "error" ? "error" : "warn", text, { room, code, persona });
        }
        break;
      default:
        // What a persona says is in the journal.
        break;
    }
  }

  /** Takes a change of a job. */
  seeJob({ requestId: id, kind, type, attempt, waitedMs, ranMs, error }: JobChange): void {
    const fields = { request_id: id, kind, attempt, waited_ms: waitedMs, ran_ms: ranMs };
    const failed = { code: error?.code, error: error?.message };
    this.#write(type === "dead" ? "error" : "info", `job ${type}`, { ...fields, ...failed });
  }

  #inTurn(
    { turn, persona }: { readonly turn: string; readonly persona: string },
    room: string,
    { message, fields }: { readonly message: string; readonly fields: LogFields },
  ): void {
    const request_id = this.#requests.get(turn) ?? requestId();
    this.#write("info", message, { request_id, room, turn, persona, ...fields });
  }

  #write(level: "info" | "warn" | "error", message: string, fields: LogFields): void {
    this.#log[level](message, fields);
  }

  #remember(id: string, request: string | undefined): void {
    if (request === undefined) return;
    this.#requests.set(id, request);
    const [oldest] = this.#requests.keys();
    if (this.#requests.size > REMEMBERED && oldest !== undefined) this.#requests.delete(oldest);
  }
}
