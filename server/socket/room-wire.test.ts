import { expect, test } from "bun:test";
import type { HumanMessage } from "#core/events.ts";
import { type RoomSnapshot, roomUpdateSchema } from "./room-wire.ts";

const message: HumanMessage = {
  ...{ type: "message", id: "msg1", from: "user", text: "hi", to: ["agent"], mode: "group" },
};
const state: RoomSnapshot = {
  ...{
    room: "r",
    mode: "group",
    models: [],
    nextSpeakers: ["agent"],
    toReview: 0,
    queued: 0,
    busy: false,
  },
  ...{ unanswered: message, waiting: [], budgets: [] },
};

test("a state travels with the line that is not answered yet", () => {
  const line = { type: "state", state, head: 3 } as const;
  expect(roomUpdateSchema.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
});

test.each([
  ["a question that is none", { waiting: [message] }],
  ["a line that is none", { unanswered: { type: "settled", why: "quiet" } }],
  ["something unknown", { colour: "red" }],
])("%s is refused", (_name, part) => {
  expect(roomUpdateSchema.safeParse({ type: "state", state: { ...state, ...part } }).success).toBe(
    false,
  );
});
