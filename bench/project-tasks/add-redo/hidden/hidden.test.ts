import { expect, test } from "bun:test";
import { press } from "./editor.ts";
import { History } from "./history.ts";

test("what was undone can be redone, one after the other", () => {
  const history = new History("a");
  expect(history.redo()).toBe(false);
  history.change("b");
  history.change("c");
  expect(history.redo()).toBe(false);
  history.undo();
  history.undo();
  expect([history.redo(), history.current]).toEqual([true, "b"]);
  expect([history.redo(), history.current]).toEqual([true, "c"]);
  expect([history.redo(), history.current]).toEqual([false, "c"]);
  expect([history.undo(), history.current]).toEqual([true, "b"]);
});

test("a change forgets what was undone", () => {
  const history = new History("a");
  history.change("b");
  history.undo();
  history.change("x");
  expect([history.redo(), history.current]).toEqual([false, "x"]);
  expect([history.undo(), history.current, history.undo()]).toEqual([true, "a", false]);
});

test("an empty text is a version", () => {
  const history = new History("a");
  history.change("");
  history.undo();
  expect([history.redo(), history.current]).toEqual([true, ""]);
  press(history, "q");
  expect(history.current).toBe("q");
});
