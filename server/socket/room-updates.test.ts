import { expect, test } from "bun:test";
import type { RoomEvent } from "#core/events.ts";
import type { Call } from "./home-wire.ts";
import { NoOwner } from "./owner-client.ts";
import { RoomUpdates } from "./room-updates.ts";
import type { RoomSnapshot, RoomUpdate } from "./room-wire.ts";

const state: RoomSnapshot = {
  ...{ room: "r", mode: "group", models: [], nextSpeakers: [], queued: 0, toReview: 0 },
  ...{ busy: true, waiting: [], budgets: [] },
};

/** The events of a room whose process ends behind these, and no other takes its place. */
async function seenUntilLost(events: readonly RoomEvent[]): Promise<readonly RoomEvent[]> {
  const leaving = new AbortController();
  // biome-ignore lint/correctness/useYield: no test reads an answer
  const call: Call = async function* () {
    throw new NoOwner("owner.sock", {});
  };
  const updates = new RoomUpdates(
    { id: "r", call, leaving: leaving.signal },
    { type: "state", state },
  );
  const seen: RoomEvent[] = [];
  using _ = updates.listen((event) => {
    seen.push(event);
    if (event.type === "notice") leaving.abort();
  });
  async function* lines(): AsyncGenerator<RoomUpdate> {
    for (const event of events) yield { type: "event", event };
  }
  await updates.follow(lines());
  return seen;
}

const turn = { turn: "t1", persona: "agent" };
const start = { type: "turn-start", ...turn, message: "m", model: "m", window: 1 } as const;

test("a turn whose process has ended does not look as if it went on, and what hosts the room again is said", async () => {
  const seen = await seenUntilLost([start, { type: "phase", ...turn, phase: "generating" }]);
  expect(seen.slice(2)).toEqual([
    { type: "phase", ...turn, phase: "queued", detail: "until an org hosts this room" },
    {
      type: "notice",
      level: "warning",
      text: "The process that hosts this room has ended; waiting for the next org to keep this room.\n→ org --resume   # in another terminal, hosts it again; /quit leaves",
    },
  ]);
});

test("a turn that had ended before is not touched", async () => {
  const seen = await seenUntilLost([start, { type: "turn-end", ...turn, reason: "complete" }]);
  expect(seen.map(({ type }) => type)).toEqual(["turn-start", "turn-end", "notice"]);
});
