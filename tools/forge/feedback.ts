/** What a failed validation says to whom. */
import { canonicalJson } from "#core/canonical-json.ts";
import type { ToolCase } from "../contract/cases.ts";
import type { StageReport, ToolReport } from "../contract/validation.ts";
import { caseOf } from "./blame.ts";
import { isHidden } from "./draft.ts";

/** Longest feedback in characters; a small model loses what is longer. */
const LONGEST = 4000;

/** What was refused, as its author gets to hear of it. */
export interface RefusedProgram {
  readonly cases: readonly ToolCase[];
  /** Text of the file. */
  readonly code: string;
}

/** To the author of the program: exactly what failed, but for the cases that are kept back. */
export function forTheProgram(report: ToolReport, { cases, code }: RefusedProgram): string {
  const failed = failedStage(report);
  const details = failed.details.map((detail) => quoted(withoutTestSource(detail), code));
  const visible = details.filter((detail) => !revealsHidden(detail, cases));
  const hidden = details.length - visible.length;
  const lines = [headline(failed, cases), ...visible.map((detail) => `- ${detail}`)];
  if (hidden > 0) {
    lines.push(
      `- ${hidden} ${hidden === 1 ? "example" : "examples"} that you cannot see gave another result than the contract says. Read every rule of the contract again.`,
    );
  }
  if (failed.stage === "static") lines.push(LEAVE_OUT);
  return lines.join("\n").slice(0, LONGEST);
}

// A small model that only reads that something is not named writes it again, measured: docs/decisions/0017.
const LEAVE_OUT =
  "Delete what is named here, with every line that needs it: the result may depend on the arguments alone.";

/** With the line itself: an author who wrote only a part of the file does not know its number. */
function quoted(detail: string, code: string): string {
  if (detail.startsWith(NEVER_RUN)) return withoutNumbers(detail, code);
  const [whole = "", number = "0"] = /\(tool\.(?:py|ts):(\d+)\)$/.exec(detail) ?? [];
  const line = code.split("\n")[Number(number) - 1]?.trim() ?? "";
  return line === "" ? detail : `${detail.slice(0, -whole.length)}in the line: ${line}`;
}

const NEVER_RUN = "never run: ";

/** Lines that no example reaches, by what they say. */
function withoutNumbers(detail: string, code: string): string {
  const lines = code.split("\n");
  const numbers = [...detail.matchAll(/\bline (\d+)\b/g)].map(([, number]) => Number(number));
  const texts = numbers.map((number) => lines[number - 1]?.trim() ?? "");
  return `never run for any input: ${texts.filter((text) => text !== "").join(" · ")}; leave out what nothing needs`;
}

/** To the author of tests or contract: what is about their file; no word on the program. */
export function forTheFile(report: ToolReport): string {
  const { reason, details } = failedStage(report);
  return [reason ?? "", ...details.map((detail) => `- ${detail}`)].join("\n").slice(0, LONGEST);
}

/** To the author of cases: only the figures; a mutant would show the program. */
export function forTheCases(report: ToolReport): string {
  return (failedStage(report).reason ?? "").slice(0, LONGEST);
}

/** For a person: why it was refused. */
export function reasonsOf(report: ToolReport): readonly string[] {
  const { stage, reason, details } = failedStage(report);
  return [`${stage}: ${reason ?? "refused"}`, ...details.slice(0, 10)];
}

function failedStage(report: ToolReport): StageReport {
  const failed = report.stages.find(({ ok }) => !ok);
  if (failed === undefined) throw new Error("A report that refuses a tool names no stage");
  return failed;
}

/** A reason may repeat the first detail, which a small model has no room for, and tell of a case that is kept back. */
function headline(
  { stage, reason = "", details }: StageReport,
  cases: readonly ToolCase[],
): string {
  const [first = ""] = details;
  if (first === reason) return `${stage}: it was refused`;
  const quotedPart = reason.replace(/^[^:]*: /, "").replace(/ \(and \d+ more\)$/, "");
  const repeats = first.startsWith(quotedPart);
  const reveals = [reason, quotedPart].some((text) => revealsHidden(text, cases));
  return `${stage}: ${repeats || reveals ? "Wrong answer" : reason}`;
}

/** What a runner prints of a failed test, without the lines of the test around it. */
function withoutTestSource(detail: string): string {
  if (!/^\(fail\) |^FAILED /m.test(detail)) return detail;
  return detail
    .split("\n")
    .filter((line) => FAILURE_LINES.test(line))
    .join("\n");
}

const FAILURE_LINES =
  /^\(fail\) |^FAILED |^E {2}|^error: |^Expected|^Received|^Counterexample|^Got /;

function revealsHidden(text: string, cases: readonly ToolCase[]): boolean {
  const index = caseOf(text);
  if (index !== undefined && isHidden(index)) return true;
  return cases.some((one, at) => isHidden(at) && isTelling(one) && quotes(text, one));
}

/** An input such as `{}` stands in many sentences and says nothing. */
function isTelling({ input }: ToolCase): boolean {
  return JSON.stringify(input).length > 8;
}

function quotes(text: string, { input }: ToolCase): boolean {
  return text.includes(JSON.stringify(input)) || text.includes(canonicalJson(input));
}
