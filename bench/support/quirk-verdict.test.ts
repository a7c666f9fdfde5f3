import { expect, test } from "bun:test";
import { NOTHING } from "#test/quirks/quirk.ts";
import { NOTHING_SEEN, verdictOn } from "./quirk-verdict.ts";

const whole = { ...NOTHING, text: "hi", end: "stop" };
const seen = { ...NOTHING_SEEN, text: "hi", end: "stop" };

test("the same text, thinking, calls and counts are right", () => {
  expect(verdictOn(seen, whole)).toBe("ok");
  const calls = [["f", { a: 1 }]] as const;
  expect(verdictOn({ ...seen, calls, end: "tool-calls" }, { ...whole, calls })).toBe("ok");
});

test("the verdict names the first thing that is wrong", () => {
  expect(verdictOn({ ...seen, text: "h" }, whole)).toBe('wrong: text "h"');
  expect(verdictOn({ ...seen, text: "" }, whole)).toBe("wrong: no text");
  expect(verdictOn(seen, { ...whole, reasoning: "Hm." })).toBe("wrong: no reasoning");
  expect(verdictOn({ ...seen, calls: [["f", 1]] }, whole)).toBe('wrong: calls [["f",1]]');
  expect(verdictOn({ ...seen, usage: [1, 2] }, { ...whole, usage: [1, 3] })).toBe(
    "wrong: usage 1 + 2",
  );
  expect(verdictOn({ ...seen, end: "length" }, whole)).toBe('wrong: ends with "length"');
});

test("a whole answer must not fail", () => {
  expect(verdictOn({ ...seen, failure: "missing\n role" }, whole)).toBe("throws: missing role");
});

test("a cut answer must not look whole, in whatever way that is told", () => {
  const cut = { ...whole, end: "cut" };
  expect(verdictOn(seen, cut)).toBe("wrong: takes it for whole");
  expect(verdictOn({ ...seen, end: "other" }, cut)).toBe("ok");
  expect(verdictOn({ ...seen, failure: "gone" }, cut)).toBe("ok");
  expect(verdictOn({ ...seen, failure: "gone", text: "" }, cut)).toBe("wrong: no text");
});

test("an error of the server must be told", () => {
  const failed = { ...whole, end: "STREAM_ERROR" };
  expect(verdictOn(seen, failed)).toBe('wrong: no error, ends with "stop"');
  expect(verdictOn({ ...seen, failure: "CUDA" }, failed)).toBe("ok");
});

test("a verdict fits into a cell", () => {
  const verdict = verdictOn({ ...seen, failure: "long ".repeat(20) }, whole);
  expect(verdict).toHaveLength(44);
  expect(verdict).toEndWith("…");
});
