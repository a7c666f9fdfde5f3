import { expect, test } from "bun:test";
import { differingLines } from "./differing-lines.ts";

const LIVE = "[http]\nport = 80\npool = 4\n\n[log]\nlevel = info\n";
const TEST = "[http]\r\nport = 80\r\npool = 9\r\n\r\n[log]\r\nlevel = info\r\n";

test("lines that one of two files has are told, each with its file", () => {
  expect(differingLines(["live.toml", "test.toml"], [LIVE, TEST])).toEqual([
    "(lines that stand in live.toml alone)",
    "pool = 4",
    "(lines that stand in test.toml alone)",
    "pool = 9",
  ]);
});

test("nothing is told of files that are alike, or that have nothing in common", () => {
  expect(differingLines(["a", "b"], [LIVE, LIVE])).toEqual([]);
  expect(differingLines(["a", "b"], [LIVE, "one\ntwo\nthree\nfour\nfive\nsix"])).toEqual([]);
  expect(differingLines(["a", "b"], ["", ""])).toEqual([]);
  const many = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const changed = many.map((line, index) => (index % 2 === 0 ? line : `${line}!`));
  expect(differingLines(["a", "b"], [many.join("\n"), changed.join("\n")])).toEqual([]);
});
