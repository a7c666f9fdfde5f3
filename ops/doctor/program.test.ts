import { expect, test } from "bun:test";
import { answerOf } from "./program.ts";

const { signal } = new AbortController();

test("gives what a program printed, and nothing where it failed", async () => {
  expect(await answerOf(["echo", " hi "], { signal })).toBe("hi");
  expect(await answerOf(["sh", "-c", "echo half; exit 3"], { signal })).toBeUndefined();
});
