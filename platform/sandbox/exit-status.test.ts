import { expect, test } from "bun:test";
import { exitText } from "./exit-status.ts";

test.each([
  [0, "exit code 0"],
  [3, "exit code 3"],
  [null, "exit code null"],
  [153, "exit code 153 (128 + 25, SIGXFSZ: a file would have grown beyond the limit)"],
  [137, "exit code 137 (128 + 9, SIGKILL: it was killed)"],
  [129, "exit code 129 (128 + 1, SIGHUP)"],
  [255, "exit code 255"],
])("%p is said as %s", (exit, text) => {
  expect(exitText(exit)).toBe(text);
});
