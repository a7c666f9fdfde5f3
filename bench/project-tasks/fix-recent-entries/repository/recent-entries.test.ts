import { expect, test } from "bun:test";
import { RecentEntries } from "./recent-entries.ts";

test("only so many entries are kept", () => {
  const entries = new RecentEntries<number>(2);
  entries.set("a", 1);
  entries.set("b", 2);
  entries.set("c", 3);
  expect(entries.size).toBe(2);
  expect(entries.get("a")).toBeUndefined();
  expect(entries.get("c")).toBe(3);
});
