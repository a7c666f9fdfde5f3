/** The tests that came with a tool: they must pass on it, and fail on a program that does nothing. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { inParallel } from "#fitness/oracle/ask.ts";
import type { JudgedTool } from "#fitness/oracle/judged-tool.ts";
import type { Finding } from "#fitness/oracle/load.ts";
import { POLICIES, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { TestsAnswer } from "./inside/protocol.ts";
import { insideFolder, toolFiles } from "./inside-files.ts";
import type { ProgramParts } from "./program-parts.ts";
import { type Inside, runInside } from "./run-inside.ts";

const TESTS_POLICY: SandboxPolicy = {
  ...POLICIES.forgeCheck,
  cpuMs: 15_000,
  wallMs: 30_000,
  // CI: Bun writes no snapshot that was not there, and refuses `test.only`.
  environment: { CI: "true", NO_COLOR: "1" },
};
const SHOWN_LOG = 1500;
const SHOWN_LINE = 200;
const CASES_TEST = "declared-cases-of-org.test.ts";

const count = z.int();
const answerSchema: z.ZodType<Omit<TestsAnswer, "nonce">> = z.object({
  counts: z
    .object({ tests: count, failures: count, skipped: count, assertions: count })
    .exactOptional(),
  exit: count.nullable(),
  lines: z.object({ ran: z.array(count), all: z.array(count) }).exactOptional(),
  log: z.string(),
  missing: z.string().exactOptional(),
});

type TestRun = Omit<TestsAnswer, "nonce"> | { readonly stopped: string };

export interface OwnTests {
  readonly finding: Finding | undefined;
  /** Part of the lines of the tool that its tests and cases reach, from 0 to 1. */
  readonly coverage: number;
  readonly missedLines: readonly number[];
}

/** @throws {OrgError} `TESTER_MISSING` when this machine cannot run tests of the tool's language. */
export async function checkOwnTests(
  tool: JudgedTool,
  { stubs, twin }: ProgramParts,
  inside: Inside,
): Promise<OwnTests> {
  const [file, tests] = testFiles(tool);
  if (!tool.folder.files.has(tests)) return failed(`There is no ${tests}`, []);
  if (stubs.length === 0) return failed(`${file} has no plain function "run"`, []);
  const variants = [{ source: tool.source }, { source: twin }, ...stubs];
  const [real, same, ...red] = await inParallel(variants, ({ source }) =>
    runTests(tool, { source, withCoverage: source === tool.source }, inside),
  );
  const problem = real === undefined ? undefined : (notGreen(real, tool) ?? notTheSame(same));
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

function testFiles({ contract }: JudgedTool): readonly [file: string, tests: string] {
  return contract.language === "ts" ? ["tool.ts", "tool.test.ts"] : ["tool.py", "test_tool.py"];
}

async function runTests(
  tool: JudgedTool,
  { source, withCoverage }: { source: string; withCoverage: boolean },
  inside: Inside,
): Promise<TestRun> {
  const [file, tests] = testFiles(tool);
  const isBun = tool.contract.language === "ts";
  const inputs = tool.cases.map(({ input }) => input);
  const ours: Record<string, string> =
    isBun && withCoverage ? { [CASES_TEST]: casesTest(inputs) } : {};
  const run = {
    program: isBun ? "run-tests.ts" : "run_tests.py",
    request: {
      folder: insideFolder(tool.folder.name),
      files: [tests, ...Object.keys(ours)],
      withCoverage,
      inputs,
    },
    files: toolFiles(tool.folder, { [file]: source, ...ours }),
    policy: TESTS_POLICY,
  };
  const { lines, result } = await runInside(run, answerSchema, inside);
  const [answer] = lines;
  if (answer?.missing !== undefined) throw testerMissing(answer.missing);
  if (answer !== undefined) return answer;
  return { stopped: result.killed ?? `they ended the program with exit code ${result.exit}` };
}

// Calls the tool with every declared input and expects nothing: only the lines that ran are of interest.
function casesTest(inputs: readonly unknown[]): string {
  return `import { test } from "bun:test";
import { input, run } from "./tool.ts";
const context = { log: () => undefined, clock: { now: () => 0 }, random: () => 0.5 };
test("declared cases", async () => {
  for (const given of ${JSON.stringify(inputs)}) {
    try { await run(input.parse(given), context as never); } catch { continue; }
  }
});
`;
}

function isGreen(run: TestRun | undefined): boolean {
  return run !== undefined && !("stopped" in run) && run.exit === 0 && run.counts?.failures === 0;
}

function notGreen(run: TestRun, tool: JudgedTool): Finding | undefined {
  const [, tests] = testFiles(tool);
  if ("stopped" in run) return { reason: `Its tests were stopped: ${run.stopped}`, details: [] };
  const { counts, exit } = run;
  const log = logOf(run);
  if (counts === undefined) {
    return {
      reason: `Its tests ended the runner (exit code ${exit}) before it had counted them`,
      details: log,
    };
  }
  if (counts.failures > 0) {
    return { reason: `${counts.failures} of its ${counts.tests} tests fail`, details: log };
  }
  if (exit !== 0) return { reason: "Its tests cannot be run", details: log };
  if (counts.tests === 0) return { reason: `${tests} holds no test`, details: log };
  if (counts.skipped > 0) {
    return {
      reason: `${counts.skipped} of its tests are skipped`,
      details: ["remove skip, todo and only: every test must run"],
    };
  }
  // Properties of fast-check assert by themselves; Bun does not count them.
  const asserts = counts.assertions > 0 || /\bassert\s*\(/.test(tool.folder.files.get(tests) ?? "");
  return asserts
    ? undefined
    : {
        reason: "Its tests assert nothing",
        details: [`${tests}: ${counts.tests} tests, 0 assertions`],
      };
}

function notTheSame(run: TestRun | undefined): Finding | undefined {
  if (isGreen(run)) return;
  return {
    reason: "Its tests fail on the same program with a comment and another local name",
    details: [
      "tests must look at what the tool answers, never at its source",
      ...(run !== undefined && "log" in run ? logOf(run) : []),
    ],
  };
}

function coverageOf({
  lines,
}: Omit<TestsAnswer, "nonce">): Pick<OwnTests, "coverage" | "missedLines"> {
  if (lines === undefined || lines.all.length === 0) return { coverage: 0, missedLines: [] };
  const ran = new Set(lines.ran);
  const missedLines = lines.all.filter((line) => !ran.has(line));
  return { coverage: 1 - missedLines.length / lines.all.length, missedLines };
}

function failed(reason: string, details: readonly string[]): OwnTests {
  return { finding: { reason, details }, coverage: 0, missedLines: [] };
}

/** Without times: the same tool must give the same report. */
function logOf({ log }: { readonly log: string }): readonly string[] {
  const text = log.replace(/ ?\[\d+(?:\.\d+)?m?s\]/g, "").replace(/ in \d+(?:\.\d+)?s/g, "");
  // Of a package in one line, nobody wants to see the line.
  const lines = text.split("\n").map((line) => line.slice(0, SHOWN_LINE));
  return [lines.join("\n").trim().slice(-SHOWN_LOG)];
}

function testerMissing(name: string): OrgError {
  return new OrgError(`Tests of Python tools need "${name}", which is not installed`, {
    code: "TESTER_MISSING",
    why: "They run under /usr/bin/python3, with pytest and hypothesis of the system.",
    remedies: ["sudo apt-get install python3-pytest python3-hypothesis", "./ops/setup.sh"],
    left: "The tool was not judged.",
  });
}
