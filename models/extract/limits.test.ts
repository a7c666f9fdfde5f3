import { expect, test } from "bun:test";
import { joinEvents } from "#test/join-events.ts";
import { createExtractor } from "./create.ts";
import type { ExtractEvent } from "./extractor.ts";
import { LIMITS } from "./limits.ts";

function extract(pieces: readonly string[]): ExtractEvent[] {
  const extractor = createExtractor({ tools: [] });
  const events = pieces.flatMap((piece) => [...extractor.push(piece)]);
  return joinEvents([...events, ...extractor.end()]);
}

function dropped(events: readonly ExtractEvent[]): { why: string; length: number }[] {
  return events.flatMap((event) =>
    event.type === "dropped" ? [{ why: event.why, length: event.raw.length }] : [],
  );
}

function call(argument: string): string {
  return `<tool_call>{"name": "save", "arguments": {"text": "${argument}"}}</tool_call>`;
}

/** A call whose markup behind the opener has exactly this length. */
function callOfLength(length: number): string {
  const frame = call("").length - "<tool_call>".length;
  return call("x".repeat(length - frame));
}

test("a call of the greatest length still runs", () => {
  const events = extract([`A ${callOfLength(LIMITS.unitLength)} B`]);
  expect(events.map(({ type }) => type)).toEqual(["text", "call", "text"]);
});

test("a longer call is dropped as a whole, and what follows it is shown", () => {
  const text = callOfLength(LIMITS.unitLength + 1);
  for (const pieces of [
    [`A ${text} B`],
    ["A ", text.slice(0, 700_000), text.slice(700_000), " B"],
  ]) {
    const events = extract(pieces);
    expect(events.filter(({ type }) => type === "text")).toEqual([
      { type: "text", text: "A " },
      { type: "text", text: " B" },
    ]);
    const parts = dropped(events);
    expect(parts).toEqual([{ why: "a call longer than 1048576 characters", length: text.length }]);
  }
});

test("calls beyond the last one allowed are dropped", () => {
  const events = extract([call("x").repeat(LIMITS.callsPerTurn + 2)]);
  expect(events.filter(({ type }) => type === "call")).toHaveLength(LIMITS.callsPerTurn);
  expect(dropped(events)).toEqual([
    { why: "more than 64 calls in one answer", length: 2 * call("x").length },
  ]);
});

test("an answer beyond its greatest length is looked at no further", () => {
  const chunk = "word ".repeat(200_000);
  const count = Math.ceil(LIMITS.turnLength / chunk.length);
  const beyond = count * chunk.length - LIMITS.turnLength + call("x").length;
  const events = extract([...Array.from({ length: count }, () => chunk), call("x")]);
  expect(events.map(({ type }) => type)).toEqual(["text", "dropped"]);
  expect(dropped(events)).toEqual([
    { why: "an answer longer than 16777216 characters", length: beyond },
  ]);
});

test("arguments nested too deep are dropped, in strict JSON and in any other", () => {
  for (const open of ['{"a":', "{a:", "[", "{'a':["]) {
    const nested = open.repeat(LIMITS.depth + 1);
    const events = extract([`<tool_call>{"name": "save", "arguments": ${nested}1</tool_call>`]);
    expect(dropped(events).map(({ why }) => why)).toEqual(["arguments nested deeper than 64"]);
  }
});

test("arguments nested as deep as allowed are read", () => {
  const depth = LIMITS.depth - 1;
  const nested = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  const events = extract([`<tool_call>{"name": "save", "arguments": ${nested}}</tool_call>`]);
  expect(events).toMatchObject([{ type: "call", call: { name: "save" } }]);
});
