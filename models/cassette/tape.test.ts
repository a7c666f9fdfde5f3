import { expect, test } from "bun:test";
import { Tape } from "#models/cassette/tape.ts";

const request = { method: "POST", route: "/chat/completions", body: "{}" };
const bytes = (...values: number[]) => new Uint8Array(values);

test("an answer that is still open when the recording ends was left", () => {
  const tape = new Tape((text) => text);
  tape.begin(request).status(200, {});
  tape.finish();
  expect(tape.lines.at(-1)).toEqual({ type: "end", exchange: 0, how: "left" });
});

test("a request that was never answered is not kept", () => {
  const tape = new Tape((text) => text);
  tape.begin(request);
  tape.finish();
  expect(tape.lines).toEqual([]);
});

test("half a character waits for its other half, and the end is said once", () => {
  const tape = new Tape((text) => text);
  const track = tape.begin(request);
  track.status(200, {});
  track.chunk(bytes(0x61, 0xc5));
  track.chunk(bytes(0xbe));
  track.end("complete");
  track.end("left");
  const texts = tape.lines.flatMap((line) => (line.type === "chunk" ? [line.text] : []));
  expect(texts).toEqual(["a", "ž"]);
  expect(tape.lines.filter(({ type }) => type === "end")).toHaveLength(1);
});
