import { unreachable } from "#core/errors.ts";
import type { StepRecord, WorkflowEvent } from "./trace.ts";

/** How an event of a run reads to a person, in one line. */
export function traceText(event: WorkflowEvent): string {
  switch (event.type) {
    case "run-start": {
      const { run, workflow, finished } = event;
      const before = finished === 0 ? "" : `, ${finished} steps are finished`;
      return `▶ ${workflow} (${run}${before})`;
    }
    case "step-start":
      return `· ${event.path} → ${event.runs}`;
    case "step-retry": {
      const { path, attempt, delayMs, message } = event;
      return `↻ ${path}: try ${attempt} failed, the next in ${seconds(delayMs)}: ${oneLine(message)}`;
    }
    case "step-end":
      return stepText(event.path, event, event.recorded);
    case "run-end":
      return endText(event);
    default:
      return unreachable(event);
  }
}

/** @param recorded it was finished in an earlier part of the run. */
export function stepText(path: string, record: StepRecord, recorded: boolean): string {
  const { state, ms, attempts, message } = record;
  const mark = { done: "✔", skipped: "–", failed: "✘" }[state];
  if (state === "skipped") return `${mark} ${path}: skipped`;
  const tries = attempts > 1 ? `, ${attempts} tries` : "";
  const before = recorded ? ", done before" : "";
  const why = message === undefined ? "" : `: ${oneLine(message)}`;
  return `${mark} ${path} ${seconds(ms)}${tries}${before}${why}`;
}

function endText({ run, state, ms }: Extract<WorkflowEvent, { type: "run-end" }>): string {
  if (state === "done") return `✔ done ${seconds(ms)}`;
  const resume = `→ org workflow run --resume ${run}`;
  return state === "stopped" ? `■ stopped ${seconds(ms)}\n${resume}` : `✘ failed ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, " ⏎ ").slice(0, 500);
}
