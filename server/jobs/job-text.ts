/** A job in one row. */
import type { JobView, JobWork } from "./job-service.ts";

/** Of what is to be done, in characters. */
const SHORT = 60;

/** Its id, its state and what it is to do. */
export function jobText({
  id,
  state,
  work,
  attempts,
  maxAttempts,
  changedAt,
  error,
}: JobView): string {
  const since = new Date(changedAt).toISOString();
  const why = error === undefined ? "" : `: ${firstLine(error.message)} [${error.code}]`;
  const tries = attempts > 1 || state === "dead" ? `, attempt ${attempts} of ${maxAttempts}` : "";
  return `${id} ${state} since ${since}${tries}, ${workText(work)}${why}`;
}

/** What is to be done, in one row; cut where it is long. */
export function workText(work: JobWork): string {
  switch (work.kind) {
    case "goal":
      return `goal: ${short(work.text)}`;
    case "message":
      return `message${work.persona === undefined ? "" : ` to ${work.persona}`}: ${short(work.text)}`;
    case "tool":
      return `tool ${work.tool} ${short(JSON.stringify(work.args))}`;
    case "workflow":
      return `workflow ${work.workflow}`;
    case "task":
      return `task ${work.task}`;
  }
}

export function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** A text in one row, cut where it is long: behind a word, unless that is a long one. */
export function short(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  if (line.length <= SHORT) return line;
  const cut = line.slice(0, SHORT - 1).toWellFormed();
  const end = cut.lastIndexOf(" ");
  return `${end > SHORT / 2 ? cut.slice(0, end) : cut}…`;
}
