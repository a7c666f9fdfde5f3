import { expect, test } from "bun:test";
import { dirname } from "node:path";
import timings from "../test/timings.json";
import { suiteRuns } from "./end-to-end.ts";
import { chosenPart, otherParts, PARTS, type Part } from "./parts.ts";
import { partArguments, slowTests } from "./quick-tests.ts";

const ALL_PARTS = Array.from({ length: PARTS }, (_, index) => index + 1);
const IGNORED = "--path-ignore-patterns=";

const costOf = (paths: readonly string[]) => {
  const known = new Map(Object.entries(timings.files));
  return paths.reduce((sum, path) => sum + (known.get(path.replace("./", "")) ?? 0), 0);
};
const isAboutTheSame = (costs: readonly number[]) => Math.max(...costs) < 1.1 * Math.min(...costs);

test("a dear file is in one part, every other one in each, also one that is new", () => {
  const record = { "a.ts": 30_000, "b.ts": 20_000, "c.ts": 15_000, "d.ts": 9001, "e.ts": 9000 };
  const paths = ["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./new.ts"];
  expect(ALL_PARTS.map((part) => otherParts(paths, part, { dearMs: 9000, record }))).toEqual([
    ["./b.ts", "./c.ts", "./d.ts"],
    ["./a.ts", "./c.ts", "./d.ts"],
    ["./a.ts", "./b.ts"],
  ]);
});

const suitesOf = (part?: Part) =>
  suiteRuns([], part).flatMap(({ command }) => command.filter((word) => word.endsWith(".ts")));
const slowOf = (part: Part) => {
  const left = partArguments(part).map((word) => word.replace(IGNORED, ""));
  return slowTests().filter((path) => !left.includes(path));
};

test("all parts together are all suites, and none costs much more than another", () => {
  const parts = ALL_PARTS.map((number) => suitesOf({ number, changed: [] }));
  expect([...new Set(parts.flat())].toSorted()).toEqual(suitesOf().toSorted());
  expect(isAboutTheSame(parts.map(costOf))).toBe(true);
});

test("all parts together are all slow unit tests, and none costs much more than another", () => {
  const parts = ALL_PARTS.map((number) => slowOf({ number, changed: [] }));
  expect(parts.flat().toSorted()).toEqual(slowTests().toSorted());
  expect(isAboutTheSame(parts.map(costOf))).toBe(true);
});

test("each part has the slow unit tests beside what was changed, and the suites that were changed", () => {
  const changed = ["fitness/gate/judge.ts", "test/gate.e2e.test.ts"];
  const beside = slowTests().filter((path) => dirname(path) === "fitness/gate");
  expect(beside.length).toBeGreaterThan(PARTS);
  for (const number of ALL_PARTS) {
    expect(slowOf({ number, changed })).toEqual(expect.arrayContaining(beside));
    expect(suitesOf({ number, changed })).toContain("./test/gate.e2e.test.ts");
  }
});

test("a run takes the part that it is told, or one by chance", () => {
  expect(ALL_PARTS).toContain(chosenPart({}) ?? 0);
  expect(chosenPart({ ORG_PART: "2", ORG_ALL: "1" })).toBe(2);
  expect(chosenPart({ ORG_PART: "all" })).toBeUndefined();
  expect(chosenPart({ ORG_ALL: "1" })).toBeUndefined();
  for (const part of ["0", "4", "1.5", "", "some"]) {
    expect(() => chosenPart({ ORG_PART: part })).toThrow(`and not "${part}"`);
  }
});
