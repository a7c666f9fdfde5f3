/** The scan of Python against programs made from a grammar of its reflection, and against ordinary ones. */
import { expect, test } from "bun:test";
import { inParallel } from "#fitness/oracle/ask.ts";
import { scanPythonTools } from "#fitness/static/python/scan-python.ts";
import { ORDINARY_PYTHON } from "./ordinary-python.ts";
import {
  DIRECT_PROGRAMS,
  programAround,
  reachingProgram,
  writtenPrograms,
} from "./python-reach.ts";
import { outcomeOf, pythonTool } from "./tool-maker.ts";

/** More of them: ORG_REACH=6000. */
const COUNT = Number(Bun.env["ORG_REACH"] ?? 1200);
const MINUTES = 60_000;

const signal = new AbortController().signal;
const WRITTEN = await Bun.file(`${import.meta.dir}/fixtures/python-reach.txt`).text();
const PROGRAMS = [
  ...new Set([
    ...DIRECT_PROGRAMS,
    ...writtenPrograms(WRITTEN),
    ...Array.from({ length: COUNT }, (_, number) => reachingProgram(number)),
  ]),
];

/** Whether it reached anything, and was believed. */
async function reaches(source: string): Promise<boolean> {
  const outcome = await outcomeOf(pythonTool(source));
  if (outcome.kind !== "result") return false;
  const { value } = outcome;
  return typeof value === "object" && value !== null && "got" in value && value.got !== null;
}

/** What its contract would have to name, or why it is refused. */
async function scan(sources: readonly string[]): Promise<readonly (readonly string[])[]> {
  const scans = await scanPythonTools(sources, { signal });
  return scans.map(({ findings, uses }) => [
    ...findings.map(({ message, line }) => `${line}: ${message}`),
    ...uses.map(({ capability }) => `uses ${capability}`),
  ]);
}

test(
  "no program that reaches for what its contract does not name passes the scan and does it",
  async () => {
    expect(PROGRAMS.length).toBeGreaterThanOrEqual(500);
    const findings = await scan(PROGRAMS);
    const passed = PROGRAMS.filter((_program, index) => findings[index]?.length === 0);
    const reached = await inParallel(passed, async (one) => ((await reaches(one)) ? [one] : []));
    process.stdout.write(`${PROGRAMS.length} programs, ${passed.length} pass the scan\n`);
    expect(reached.flat()).toEqual([]);
  },
  20 * MINUTES,
);

test("the program around what reaches out passes the scan, so that each is refused for what it does", async () => {
  const [findings] = await scan([programAround("re", "re.escape('a')")]);
  expect(findings).toEqual([]);
  expect(await reaches(programAround("re", "re.escape('a')"))).toBe(true);
});

test(
  "what runs past the scan all the same meets the fence in most cases",
  async () => {
    // Reading the name of a function or of a module is not an event: the scan alone refuses that.
    const some = PROGRAMS.filter((_program, index) => index % 40 === 0);
    const reached = await inParallel(some, reaches);
    const count = reached.filter(Boolean).length;
    process.stdout.write(`without the scan ${count} of ${some.length} reach something\n`);
    expect(count).toBeLessThanOrEqual(some.length / 4);
  },
  20 * MINUTES,
);

test("ordinary programs of Python pass the scan", async () => {
  const sources = Object.values(ORDINARY_PYTHON);
  const findings = await scan(sources);
  const refused = Object.keys(ORDINARY_PYTHON).flatMap((name, index) =>
    (findings[index] ?? []).map((finding) => `${name}: ${finding}`),
  );
  expect(refused).toEqual([]);
});

test("a source that says that it is written in another encoding is refused", async () => {
  const [cookie = [], utf8 = []] = await scan([
    "# coding: utf-7\ndef run(args, ctx):\n    return 1\n",
    "# -*- coding: utf-8 -*-\ndef run(args, ctx):\n    return 1\n",
  ]);
  expect(cookie).toEqual([expect.stringContaining("utf-7")]);
  expect(utf8).toEqual([]);
});
