import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import timings from "../test/timings.json";
import { MEASURING, SUFFIX, suiteRuns, TIMINGS } from "./end-to-end.ts";

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

test("a word chooses the suites that have it in their name", () => {
  const [only, ...others] = suiteRuns(["cli-files"]);
  expect(pathsOf(only?.command ?? [])).toEqual(["./test/cli-files.e2e.test.ts"]);
  expect(others).toEqual([]);
  expect(() => suiteRuns(["no-such-suite"])).toThrow('No suite has "no-such-suite" in its name');
});
