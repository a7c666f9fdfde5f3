import { expect, test } from "bun:test";
import { History } from "./history.ts";

test("changes can be undone", () => {
  const history = new History("a");
  history.change("b");
  expect(history.undo()).toBe(true);
  expect(history.current).toBe("a");
  expect(history.undo()).toBe(false);
});
