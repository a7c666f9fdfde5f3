import { expect, test } from "bun:test";
import { Tape } from "./tape.ts";

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
  expect(texts).toEqual(["až"]);
  expect(tape.lines.filter(({ type }) => type === "end")).toHaveLength(1);
});

test.each([0, 9, 24, 46, 49, 60])(
  "a secret that the network cuts in two at byte %d is taken out",
  (cut) => {
    const secret = "ghp_0123456789";
    const tape = new Tape((text) => text.replaceAll(secret, "[secret]"));
    const track = tape.begin(request);
    track.status(200, {});
    const event = `data: {"choices":[{"delta":{"content":"it is ${secret}."}}]}\n\n`;
    track.chunk(Buffer.from(event.slice(0, cut)));
    track.chunk(Buffer.from(`${event.slice(cut)}data: [DONE]\n\n`));
    track.end("complete");
    tape.finish();
    const texts = tape.lines.flatMap((line) => (line.type === "chunk" ? [line.text] : []));
    expect(texts.join("")).toBe(`${event.replace(secret, "[secret]")}data: [DONE]\n\n`);
  },
);
