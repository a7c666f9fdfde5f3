import { expect, test } from "bun:test";
import fc from "fast-check";
import type { RoomEvent } from "#core/events.ts";
import { RoomTranscript, type TranscriptOptions } from "./room-transcript.ts";

const OPTIONS: TranscriptOptions = { namesSpeakers: true, isLive: true };

/** A turn of one persona: each list is one completion, its items the pieces in which it came. */
function turnOf(persona: string, hops: readonly (readonly string[])[]): readonly RoomEvent[] {
  const who = { turn: `turn of ${persona}`, persona };
  return [
    { type: "turn-start", ...who, message: "m", model: "m", window: 1 },
    ...hops.flatMap((pieces, hop): RoomEvent[] => [
      ...pieces.map((text): RoomEvent => ({ type: "text-delta", ...who, text })),
      { type: "answer", ...who, hop, text: pieces.join(""), calls: [] },
    ]),
    {
      type: "turn-end",
      ...who,
      reason: "complete",
      usage: { promptTokens: 1, completionTokens: 2 },
    },
  ];
}

function textOf(events: readonly RoomEvent[], options = OPTIONS): string {
  const transcript = new RoomTranscript(options);
  return events.map((event) => transcript.take(event)).join("");
}

test("names each one who speaks, and parts what was said before and after a tool", () => {
  const events = [
    ...turnOf("agent", [["Let me", " see."], ["Done."]]),
    ...turnOf("python", [["So am I."]]),
  ];
  const text = "**agent:** Let me see.\n\nDone.\n\n**python:** So am I.";
  expect(textOf(events)).toBe(text);
  expect(textOf(events, { ...OPTIONS, isLive: false })).toBe(text);
  const alone = { ...OPTIONS, namesSpeakers: false };
  expect(textOf(turnOf("agent", [["Hi."]]), alone)).toBe("Hi.");
});

test("hands on the words of the persona in the foreground as they come", () => {
  const transcript = new RoomTranscript(OPTIONS);
  const [start, ...rest] = turnOf("agent", [["One", " two"]]);
  const pieces = [start, ...rest].map((event) => event && transcript.take(event));
  expect(pieces).toEqual(["", "**agent:** One", " two", "", ""]);
});

test("who has nothing to say is not named, and what was taken is counted", () => {
  const transcript = new RoomTranscript(OPTIONS);
  const events = [...turnOf("agent", []), ...turnOf("python", [["Yes."]])];
  expect(events.map((event) => transcript.take(event)).join("")).toBe("**python:** Yes.");
  expect(transcript.usage).toEqual({ promptTokens: 2, completionTokens: 4 });
});

test("no persona's words stand within another's, however they came", () => {
  const words = fc.array(
    fc.array(fc.stringMatching(/^[a-z ]{1,8}$/), { minLength: 1, maxLength: 4 }),
    {
      maxLength: 3,
    },
  );
  const merged = fc
    .tuple(words, words, words, fc.infiniteStream(fc.nat(2)))
    .map(([a, b, c, order]) => {
      const turns = [turnOf("a", a), turnOf("b", b), turnOf("c", c)].map((turn) => [...turn]);
      const events: RoomEvent[] = [];
      while (turns.some((turn) => turn.length > 0)) {
        const next = turns[order.next().value ?? 0]?.shift();
        if (next !== undefined) events.push(next);
      }
      return { events, said: [a, b, c] };
    });
  fc.assert(
    fc.property(merged, fc.boolean(), ({ events, said }, isLive) => {
      const text = textOf(events, { ...OPTIONS, isLive });
      const wholes = said.flatMap((hops, at) => {
        const whole = hops.map((pieces) => pieces.join("")).join("\n\n");
        return whole === "" ? [] : [`**${"abc"[at]}:** ${whole}`];
      });
      expect(wholes.every((whole) => text.includes(whole))).toBe(true);
      const separators = Math.max(0, wholes.length - 1) * 2;
      expect(text).toHaveLength(wholes.join("").length + separators);
    }),
  );
});
