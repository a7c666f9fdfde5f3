import type { JournaledEvent } from "#core/events.ts";
import type { Entry, Journal } from "#core/journal.ts";
import type { TalkExchange } from "./talks.ts";

/** Events of one exchange in a room. */
const EVENTS = 4;

/** A journal that holds talks, each in a room of its own, and takes nothing in. */
export function talkJournal(talks: readonly (readonly TalkExchange[])[]): Journal {
  const exchangesOf = (room: string) => talks[Number(room)] ?? [];
  return {
    append: () => Promise.reject(new Error("This journal is only read")),
    head: async (room) => exchangesOf(room).length * EVENTS,
    rooms: async () =>
      talks.map((talk, room) => {
        return { room: `${room}`, head: talk.length * EVENTS, startedAt: 0, lastAt: 0 };
      }),
    read: async function* (room, from) {
      for (const [at, exchange] of exchangesOf(room).entries()) {
        const events = eventsOf(exchange, `${room}-${at}`);
        const first = seqOf(at);
        const entries = events.map((event, n): Entry => {
          return { seq: first + n, key: `${first + n}`, at: first, event };
        });
        yield* entries.filter(({ seq }) => seq >= from);
      }
    },
  };
}

/** The number of the first event of an exchange. */
export function seqOf(at: number): number {
  return at * EVENTS + 1;
}

function eventsOf({ line, answer }: TalkExchange, id: string): readonly JournaledEvent[] {
  const [persona, turn] = ["agent", `t${id}`];
  return [
    { type: "message", id, from: "user", text: line, to: [persona], mode: "group" },
    { type: "turn-start", turn, persona, message: id, model: "m", window: 8192 },
    { type: "answer", turn, persona, hop: 0, text: answer, calls: [] },
    { type: "turn-end", turn, persona, reason: "complete" },
  ];
}
