/** What a run of the tests of a tool says of them. */
import { exitText } from "#platform/sandbox/exit-status.ts";
import type { Finding } from "../oracle/load.ts";
import type { TestsAnswer } from "./inside/protocol.ts";

const LOG_CHARACTERS = 1500;
const LINE_CHARACTERS = 200;
const MAIN_FILES: readonly string[] = ["tool.ts", "tool.py"];

/** What the runner counted, or why it was stopped. */
export type TestRun = Omit<TestsAnswer, "nonce"> | { readonly stopped: string };

export interface TestFile {
  readonly name: string;
  readonly source: string;
}

export interface Coverage {
  /** Part of the lines of the tool that ran, from 0 to 1. */
  readonly coverage: number;
  /** Such as `line 3`, or `words.ts line 3` in another module. */
  readonly missedLines: readonly string[];
}

/** Whether all tests ran and passed. */
export function isGreen(run: TestRun | undefined): boolean {
  return run !== undefined && !("stopped" in run) && run.exit === 0 && run.counts?.failures === 0;
}

/** Why tests do not speak for a tool; nothing when they do. */
export function notGreen(run: TestRun, tests: TestFile): Finding | undefined {
  if ("stopped" in run) return { reason: `Its tests were stopped: ${run.stopped}`, details: [] };
  const { counts, exit } = run;
  const log = logOf(run);
  if (counts === undefined) {
    return {
      reason: `Its tests ended the runner (${exitText(exit)}) before it had counted them`,
      details: log,
    };
  }
  if (counts.failures > 0) {
    return { reason: `${counts.failures} of its ${counts.tests} tests fail`, details: log };
  }
  if (exit !== 0) return { reason: "Its tests cannot be run", details: log };
  if (counts.tests === 0) return { reason: `${tests.name} holds no test`, details: log };
  if (counts.skipped > 0) {
    return {
      reason: `${counts.skipped} of its tests are skipped`,
      details: ["remove skip, todo and only: every test must run"],
    };
  }
  // Properties of fast-check assert by themselves; Bun does not count them.
  const asserts = counts.assertions > 0 || /\bassert\s*\(/.test(tests.source);
  return asserts
    ? undefined
    : {
        reason: "Its tests assert nothing",
        details: [`${tests.name}: ${counts.tests} tests, 0 assertions`],
      };
}

/** Why tests that pass on the tool do not pass on its twin. */
export function notTheSame(run: TestRun | undefined): Finding | undefined {
  if (isGreen(run)) return;
  return {
    reason: "Its tests fail on the same program with a comment and another local name",
    details: [
      "tests must look at what the tool answers, never at its source",
      ...(run !== undefined && "log" in run ? logOf(run) : []),
    ],
  };
}

/** Which lines of the tool ran. */
export function coverageOf({ lines }: Pick<TestsAnswer, "lines">): Coverage {
  const all = (lines ?? []).reduce((sum, module) => sum + module.all.length, 0);
  if (all === 0) return { coverage: 0, missedLines: [] };
  const missedLines = (lines ?? []).flatMap((module) => {
    const ran = new Set(module.ran);
    const where = MAIN_FILES.includes(module.file) ? "" : `${module.file} `;
    return module.all.filter((line) => !ran.has(line)).map((line) => `${where}line ${line}`);
  });
  return { coverage: 1 - missedLines.length / all, missedLines };
}

/** Without times: the same tool must give the same report. */
function logOf({ log }: { readonly log: string }): readonly string[] {
  const text = log.replace(/ ?\[\d+(?:\.\d+)?m?s\]/g, "").replace(/ in \d+(?:\.\d+)?s/g, "");
  // Of a package in one line, no reader wants to see the line.
  const lines = text.split("\n").map((line) => line.slice(0, LINE_CHARACTERS));
  return [lines.join("\n").trim().slice(-LOG_CHARACTERS)];
}
