import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { OrgError } from "#core/errors.ts";
import { type Beat, calling, DONE, memoryProvider } from "#test/memory-provider.ts";
import type { ChatEnd, ChatEvent } from "./chat-event.ts";
import { chatOnce } from "./chat-once.ts";
import type { ChatRequest } from "./provider.ts";

const request: ChatRequest = { model: "m", messages: [], tools: [] };
const speaker = { self: "agent", others: ["python", "user"] };
const text = (words: string) => ({ type: "text", text: words }) as const;
const BROKE = new OrgError("It broke", { code: "STREAM_ERROR", remedies: [] });
const never = () => new Promise(() => undefined);

function once(beats: readonly Beat[], signal = new AbortController().signal) {
  const provider = memoryProvider(() => beats);
  return { provider, events: chatOnce({ provider, request, signal, speaker }) };
}

const endOf = (events: readonly ChatEvent[]): ChatEnd | undefined => {
  const last = events.at(-1);
  return last?.type === "end" ? last : undefined;
};

describe("one completion", () => {
  test("streams text and reasoning, and ends with all of it", async () => {
    const { events } = once([
      { type: "reasoning", text: "Hm." },
      text("Hello"),
      text(" there."),
      { type: "usage", usage: { promptTokens: 3, completionTokens: 2 } },
      DONE,
    ]);
    expect(await Array.fromAsync(events)).toEqual([
      { type: "reasoning", text: "Hm." },
      text("Hello"),
      text(" there."),
      {
        type: "end",
        finish: "stop",
        text: "Hello there.",
        reasoning: "Hm.",
        calls: [],
        passed: false,
        usage: { promptTokens: 3, completionTokens: 2 },
      },
    ]);
  });

  test("that breaks keeps what came before, beside the failure", async () => {
    const { events } = once([text("Half"), BROKE]);
    expect(endOf(await Array.fromAsync(events))).toMatchObject({
      finish: "failed",
      text: "Half",
      failure: BROKE,
    });
  });

  test("that says the same over and over is ended, and its connection closed", async () => {
    const line = "@@user: A human.\n";
    const { events } = once([...Array.from({ length: 400 }, () => text(line)), never]);
    const all = await Array.fromAsync(events);
    expect(endOf(all)).toMatchObject({ finish: "looped", calls: [] });
    expect(endOf(all)?.repeated?.length).toBe(line.trim().length);
    expect(all.length).toBeLessThan(200);
  });

  test("that is aborted keeps what came before, and is not a failure", async () => {
    const stop = new AbortController();
    const { events } = once([text("Half"), never], stop.signal);
    const seen: ChatEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      stop.abort();
    }
    expect(endOf(seen)).toMatchObject({ finish: "aborted", text: "Half" });
    expect(endOf(seen)?.failure).toBeUndefined();
  });

  test("that meets a bug of ours crashes loudly", async () => {
    const { events } = once([text("Half"), new TypeError("undefined is not a function")]);
    await expect(Array.fromAsync(events)).rejects.toThrow(TypeError);
  });

  test("leaves the connection as soon as the speaker speaks for others", async () => {
    const { events, provider } = once([text("Yes.\npython: "), text("No."), never]);
    expect(endOf(await Array.fromAsync(events))).toMatchObject({ finish: "stop", text: "Yes.\n" });
    expect(provider.closed).toBe(1);
  });

  test("closes the connection when the listener leaves", async () => {
    const { events, provider } = once([text("One"), text("Two"), never]);
    for await (const _ of events) break;
    expect(provider.closed).toBe(1);
  });

  test("with a pass beside a call is not a pass", async () => {
    const { events } = once([text("@@pass"), calling("sh", {}), DONE]);
    expect(endOf(await Array.fromAsync(events))).toMatchObject({ passed: false, text: "" });
  });

  test("has one end, the last event, however it goes", async () => {
    const beat = fc.oneof(
      fc.constantFrom<Beat>(
        text("Hi"),
        text("\npython: "),
        text("@@pass"),
        calling("sh", {}),
        DONE,
      ),
      fc.constant<Beat>(BROKE),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(beat, { maxLength: 6 }), async (beats) => {
        const events = await Array.fromAsync(once(beats).events);
        expect(events.filter(({ type }) => type === "end")).toHaveLength(1);
        expect(endOf(events)).toBeDefined();
        const shown = events.map((event) => (event.type === "text" ? event.text : ""));
        expect(endOf(events)?.text).toBe(shown.join(""));
      }),
    );
  });
});
