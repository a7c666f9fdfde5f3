/** What happens in a room, told by hand, and the history that it makes. */
import type { ToolCall } from "#core/calls.ts";
import type { Answer, HumanMessage, JournaledEvent, TurnEndReason } from "#core/events.ts";
import { RoomHistory } from "#room/history.ts";

export function message(id: string, text: string, about: Partial<HumanMessage> = {}): HumanMessage {
  return { type: "message", id, from: "user", text, to: ["agent"], mode: "group", ...about };
}

export const start = (turn: string, persona: string, asked = "m1"): JournaledEvent => ({
  type: "turn-start",
  turn,
  persona,
  message: asked,
  model: "m",
  window: 8192,
});
export const call = (id: string): ToolCall => ({ id, name: "sh", arguments: { cmd: id } });

export function answer(turn: string, persona: string, text: string): Answer {
  return { type: "answer", turn, persona, hop: 0, text, calls: [] };
}

export const end = (turn: string, persona: string, reason: TurnEndReason): JournaledEvent => ({
  type: "turn-end",
  turn,
  persona,
  reason,
});

/** A whole turn that answers the first message. */
export function turn(
  persona: string,
  text: string,
  reason: TurnEndReason = "complete",
): readonly JournaledEvent[] {
  const id = `turn of ${persona}`;
  return [start(id, persona), answer(id, persona, text), end(id, persona, reason)];
}

export function historyOf(...events: readonly JournaledEvent[]): RoomHistory {
  const history = new RoomHistory();
  for (const event of events) history.apply(event);
  return history;
}
