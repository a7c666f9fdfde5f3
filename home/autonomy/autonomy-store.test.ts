import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AutonomyStore, type EndedBurst } from "./autonomy-store.ts";

let folder = "";
let store: AutonomyStore;
const open = () => new AutonomyStore(join(folder, "autonomy.sqlite"));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-autonomy-"));
  store = open();
});
afterEach(() => {
  store[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const DONE: EndedBurst = {
  ...{ endedAt: 9, end: "done", report: "{}", isEmpty: false, isPerfectTest: true },
};

test("a burst and its steps are there for another process, and after a restart", () => {
  store.begin("b1", 5);
  store.append("b1", '"one"');
  using other = open();
  other.append("b1", '"two"');
  expect(other.steps("b1")).toEqual(['"one"', '"two"']);
  expect(other.get("b1")).toEqual({
    ...{ id: "b1", startedAt: 5, endedAt: undefined, end: undefined, report: undefined },
    ...{ isEmpty: true, isPerfectTest: false },
  });
  expect(store.finish("b1", DONE)).toBeTrue();
  expect(other.get("b1")).toEqual({ id: "b1", startedAt: 5, ...DONE });
});

test("a burst ends once: the second end changes nothing, and no step follows", () => {
  store.begin("b1", 5);
  store.finish("b1", DONE);
  expect(store.finish("b1", { ...DONE, end: "stopped" })).toBeFalse();
  expect(store.get("b1")?.end).toBe("done");
  expect(() => store.append("b1", "1")).toThrow("has ended");
  expect(() => store.append("b2", "1")).toThrow("has ended");
  expect(store.get("b2")).toBeUndefined();
});

test("those of a time are in the order in which they began, one that has not ended among them", () => {
  for (const [id, at] of [
    ["b1", 1],
    ["b2", 2],
    ["b3", 9],
    ["b4", 8],
  ] as const) {
    store.begin(id, at);
    if (id !== "b1") store.finish(id, DONE);
  }
  expect(store.since(8).map(({ id }) => id)).toEqual(["b1", "b3", "b4"]);
  expect(store.newest(2).map(({ id }) => id)).toEqual(["b4", "b3"]);
});

test("of more than are kept the oldest go, with their steps", () => {
  using small = new AutonomyStore(join(folder, "small.sqlite"), 2);
  for (let n = 0; n < 5; n += 1) {
    small.begin(`b${n}`, n);
    small.append(`b${n}`, "1");
    small.finish(`b${n}`, DONE);
  }
  expect(small.newest(9).map(({ id }) => id)).toEqual(["b4", "b3", "b2"]);
  expect([small.steps("b1"), small.steps("b2")]).toEqual([[], ["1"]]);
});

test("the same search is new again after a day, whichever way the clock went", () => {
  const hour = 3_600_000;
  const start = 100 * 24 * hour;
  expect(store.searches("a", start)).toBeTrue();
  expect(store.searches("b", start)).toBeTrue();
  expect(store.searches("a", start + 24 * hour - 1)).toBeFalse();
  expect(store.searches("a", start - hour)).toBeFalse();
  expect(store.searches("a", start + 24 * hour)).toBeTrue();
  expect(store.searches("a", start)).toBeTrue();
});
