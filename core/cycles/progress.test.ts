import { expect, test } from "bun:test";
import fc from "fast-check";
import { actionKey, Progress } from "./progress.ts";

test("the third time of an action is a loop, whatever its blanks, its case and the order of its keys", () => {
  const progress = new Progress();
  expect(progress.wants({ name: "sh", args: { cmd: "ls  -la", cwd: "/" } })).toBe(false);
  expect(progress.wants({ name: "SH", args: { cwd: "/", cmd: "LS -la " } })).toBe(false);
  expect(progress.wants({ name: "sh", args: { cmd: "ls -l" } })).toBe(false);
  expect(progress.wants({ name: "sh", args: { CWD: "/", cmd: "ls\u200B\n-la" } })).toBe(true);
});

test("other arguments are another action", () => {
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [{ a: "1" }, { a: 1 }],
    [{ a: ["x", "y"] }, { a: ["y", "x"] }],
    [{ a: "xy" }, { a: "x y" }],
    [{}, { a: null }],
  ];
  for (const [one, other] of pairs) {
    expect(actionKey({ name: "t", args: one })).not.toBe(actionKey({ name: "t", args: other }));
  }
});

test("equal keys stay equal when they are folded again", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (args) => {
      const again: unknown = JSON.parse(actionKey({ name: "t", args }))[1];
      expect(actionKey({ name: "t", args: again })).toBe(actionKey({ name: "t", args }));
    }),
  );
});

test("five cycles without a new result are stalled; a result that was there before is not new", () => {
  const progress = new Progress();
  const results = ["a", undefined, " A", undefined, undefined, "b", "b", "b", "b", "b", "b"];
  expect(results.map((result) => progress.ended(result)).indexOf(true)).toBe(10);
});
