/** What a person reads of a run, one line for each thing that is worth one. Pure. */
import type { Notice } from "#core/events.ts";
import type { ToolTests } from "../contract/metadata.ts";
import type { ForgeEvent } from "./progress.ts";
import type { ForgeResult } from "./run.ts";

/** Longest reason in a line, in characters. */
const LONGEST_REASON = 300;

/** The line of an event; `undefined` for one that says nothing to a person. */
export function progressText(event: ForgeEvent): string | undefined {
  switch (event.type) {
    case "forge-start":
      return `${event.language === "ts" ? "TypeScript" : "Python"}, ${event.model}, run ${event.run}`;
    case "stage-start":
      return undefined;
    case "stage-end":
      return markedLine(event, nameOf(event));
    case "repair":
      return `⚙ ${event.stage}: mended by ${event.repair}`;
    case "check":
      return `  ${markedLine(event, event.check)}`;
    case "blame":
      return `→ the ${NAMES[event.blamed]} again: ${event.why}`;
    case "forge-end":
      return undefined;
  }
}

/** What the room reports of an event: a step that begins or went well gives way to the next one. */
export function progressNotice(event: ForgeEvent): Pick<Notice, "text" | "step"> | undefined {
  if (event.type === "stage-start") return { text: nameOf(event), step: "begun" };
  const text = progressText(event);
  if (text === undefined) return undefined;
  const isDone = "ok" in event ? event.ok : event.type === "repair";
  return isDone ? { text, step: "done" } : { text };
}

function nameOf({ stage, round }: { readonly stage: string; readonly round: number }): string {
  return round === 0 ? stage : `${stage}, round ${round + 1}`;
}

const NAMES: Readonly<Record<string, string | undefined>> = {
  spec: "contract",
  cases: "cases",
  tests: "tests",
  code: "program",
};

interface Step {
  readonly ok: boolean;
  readonly ms: number;
  readonly tokens?: number | undefined;
  readonly reason?: string | undefined;
}

function markedLine({ ok, ms, tokens, reason }: Step, name: string): string {
  const why = reason === undefined ? "" : `: ${oneLine(reason)}`;
  const written = tokens === undefined ? "" : `, ${tokens} tokens`;
  return `${ok ? "✔" : "✘"} ${name} ${(ms / 1000).toFixed(1)} s${written}${why}`;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON)}…`;
}

/** The figures of a tool that passed. */
export function figuresText({ cases, coverage, mutationScore, mutants }: ToolTests): string {
  const percent = (part: number) => `${Math.floor(part * 100)} %`;
  return `${cases} cases, which with its tests reach ${percent(coverage)} of its lines and notice ${percent(mutationScore)} of ${mutants} mutants`;
}

/** What a person may have meant otherwise, and how to say so. */
export function unusualText(unusual: readonly string[]): readonly string[] {
  if (unusual.length === 0) return [];
  return [
    `Of unusual input it makes: ${unusual.join(" · ")}`,
    'Where that is not what you mean, give an example in the goal: slug("A b!") is "a-b".',
  ];
}

/** How a run ended, for a model or a person. */
export function resultText(result: ForgeResult): string {
  const { outcome, name, description, tests, unusual = [], path, next, reasons } = result;
  if (outcome === "declined") return "It was not wanted after all: nothing was delivered.";
  if (outcome === "refused") {
    return ["No tool was delivered.", ...reasons.map((reason) => `- ${reason}`)].join("\n");
  }
  const repairs = Object.entries(result.repairs).map(([repair, count]) => `${repair} ×${count}`);
  return [
    `The tool "${name}" is delivered: ${description}`,
    ...(tests === undefined ? [] : [`It has ${figuresText(tests)}.`]),
    ...unusualText(unusual),
    ...(repairs.length === 0 ? [] : [`Mended: ${repairs.join(", ")}.`]),
    `It lies in ${path}. It is not a tool of the room yet.`,
    `What is next: ${next}`,
  ].join("\n");
}
