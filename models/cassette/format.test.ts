import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type CassetteLine, readCassette, writeCassette } from "./format.ts";

const key = createHash("sha256").update("x").digest("hex");
const content = { model: "m", messages: [{ role: "user", content: "hi" }], options: {} };
const asked = {
  type: "request",
  exchange: 0,
  method: "POST",
  route: "/chat/completions",
  key,
  content,
} as const;
const lines: readonly CassetteLine[] = [
  asked,
  { type: "status", exchange: 0, status: 200, headers: { "content-type": "text/event-stream" } },
  { ...asked, exchange: 1 },
  { type: "chunk", exchange: 0, atMs: 3, text: "data: ž\n\n" },
  { type: "status", exchange: 1, status: 503, headers: {} },
  { type: "end", exchange: 1, how: "broken" },
  { type: "end", exchange: 0, how: "complete" },
];

test("reads what was written, exchanges apart", () => {
  const { method, route } = asked;
  expect(readCassette(writeCassette(lines), "x.jsonl")).toEqual([
    {
      method,
      route,
      key,
      content,
      status: 200,
      headers: { "content-type": "text/event-stream" },
      chunks: [{ atMs: 3, text: "data: ž\n\n" }],
      end: "complete",
    },
    { method, route, key, content, status: 503, headers: {}, chunks: [], end: "broken" },
  ]);
});

test("an empty recording is one", () => {
  expect(readCassette(writeCassette([]), "x.jsonl")).toEqual([]);
});

/** What is done to the lines of a whole file, and what is said about it. */
const DAMAGE: readonly (readonly [
  name: string,
  line: number,
  damage: (text: string[]) => string[],
])[] = [
  ["no JSON", 2, (text) => text.with(1, "{")],
  ["another shape", 2, (text) => text.with(1, '{"type":"status","exchange":0}')],
  ["an unknown type", 2, (text) => text.with(1, '{"type":"picture","exchange":0}')],
  ["a chunk of an unknown exchange", 1, (text) => text.slice(3)],
  ["a number left out", 3, (text) => text.with(2, JSON.stringify({ ...asked, exchange: 5 }))],
  ["a chunk before the status", 3, (text) => text.toSpliced(1, 1)],
  ["a changed word", 8, (text) => text.with(3, text[3]?.replace("ž", "z") ?? "")],
  ["cut off", 5, (text) => text.slice(0, 4)],
  ["an empty file", 1, () => []],
  ["lines behind the seal", 8, (text) => [...text, ...text.slice(0, 1)]],
];

test.each(DAMAGE)("%s is found, at line %d", (_name, line, damage) => {
  const text = writeCassette(lines).trimEnd().split("\n");
  const damaged = damage(text).join("\n");
  expect(() => readCassette(damaged, "x.jsonl")).toThrow(`"x.jsonl" is damaged at line ${line}`);
});

test("an exchange without an end is found", () => {
  const text = writeCassette(lines.slice(0, 4));
  expect(() => readCassette(text, "x.jsonl")).toThrow("damaged at line 5");
});
