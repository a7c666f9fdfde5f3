import { expect, test } from "bun:test";
import fc from "fast-check";
import { SseReader } from "./sse.ts";

function read(text: string, size = Number.POSITIVE_INFINITY): string[] {
  const reader = new SseReader();
  const bytes = new TextEncoder().encode(text);
  const events: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    events.push(...reader.push(bytes.subarray(at, at + size)).map(({ data }) => data));
  }
  events.push(...reader.end().map(({ data }) => data));
  return events;
}

test("yields the data of each event", () => {
  expect(read("data: one\n\ndata: two\n\n")).toEqual(["one", "two"]);
});

test("a last event without its blank line counts, with or without a line end", () => {
  expect(read("data: one\n\ndata: two")).toEqual(["one", "two"]);
  expect(read("data: one\n\ndata: two\n")).toEqual(["one", "two"]);
  expect(read("data: one\r\n\r\ndata: two\r")).toEqual(["one", "two"]);
});

test("comments, other fields and a byte order mark are not events", () => {
  expect(read("\uFEFF: ping\n\nid: 7\nretry: 10\nfoo: bar\ndata: one\n\n:\n\n")).toEqual(["one"]);
});

test("names the event where the server does", () => {
  const bytes = new TextEncoder().encode("event: error\ndata: x\n\ndata: y\n\n");
  expect(new SseReader().push(bytes)).toMatchObject([
    { event: "error", data: "x" },
    { event: undefined, data: "y" },
  ]);
});

test("yields the same events however the bytes are cut", () => {
  const payload = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
  const lines = payload.filter((text) => !/[\r\n\0\uFEFF]/.test(text) && !text.startsWith(" "));
  fc.assert(
    fc.property(
      fc.array(lines, { maxLength: 6 }),
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.integer({ min: 1, max: 9 }),
      (payloads, end, size) => {
        const text = payloads.map((line) => `data: ${line}${end}${end}`).join("");
        expect(read(text, size)).toEqual(payloads);
      },
    ),
  );
});

test("an event over the limit ends the stream, and what came before it stays", () => {
  const reader = new SseReader({ maxEventLength: 100 });
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(reader.push(bytes(`data: one\n\ndata: ${"x".repeat(200)}`))).toHaveLength(1);
  expect(reader.failure).toMatchObject({ code: "STREAM_ERROR" });
  expect(reader.failure?.message).toContain("more than 100 characters");
  expect(reader.push(bytes("data: two\n\n"))).toEqual([]);
  expect(reader.end()).toEqual([]);
});

test("bytes that are not UTF-8 become replacement characters", () => {
  const reader = new SseReader();
  reader.push(new Uint8Array([...new TextEncoder().encode("data: a"), 0xff, 0xc3]));
  expect(reader.end()).toMatchObject([{ data: "a\uFFFD\uFFFD" }]);
});
