/** Files that a program finds read already: small models write what is done with a table better than how it is opened. */
import type { ToolCall } from "#core/calls.ts";
import { fieldsOf } from "#core/json.ts";

/** How one file is read in Python. */
export interface FileReading {
  /** Whole lines, without the last line end. */
  readonly code: string;
  /** What the lines give a value to, for the program behind them. */
  readonly names: readonly string[];
}

const used = (name: string): RegExp => new RegExp(String.raw`(?<![.\w"'])${name}(?![\w"'])`);
const bound = (name: string): RegExp =>
  new RegExp(
    String.raw`^[ \t]*(?:\w+[ \t]*,[ \t]*)*${name}[ \t]*(?:,[ \t]*\w+[ \t]*)*(?::[^=]+)?=(?!=)|\b(?:as|for)[ \t]+${name}\b|\bimport\b.*\b${name}\b`,
  );

/** The program uses the name before it gives a value to it; `rows = sorted(rows)` does so, too. */
function needs(code: string, name: string): boolean {
  const first = code.split("\n").find((line) => used(name).test(line));
  if (first === undefined) return false;
  const [, value = ""] = first.split(/(?<![=!<>])=(?!=)(.*)/, 2);
  return !bound(name).test(first) || used(name).test(value);
}

/**
 * A call of `python_run` whose program uses what was read for it, and does not read it by itself, with the lines that read it
 * before its own: what is shown, judged and written down is what runs. Any other call as it came.
 */
export function withReadings(call: ToolCall, readings: readonly FileReading[]): ToolCall {
  const { code } = fieldsOf(call.arguments);
  if (call.name !== "python_run" || typeof code !== "string") return call;
  const needed = readings.filter(({ names }) => names.some((name) => needs(code, name)));
  if (needed.length === 0) return call;
  const lines = [...needed.map((reading) => reading.code), code].join("\n");
  return { ...call, arguments: { ...fieldsOf(call.arguments), code: lines } };
}
