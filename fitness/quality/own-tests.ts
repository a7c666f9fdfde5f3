/** The tests that came with a tool: they must pass on it, and fail on a program that does nothing. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { exitText } from "#platform/sandbox/exit-status.ts";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import { inParallel, STANDARD } from "../oracle/ask.ts";
import type { Finding } from "../oracle/load.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";
import type { TestsAnswer } from "./inside/protocol.ts";
import { insideFolder, toolFiles } from "./inside-files.ts";
import type { ProgramParts } from "./program-parts.ts";
import { type Inside, runInside } from "./run-inside.ts";
import {
  type Coverage,
  coverageOf,
  isGreen,
  notGreen,
  notTheSame,
  type TestFile,
  type TestRun,
} from "./test-run.ts";

const TESTS_POLICY: SandboxPolicy = {
  ...POLICIES.forgeCheck,
  cpuMs: 15_000,
  wallMs: 120_000,
  // CI: Bun writes no snapshot that was not there, and refuses `test.only`.
  environment: { CI: "true", NO_COLOR: "1" },
};
const CASES_TEST = "declared-cases-of-org.test.ts";

const count = z.int();
const answerSchema: z.ZodType<Omit<TestsAnswer, "nonce">> = z.object({
  counts: z
    .object({ tests: count, failures: count, skipped: count, assertions: count })
    .exactOptional(),
  exit: count.nullable(),
  lines: z
    .array(z.object({ file: z.string(), ran: z.array(count), all: z.array(count) }))
    .exactOptional(),
  log: z.string(),
  missing: z.string().exactOptional(),
});

/** What is wrong with the tests, and the lines that they and the cases reach. */
export interface OwnTests extends Coverage {
  readonly finding: Finding | undefined;
}

/** @throws {OrgError} `TESTER_MISSING` when this machine cannot run tests of the tool's language. */
export async function checkOwnTests(
  tool: ToolUnderTest,
  { stubs, twin }: ProgramParts,
  inside: Inside,
): Promise<OwnTests> {
  const [file, tests] = testFiles(tool);
  if (!tool.folder.files.has(tests)) return await withoutTests(tool, inside);
  if (stubs.length === 0) return failed(`${file} has no plain function "run"`, []);
  const variants = [{ source: tool.source }, { source: twin }, ...stubs];
  const [real, same, ...red] = await inParallel(variants, async ({ source }) => {
    const tests = { source, withCoverage: source === tool.source };
    return (await runTests(tool, tests, inside)).run;
  });
  const problem =
    real === undefined ? undefined : (notGreen(real, testsOf(tool)) ?? notTheSame(same));
  if (problem !== undefined || real === undefined || "stopped" in real) {
    return { finding: problem, coverage: 0, missedLines: [] };
  }
  const blind = stubs.filter((_stub, index) => isGreen(red[index]));
  const finding =
    blind.length === 0
      ? undefined
      : {
          reason: "Its tests also pass on a program that does nothing",
          details: blind.map(({ what }) => `${tests} passes on a "run" that ${what}`),
        };
  return { finding, ...coverageOf(real) };
}

/** The cases alone have to do; what they notice, the mutants show. */
async function withoutTests(tool: ToolUnderTest, inside: Inside): Promise<OwnTests> {
  const { run } = await runTests(tool, { source: tool.source, withCoverage: true }, inside);
  return { finding: undefined, ...coverageOf("stopped" in run ? {} : run) };
}

/** Whether the tests that came with a tool notice that one of its modules is another one. */
export async function testsNotice(
  tool: ToolUnderTest,
  { file, source }: { readonly file: string; readonly source: string },
  inside: Inside,
): Promise<boolean> {
  const [, tests] = testFiles(tool);
  if (!tool.folder.files.has(tests)) return false;
  const usual = usualCpuMs.get(tool.folder) ?? usualTime(tool, inside);
  usualCpuMs.set(tool.folder, usual);
  // A program that never ends is not waited for; tests that are slow themselves, or on a busy machine, are.
  const cpuMs = Math.max(LEAST_CPU_MS, 4 * (await usual));
  return !isGreen((await runTests(tool, { file, source, withCoverage: false, cpuMs }, inside)).run);
}

/** Of the tests of a tool as it is, in milliseconds. */
const usualCpuMs = new WeakMap<object, Promise<number>>();
const LEAST_CPU_MS = 2000;

