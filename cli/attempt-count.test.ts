import { expect, test } from "bun:test";
import { attemptCount } from "./attempt-count.ts";

test.each(["2", "8"])("%s attempts may be made at once", (text) => {
  expect(attemptCount(text, [])).toBe(Number(text));
});

test.each(["1", "9", "2.5", "", "two"])("%p is not a number of attempts", (text) => {
  expect(() => attemptCount(text, ["org help exec"])).toThrow(
    expect.objectContaining({
      ...{ code: "USAGE", message: `"${text}" is not a number of attempts` },
      ...{ why: "it is a number from 2 to 8", remedies: ["org help exec"] },
      unchanged: "Nothing was started.",
    }),
  );
});
