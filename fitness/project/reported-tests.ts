/** The tests that the report files of one run tell. */
import { quoted } from "./finding.ts";
import { type JunitReport, readJunit } from "./junit-report.ts";
import { MAX_TESTS } from "./read-tests.ts";
import type { ReportFiles } from "./report-files.ts";
import type { TestResult } from "./test-result.ts";

/** Most doubts that are reported. */
const MAX_DOUBTS = 10;

/** @throws the reason of the signal once it aborts. */
export async function reportedResults(
  { texts, doubts }: ReportFiles,
  signal: AbortSignal,
): Promise<JunitReport> {
  const tests: TestResult[] = [];
  const allDoubts = new Set(doubts);
  for (const text of texts) {
    const report = await readJunit(text, signal);
    // A test reported twice counts once; of more names than are compared none is needed.
    tests.push(...report.tests.slice(0, MAX_TESTS));
    for (const doubt of report.doubts.slice(0, MAX_DOUBTS)) allDoubts.add(doubt);
    if (tests.length > 2 * MAX_TESTS) break;
  }
  for (const name of disputed(tests)) allDoubts.add(`${quoted(name)} passes and fails`);
  return { tests, doubts: [...allDoubts].slice(0, MAX_DOUBTS) };
}

function disputed(tests: readonly TestResult[]): readonly string[] {
  const passed = new Set(tests.flatMap(({ name, status }) => (status === "passed" ? [name] : [])));
  const failed = new Set(tests.flatMap(({ name, status }) => (status === "failed" ? [name] : [])));
  return [...failed].filter((name) => passed.has(name)).slice(0, MAX_DOUBTS);
}