async function usualTime(tool: ToolUnderTest, inside: Inside): Promise<number> {
  return (await runTests(tool, { source: tool.source, withCoverage: false }, inside)).cpuMs;
}

/** Why the tests in its folder do not pass on a tool, with the names of those that fail; nothing when they do. */
export async function failingTests(
  tool: ToolUnderTest,
  inside: Inside,
): Promise<Finding | undefined> {
  const { run } = await runTests(tool, { source: tool.source, withCoverage: false }, inside);
  if (isGreen(run)) return undefined;
  return notGreen(run, testsOf(tool)) ?? { reason: "They do not pass", details: [] };
}

function testsOf(tool: ToolUnderTest): TestFile {
  const [, name] = testFiles(tool);
  return { name, source: tool.folder.files.get(name) ?? "" };
}

function testFiles({ contract }: ToolUnderTest): readonly [file: string, tests: string] {
  return contract.language === "ts" ? ["tool.ts", "tool.test.ts"] : ["tool.py", "test_tool.py"];
}

interface TestsToRun {
  readonly file?: string;
  readonly source: string;
  readonly withCoverage: boolean;
  /** Processor time in milliseconds. @default 15,000 */
  readonly cpuMs?: number;
}

async function runTests(
  tool: ToolUnderTest,
  { file, source, withCoverage, cpuMs = TESTS_POLICY.cpuMs }: TestsToRun,
  inside: Inside,
): Promise<{ readonly run: TestRun; readonly cpuMs: number }> {
  const [main, tests] = testFiles(tool);
  const isBun = tool.contract.language === "ts";
  const inputs = tool.cases.map(({ input }) => input);
  const ours: Record<string, string> =
    isBun && withCoverage ? { [CASES_TEST]: casesTest(inputs) } : {};
  const run = {
    program: isBun ? "run-tests.ts" : "run_tests.py",
    request: {
      folder: insideFolder(tool.folder.name),
      files: [...(tool.folder.files.has(tests) ? [tests] : []), ...Object.keys(ours)],
      withCoverage,
      inputs,
      nowMs: STANDARD.nowMs,
    },
    files: toolFiles(tool.folder, { [file ?? main]: source, ...ours }),
    policy: { ...TESTS_POLICY, cpuMs },
  };
  const { lines, result } = await runInside(run, answerSchema, inside);
  const [answer] = lines;
  if (answer?.missing !== undefined) throw testerMissing(answer.missing);
  const why = `they ended the program with ${exitText(result.exit)}`;
  return { run: answer ?? { stopped: result.killed ?? why }, cpuMs: result.cpuMs };
}

// Calls the tool with every declared input and expects nothing: only the lines that ran are of interest.
function casesTest(inputs: readonly unknown[]): string {
  return `import { test } from "bun:test";
import { input, run } from "./tool.ts";
function emptyWorld() {
  const files = new Map();
  const memory = new Map();
  let draws = 0;
  const read = async (path) => files.has(path) ? files.get(path) : Promise.reject(new Error("no file"));
  return {
    log: () => undefined,
    clock: { now: () => ${STANDARD.nowMs} },
    random: () => (0.5 + draws++ * 0.6180339887498949) % 1,
    fetch: () => Promise.reject(new Error("no network")),
    files: { read, list: async () => [...files.keys()], write: async (path, text) => void files.set(path, text) },
    memory: { get: async (key) => memory.get(key) ?? null, set: async (key, value) => void memory.set(key, value) },
  };
}
test("declared cases", async () => {
  for (const given of ${JSON.stringify(inputs)}) {
    try { await run(input.parse(given), emptyWorld() as never); } catch { continue; }
  }
});
`;
}

function failed(reason: string, details: readonly string[]): OwnTests {
  return { finding: { reason, details }, coverage: 0, missedLines: [] };
}

function testerMissing(name: string): OrgError {
  return new OrgError(`Tests of Python tools need "${name}", which is not installed`, {
    code: "TESTER_MISSING",
    why: "They run under /usr/bin/python3, with pytest and hypothesis of the system.",
    remedies: ["sudo apt-get install python3-pytest python3-hypothesis", "./ops/setup.sh"],
    unchanged: "The tool was not judged.",
  });
}
