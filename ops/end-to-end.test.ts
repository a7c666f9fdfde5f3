import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import timings from "../test/timings.json";
import { chosenPart, MEASURING, PARTS, partOf, SUFFIX, suiteRuns, TIMINGS } from "./end-to-end.ts";

const ROOT = dirname(import.meta.dir);
const pathsOf = (command: readonly string[]) => command.filter((word) => word.endsWith(".test.ts"));

test("every end-to-end suite is in exactly one run", () => {
  const paths = suiteRuns().flatMap(({ command }) => pathsOf(command));
  const all = [...new Glob("**/*.e2e.test.ts").scanSync(ROOT)].filter(
    (path) => !path.startsWith("node_modules/"),
  );
  expect(paths.sort()).toEqual(all.map((path) => `./${path}`).sort());
});

test("a suite that measures processor time has at most one other beside it", () => {
  const [others, measuring] = suiteRuns().map(({ command }) => command.join(" "));
  expect(others).toContain("--parallel=6");
  expect(others).not.toContain("side-by-side");
  expect(measuring).toContain("side-by-side.e2e.test.ts");
  expect(measuring).toContain("--parallel=2");
  const missing = MEASURING.filter((name) => !measuring?.includes(`/${name}.e2e.test.ts`));
  expect(missing).toEqual([]);
});

test("the dearest suites begin first, by a record that names suites that there are", () => {
  for (const { command } of suiteRuns()) expect(command).toContain(`--timings=${TIMINGS}`);
  const paths = Object.keys(timings.files).filter((path) => path.endsWith(SUFFIX));
  expect(paths.length).toBeGreaterThan(50);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

const ALL_PARTS = Array.from({ length: PARTS }, (_, index) => index + 1);

test("a dear suite is in one part, every other one in each, also one that is new", () => {
  const record = { "a.ts": 30_000, "b.ts": 20_000, "c.ts": 15_000, "d.ts": 9001, "e.ts": 9000 };
  const paths = ["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts", "./new.ts"];
  expect(ALL_PARTS.map((part) => partOf(paths, part, record))).toEqual([
    ["./a.ts", "./e.ts", "./new.ts"],
    ["./b.ts", "./e.ts", "./new.ts"],
    ["./c.ts", "./d.ts", "./e.ts", "./new.ts"],
  ]);
});

test("all parts together are all suites, and none costs much more than another", () => {
  const pathsOfPart = (part?: number) =>
    suiteRuns([], part).flatMap(({ command }) => pathsOf(command));
  const parts = ALL_PARTS.map(pathsOfPart);
  expect([...new Set(parts.flat())].toSorted()).toEqual(pathsOfPart().toSorted());
  const known = new Map(Object.entries(timings.files));
  const costs = parts.map((paths) =>
    paths.reduce((sum, path) => sum + (known.get(path.slice("./".length)) ?? 0), 0),
  );
  expect(Math.max(...costs)).toBeLessThan(1.1 * Math.min(...costs));
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

test("a word chooses the suites that have it in their name", () => {
  const [only, ...others] = suiteRuns(["cli-files"]);
  expect(pathsOf(only?.command ?? [])).toEqual(["./test/cli-files.e2e.test.ts"]);
  expect(others).toEqual([]);
  expect(() => suiteRuns(["no-such-suite"])).toThrow('No suite has "no-such-suite" in its name');
});
