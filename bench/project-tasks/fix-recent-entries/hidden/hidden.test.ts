import { expect, test } from "bun:test";
import { RecentEntries } from "./recent-entries.ts";
import { thumbnail } from "./thumbnails.ts";

test("an entry that was read stays longer than one that was not", () => {
  const entries = new RecentEntries<number>(2);
  entries.set("a", 1);
  entries.set("b", 2);
  expect(entries.get("a")).toBe(1);
  entries.set("c", 3);
  expect([entries.get("a"), entries.get("b"), entries.get("c")]).toEqual([1, undefined, 3]);
});

test("to ask for what is not there changes nothing", () => {
  const entries = new RecentEntries<number | undefined>(2);
  entries.set("a", 1);
  expect(entries.get("x")).toBeUndefined();
  expect(entries.size).toBe(1);
  entries.set("b", 0);
  expect(entries.get("b")).toBe(0);
  entries.set("a", 5);
  entries.set("c", 3);
  expect([entries.get("a"), entries.get("b")]).toEqual([5, undefined]);
});

test("a thumbnail is drawn once", () => {
  let drawn = 0;
  const draw = (path: string) => `${path}${++drawn}`;
  expect([thumbnail("x", draw), thumbnail("x", draw)]).toEqual(["x1", "x1"]);
});
