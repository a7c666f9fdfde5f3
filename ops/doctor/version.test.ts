import { expect, test } from "bun:test";
import { isOlder } from "./version.ts";

test.each([
  ["git version 2.33.9", "2.34", true],
  ["git version 2.34", "2.34", false],
  ["git version 2.39.5 (Apple Git-154)", "2.34", false],
  ["git version 3.0", "2.34", false],
  ["tmux 3.1c", "3.2", true],
  ["tmux 3.3a", "3.2", false],
  ["tmux next-3.4", "3.2", false],
  // A program that says nothing of it is not taken for old.
  ["tmux master", "3.2", false],
])("%s before %s: %p", (text, than, older) => {
  expect(isOlder(text, than)).toBe(older);
});
