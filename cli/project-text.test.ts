import { expect, test } from "bun:test";
import { lackingRows } from "./project-text.ts";

test("files that a room lacks are counted, and the first of them named with the reason", () => {
  const left = Array.from({ length: 7 }, (_, index) => ({ path: `${index}\n.bin`, why: "large" }));
  expect(lackingRows({ hidden: [".env", "lib"], left })).toEqual([
    "hidden      2: .env, lib",
    "left out    7: 0 .bin (large), 1 .bin (large), 2 .bin (large), 3 .bin (large), 4 .bin (large) and 2 more",
  ]);
});

test("a room that lacks nothing has no rows about it", () => {
  expect(lackingRows({ hidden: [], left: [] })).toEqual([]);
});
