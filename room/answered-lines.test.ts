import { expect, test } from "bun:test";
import type { JournaledEvent } from "#core/events.ts";
import { answer, end, message, start } from "#test/history-events.ts";
import { AnsweredLines, answeredIn } from "./answered-lines.ts";

const answered = (index: number): readonly JournaledEvent[] => [
  message(`m${index}`, "hi"),
  start(`t${index}`, "agent", `m${index}`),
  answer(`t${index}`, "agent", `answer ${index}`),
  end(`t${index}`, "agent", index === 3 ? "cut" : "complete"),
];
const EVENTS = Array.from({ length: 100 }, (_, index) => answered(index)).flat();

test("of old lines only that they are answered is kept, and of lines that may be asked again all", async () => {
  const lines = new AnsweredLines(10);
  for (const event of EVENTS) lines.apply(event);
  expect(lines.isOld("m5")).toBe(true);
  expect(lines.isAnswerStarted("m5")).toBe(true);
  expect(lines.openOf(message("m5", "hi"))).toEqual([]);
  expect([lines.turnsOf("m5"), lines.messageOf("m5")]).toEqual([undefined, undefined]);
  expect(lines.isOld("m3")).toBe(false);
  expect(lines.openOf(message("m3", "hi"))).toEqual(["agent"]);
  expect(lines.turnsOf("m3")).toMatchObject([{ text: "answer 3", end: { reason: "cut" } }]);
  expect(lines.turnsOf("m99")).toMatchObject([{ text: "answer 99" }]);
  expect(lines.isOld("m-new")).toBe(false);
  async function* entries() {
    for (const event of EVENTS) yield { event };
  }
  expect(await answeredIn(entries(), "m5")).toMatchObject([{ text: "answer 5" }]);
});
