/** What the runners of JavaScript print: bun test, node --test, and every program that writes TAP. */
import type { TestResult, TestStatus } from "./test-result.ts";

const BUN_LINE = /^\((pass|fail|skip|todo)\) (.+?)(?: \(attempt \d+\))?(?: \[[\d.]+m?s\])?$/;
const BUN_FILE = /^(\S.*\.[cm]?[jt]sx?):$/;
const BUN_STATUS: Readonly<Record<string, TestStatus>> = { pass: "passed", fail: "failed" };

/** @see https://bun.sh/docs/cli/test */
export function* bunTests(lines: readonly string[]): Generator<TestResult> {
  let file = "";
  let isSummary = false;
  for (const line of lines) {
    // There it names some of them again, without their files.
    if (/^\d+ tests? (?:failed|skipped|todo):$/.test(line)) isSummary = true;
    if (/^Ran \d+ tests? across /.test(line)) isSummary = false;
    if (isSummary) continue;
    file = BUN_FILE.exec(line)?.[1] ?? file;
    const [, word = "", name] = BUN_LINE.exec(line) ?? [];
    if (name === undefined) continue;
    yield { name: `${file} > ${name}`, status: BUN_STATUS[word] ?? "skipped" };
  }
}

const TAP_LINE = /^( *)(not ok|ok)\b(?: \d+)?(?: -)?(?: (.*?))?(?: # (SKIP|TODO)\b.*)?$/i;

/**
 * The Test Anything Protocol, with subtests as Node indents them: those of a group come before the group.
 *
 * @see https://testanything.org/tap-version-14-specification.html
 */
export function* tapTests(lines: readonly string[]): Generator<TestResult> {
  if (!lines.some((line) => /^TAP version \d+$/.test(line))) return;
  const groups: string[] = [];
  for (const line of lines) {
    const [, indent = "", group] = /^( *)# Subtest: (.+)$/.exec(line) ?? [];
    const depth = (group === undefined ? (TAP_LINE.exec(line)?.[1] ?? "") : indent).length / 4;
    if (group !== undefined) {
      groups.length = Math.min(groups.length, depth);
      groups[depth] = group;
      continue;
    }
    const [, , result = "", name = "", directive] = TAP_LINE.exec(line) ?? [];
    if (result === "") continue;
    // A longer path means that tests of this group were reported before it: they speak for it.
    const isGroup = groups.length > depth + 1;
    groups.length = Math.min(groups.length, depth + 1);
    if (isGroup) continue;
    const path = [...groups.slice(0, depth), name].filter((part) => part !== "").join(" > ");
    yield { name: path, status: tapStatus(result, directive) };
  }
}

function tapStatus(result: string, directive: string | undefined): TestStatus {
  if (directive !== undefined) return "skipped";
  return result.toLowerCase() === "ok" ? "passed" : "failed";
}

const SPEC_LINE = /^( *)([✔✖﹣▶]) (.+?)(?: \([\d.]+ms\))?( # (?:SKIP|TODO).*)?$/u;

/** What `node --test` prints for people: by default from Node 23 on, and elsewhere on a terminal. */
export function* nodeSpecTests(lines: readonly string[]): Generator<TestResult> {
  // Other runners have the same marks; these lines only Node has.
  if (!lines.some((line) => /^ℹ tests \d+$/.test(line))) return;
  const groups: string[] = [];
  const end = lines.indexOf("✖ failing tests:");
  for (const line of end < 0 ? lines : lines.slice(0, end)) {
    const [, indent = "", mark, name = "", directive] = SPEC_LINE.exec(line) ?? [];
    if (mark === undefined) continue;
    const depth = indent.length / 2;
    const isOpen = groups[depth] === name;
    groups.length = Math.min(groups.length, depth);
    if (mark === "▶") groups[depth] = name;
    // A group is reported once more, with its result, behind its tests.
    else if (!isOpen)
      yield { name: [...groups, name].join(" > "), status: specStatus(mark, directive) };
  }
}

function specStatus(mark: string, directive: string | undefined): TestStatus {
  if (mark === "﹣" || directive !== undefined) return "skipped";
  return mark === "✔" ? "passed" : "failed";
}
