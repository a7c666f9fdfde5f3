import type { JournaledEvent, LiveEvent, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import { GROUP, type Mode, parseMode } from "#core/mode.ts";

/**
 * The idempotency key of an event in its room. Built from what makes the event the one it is, so that
 * a turn cannot end twice and a call cannot have two results, regardless of what writes them.
 */
export function keyOf(event: JournaledEvent): string {
  switch (event.type) {
    case "message":
      return event.id;
    case "turn-start":
      return `${event.turn}:start`;
    case "answer":
      return `${event.turn}:answer:${event.hop}`;
    case "tool-call":
      return `${event.turn}:call:${event.call.id}`;
    case "tool-result":
      return `${event.turn}:result:${event.id}`;
    case "turn-end":
      return `${event.turn}:end`;
    case "recall":
      return `${event.turn}:recall`;
    case "attached":
      return `${event.message}:attached:${event.path}`;
    case "goal": {
      const { goal, cycle, phase, state, attempt } = event;
      return `${goal}:${cycle}:${phase}${state === "done" ? "" : `:begun:${attempt}`}`;
    }
    case "approval":
      return `${event.turn}:approval:${event.id}:${event.state}`;
    default:
      return newId(event.type);
  }
}

/** Whether an event is only sent live: its finished form is journaled later. */
export function isLive(event: RoomEvent): event is LiveEvent {
  return (
    event.type === "text-delta" ||
    event.type === "reasoning-delta" ||
    event.type === "reclassify" ||
    event.type === "phase"
  );
}

/** An event as the room sees it: raw tool output stays with the persona that asked for it, files with the models. */
export function visibleEvent(event: RoomEvent): RoomEvent {
  if (event.type === "attached") {
    const { text: _text, image: _image, ...rest } = event;
    return rest;
  }
  if (event.type !== "tool-result" || event.output === undefined) return event;
  const { output: _output, ...rest } = event;
  return rest;
}

/** A mode from the journal. Its persona may have been removed since; then the room is a group again. */
export function restoredMode(text: string, personas: readonly string[]): Mode {
  try {
    return parseMode(text, personas);
  } catch {
    return GROUP;
  }
}
