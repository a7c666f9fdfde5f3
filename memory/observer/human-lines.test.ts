import { expect, test } from "bun:test";
import type { JournaledEvent } from "#core/events.ts";
import { LineReader } from "./human-lines.ts";

test("an answer that was given with files in the prompt counts as their words", () => {
  const reader = new LineReader(() => undefined);
  const who = { persona: "agent", turn: "t1" };
  const events: readonly JournaledEvent[] = [
    { type: "turn-start", ...who, message: "m1", model: "m", window: 1, readsFiles: true },
    { type: "answer", ...who, hop: 0, text: "The key lies under the mat.", calls: [] },
    { type: "turn-start", ...who, turn: "t2", message: "m2", model: "m", window: 1 },
    { type: "answer", ...who, turn: "t2", hop: 0, text: "Fine.", calls: [] },
  ];
  for (const [at, event] of events.entries())
    reader.apply({ key: String(at), seq: at + 1, at: 0, event });
  expect(reader.before(9).map(({ source }) => source)).toEqual(["outside", "persona"]);
});
