/** What is streamed of a line's turns, fitted to what the journal tells of them: it may come before that, and too late. */
import { z } from "zod";
import { roomEventSchema } from "#core/event-schema.ts";
import type { LiveEvent, RoomEvent } from "#core/events.ts";
import { isLive } from "#room/entries.ts";

/** As it travels: what is only seen live, and where an answer stands between it. */
export type StreamedLine = LiveEvent | { readonly type: "answered"; readonly turn: string };

/** @returns nothing for what the journal alone tells. */
export function streamedLine(event: RoomEvent): StreamedLine | undefined {
  if (isLive(event)) return event;
  return event.type === "answer" ? { type: "answered", turn: event.turn } : undefined;
}

const answeredSchema = z.strictObject({ type: z.literal("answered"), turn: z.string() });

/** @throws {z.ZodError} */
export function readStreamed(line: unknown): StreamedLine | undefined {
  const answered = answeredSchema.safeParse(line);
  if (answered.success) return answered.data;
  const event = roomEventSchema.parse(line);
  return isLive(event) ? event : undefined;
}

interface StreamedTurn {
  /** How many answers the journal has, and how many stand before what is streamed now. */
  journaled: number;
  streamed: number;
  isBegun: boolean;
  /** Of the answer that is being written. */
  sent: string;
  /** Streamed before the journal told of what it belongs to. */
  readonly early: { readonly answer: number; readonly event: LiveEvent }[];
}

export class StreamedText {
  readonly #turns = new Map<string, StreamedTurn>();

  /** @returns what may be shown now. */
  streamed(line: StreamedLine): readonly RoomEvent[] {
    const turn = this.#turnOf(line.turn);
    if (line.type === "answered") {
      turn.streamed += 1;
      return [];
    }
    turn.early.push({ answer: turn.streamed, event: line });
    return release(turn);
  }

  /** @returns what is to be shown before the event, and what may be shown behind it. */
  journaled(event: RoomEvent): {
    readonly before: readonly RoomEvent[];
    readonly behind: readonly RoomEvent[];
  } {
    if (event.type === "turn-start") {
      const turn = this.#turnOf(event.turn);
      turn.isBegun = true;
      return { before: [], behind: release(turn) };
    }
    if (event.type === "turn-end") this.#turns.delete(event.turn);
    if (event.type !== "answer") return { before: [], behind: [] };
    const turn = this.#turnOf(event.turn);
    const before = missing(event, turn.sent);
    turn.journaled += 1;
    turn.sent = "";
    return { before, behind: release(turn) };
  }

  #turnOf(id: string): StreamedTurn {
    const turn = this.#turns.get(id) ?? {
      ...{ journaled: 0, streamed: 0, isBegun: false },
      ...{ sent: "", early: [] },
    };
    this.#turns.set(id, turn);
    return turn;
  }
}

/** What of an answer was not streamed. */
function missing(
  { turn, persona, text }: Extract<RoomEvent, { type: "answer" }>,
  sentText: string,
): readonly RoomEvent[] {
  // A stream may end with blanks that the answer has no more.
  if (sentText.startsWith(text)) return [];
  if (text.startsWith(sentText)) {
    return [{ type: "text-delta", turn, persona, text: text.slice(sentText.length) }];
  }
  // A piece was lost: the screen begins that answer anew.
  return [
    { type: "reclassify", turn, persona },
    { type: "text-delta", turn, persona, text },
  ];
}

function release(turn: StreamedTurn): readonly RoomEvent[] {
  if (!turn.isBegun) return [];
  const { early, journaled } = turn;
  // What belongs to an answer that is there already came too late.
  const due = early.filter(({ answer }) => answer === journaled).map(({ event }) => event);
  turn.early.splice(0, early.length, ...early.filter(({ answer }) => answer > journaled));
  for (const event of due) {
    if (event.type === "text-delta") turn.sent += event.text;
    if (event.type === "reclassify") turn.sent = "";
  }
  return due;
}
