import { expect, test } from "bun:test";
import type { Log, LogFields } from "#platform/log/log.ts";
import { EventLog } from "./event-log.ts";

/** Keeps what is written. */
class Lines implements Log {
  readonly all: (LogFields & { readonly level: string; readonly msg: string })[] = [];
  readonly info = this.#at("info");
  readonly warn = this.#at("warn");
  readonly error = this.#at("error");
  #at(level: string): Log["info"] {
    return (msg, fields) => void this.all.push({ level, msg, ...fields });
  }
}

const line = (id: string) =>
  ({ type: "message", id, from: "user", text: "hi", to: [], mode: "group" }) as const;
test("a turn is told by its reason, and by what it took", () => {
  const lines = new Lines();
  const events = new EventLog(lines);
  const turn = { turn: "t", persona: "agent" };
  events.see({ type: "turn-start", ...turn, message: "a", model: "m", window: 1 }, "r");
  const usage = { promptTokens: 7, completionTokens: 3 };
  events.see({ type: "turn-end", ...turn, reason: "cut", code: "STREAM_CUT", usage }, "r");
  expect(lines.all).toMatchObject([
    { msg: "turn began", ...turn, room: "r", model: "m" },
    { msg: "turn ended", ...turn, room: "r", reason: "cut", code: "STREAM_CUT", in: 7, out: 3 },
  ]);
});

test("tells what was decided and counted, and nothing of what was said", () => {
  const lines = new Lines();
  const events = new EventLog(lines);
  const turn = { turn: "t", persona: "agent" };
  const said = "something said";
  const call = { id: "c", name: "sh", arguments: { cmd: said } };
  events.see({ ...line("a"), text: said }, "r");
  events.see({ type: "answer", ...turn, hop: 0, text: said, calls: [call] }, "r");
  events.see({ type: "tool-call", ...turn, call, origin: "declared" }, "r");
  const result = { name: "sh", ok: false, ms: 5, size: 9, output: said, killed: "cpu" } as const;
  events.see({ type: "tool-result", ...turn, id: "c", ...result }, "r");
  events.see({ type: "notice", level: "info", text: said }, "r");
  events.see({ type: "notice", level: "warning", text: "careful", code: "LOCK_HELD" }, "r");
  expect(JSON.stringify(lines.all)).not.toContain(said);
  expect(lines.all.slice(1)).toMatchObject([
    { level: "info", msg: "tool ran", tool: "sh", ok: false, ms: 5, killed: "cpu", room: "r" },
    { level: "warn", msg: "careful", code: "LOCK_HELD" },
  ]);
});

test("a job that is dead is an error, with what it failed of", () => {
  const lines = new Lines();
  const events = new EventLog(lines);
  const change = { id: "j", requestId: "j", kind: "tool", attempt: 2 } as const;
  const error = { code: "X", message: "it broke" };
  events.seeJob({ ...change, type: "retry", error, ranMs: 7 });
  events.seeJob({ ...change, type: "dead", error });
  expect(lines.all).toMatchObject([
    { level: "info", msg: "job retry", request_id: "j", ran_ms: 7, attempt: 2, error: "it broke" },
    { level: "error", msg: "job dead", request_id: "j", code: "X" },
  ]);
});
