import { expect, test } from "bun:test";
import type { JournaledEvent } from "#core/events.ts";
import { PLAIN } from "#room/style.ts";
import { recapOf } from "./room-recap.ts";

async function recap(events: readonly JournaledEvent[]): Promise<string | undefined> {
  async function* entries() {
    for (const [index, event] of events.entries())
      yield { seq: index + 1, key: String(index), at: 0, event };
  }
  return await recapOf(entries(), PLAIN);
}

function message(text: string): JournaledEvent {
  return { type: "message", id: text, from: "user", text, to: ["agent"], mode: "group" };
}

const turn = { turn: "t", persona: "agent" };
const start: JournaledEvent = { type: "turn-start", ...turn, message: "m", model: "m", window: 1 };
const answer = (text: string): JournaledEvent => ({
  ...{ type: "answer", ...turn, hop: 0, text, calls: [] },
});

test("a room in which no message was sent has no recap", async () => {
  expect(await recap([{ type: "mode", mode: "group", by: "user" }])).toBeUndefined();
});

test("the last message, its answers and how they ended are shown, and how many came before", async () => {
  const why = "org was stopped in the middle of this turn";
  const end: JournaledEvent = { type: "turn-end", ...turn, reason: "cut", why };
  expect(
    await recap([
      message("one"),
      start,
      answer("First."),
      message("two"),
      start,
      answer("So"),
      end,
    ]),
  ).toBe(
    [
      "— 2 messages in this room so far; /export md shows all of it",
      ...["", "● user → agent", "two", "", "● agent · m", "So"],
      "— agent was cut: org was stopped in the middle of this turn",
    ].join("\n"),
  );
});

test("of a long text the end is shown, of a long row the beginning, and no escape sequence", async () => {
  const rows = Array.from({ length: 20 }, (_, index) => `row ${index}`);
  const text = await recap([message(`${rows.join("\n")}\n\u001b[2J${"x".repeat(1000)}`)]);
  const shown = text?.split("\n").slice(3) ?? [];
  expect(shown).toHaveLength(9);
  expect(shown[0]).toBe("…");
  expect(shown[1]).toBe("row 13");
  expect(shown.at(-1)).toBe(`${"x".repeat(400)}…`);
});
