import { describe, expect, test } from "bun:test";
import type { RoomEvent } from "#core/events.ts";
import { readStreamed, type StreamedLine, StreamedText, streamedLine } from "./streamed-text.ts";

const turn = "turn_1";
const who = { turn, persona: "agent" } as const;
const words = (text: string) => ({ ...who, type: "text-delta" as const, text });
const start: RoomEvent = { ...who, type: "turn-start", message: "m", model: "x", window: 1 };
const answer = (text: string): RoomEvent => ({ ...who, type: "answer", hop: 0, text, calls: [] });
const answered: StreamedLine = { type: "answered", turn };

/** What a screen shows: of events that are streamed, and of those that the journal tells. */
function shownOf(steps: readonly (["streamed", StreamedLine] | ["journaled", RoomEvent])[]) {
  const text = new StreamedText();
  return steps.flatMap((step) => {
    if (step[0] === "streamed") return text.streamed(step[1]);
    const { before, behind } = text.journaled(step[1]);
    return [...before, step[1], ...behind];
  });
}

describe("streamed text", () => {
  test("is shown as it comes, and an answer tells only what is missing", () => {
    const shown = shownOf([
      ["journaled", start],
      ["streamed", words("One")],
      ["journaled", answer("One two.")],
      ["streamed", words(" two.")],
      ["streamed", answered],
      ["streamed", words("Three")],
    ]);
    expect(shown).toEqual([
      start,
      words("One"),
      words(" two."),
      answer("One two."),
      words("Three"),
    ]);
  });

  test("that comes before the journal tells of its turn waits for that", () => {
    const shown = shownOf([
      ["streamed", words("One")],
      ["streamed", answered],
      ["streamed", words("Two")],
      ["journaled", start],
      ["journaled", answer("One")],
      ["journaled", answer("Two")],
    ]);
    expect(shown).toEqual([start, words("One"), answer("One"), words("Two"), answer("Two")]);
  });

  test("of which a piece was lost is begun anew", () => {
    const shown = shownOf([
      ["journaled", start],
      ["streamed", words("two.")],
      ["journaled", answer("One two.")],
    ]);
    const anew = { ...who, type: "reclassify" } as const;
    expect(shown.slice(2)).toEqual([anew, words("One two."), answer("One two.")]);
  });

  test("that turned out to be reasoning is not a part of the answer", () => {
    const reclassify = { ...who, type: "reclassify" } as const;
    const shown = shownOf([
      ["journaled", start],
      ["streamed", words("Hm")],
      ["streamed", reclassify],
      ["streamed", words("Yes.")],
      ["journaled", answer("Yes.")],
    ]);
    expect(shown.slice(1)).toEqual([words("Hm"), reclassify, words("Yes."), answer("Yes.")]);
  });

  test("is all that travels, and comes back as it was", () => {
    const lines = [start, words("One"), answer("One")].map(streamedLine);
    expect(lines).toEqual([undefined, words("One"), answered]);
    expect(lines.slice(1).map(readStreamed)).toEqual(lines.slice(1));
    expect(readStreamed(start)).toBeUndefined();
  });
});
