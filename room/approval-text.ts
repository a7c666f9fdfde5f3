import type { ApprovalAnswered, ApprovalAsked, ApprovalOutcome } from "#core/events.ts";
import { sanitize } from "#core/sanitize.ts";
import { oneLine } from "./event-text.ts";
import type { Style } from "./style.ts";

/** Most of a call on the screen, in UTF-16 code units; a last line counts what is omitted. */
const LONGEST_CALL = 8000;

/** A question with all that would run, or what became of it. */
export function approvalText(event: ApprovalAsked | ApprovalAnswered, style: Style): string {
  return event.state === "asked" ? requestText(event, style) : answeredText(event, style);
}

/** A question that is over: with what became of it where a user would read how to answer. */
export function closedApprovalText(
  request: ApprovalAsked,
  answered: Pick<ApprovalAnswered, "id" | "outcome" | "by">,
  style: Style,
): string {
  return [...questionLines(request, style), answeredText(answered, style)].join("\n");
}

function requestText(request: ApprovalAsked, style: Style): string {
  const { id, expiresAt } = request;
  const until = new Date(expiresAt).toISOString().slice(11, 19);
  return [
    ...questionLines(request, style),
    style("quiet", `  /approve ${id} or /deny ${id} · until ${until} UTC`),
  ].join("\n");
}

/** The request, in its first line, and all that would run. */
export function questionLines(
  { id, persona, call, why }: ApprovalAsked,
  style: Style,
): readonly string[] {
  const question = `? ${id} ${persona} wants to run ${oneLine(call.name, 60)}: ${oneLine(why, 200)}`;
  const lines = argumentLines(call.arguments).map((line) => `    ${line}`);
  return [style("warning", question), ...lines];
}

/** A user cannot decide on what is not on the screen, so this is all of it, invisible characters included. */
export function argumentLines(args: unknown): readonly string[] {
  const entries = typeof args === "object" && args !== null ? Object.entries(args) : [["", args]];
  const text = entries
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("\n");
  const lines = visible(text.slice(0, LONGEST_CALL)).split("\n");
  const omitted = text.length - LONGEST_CALL;
  const rest = omitted > 0 ? [`… ${omitted} characters more: deny it if you do not know them`] : [];
  return [...lines, ...rest];
}

/** Control and format characters as escapes: what is seen is what runs. */
function visible(text: string): string {
  const escaped = text.replace(/[^\P{C}\n]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
  return sanitize(escaped);
}

function answeredText(
  { id, outcome, by }: Pick<ApprovalAnswered, "id" | "outcome" | "by">,
  style: Style,
): string {
  const who = outcome === "approved" && by !== "user" ? `, by ${oneLine(by, 60)}` : "";
  const mark = outcome === "approved" ? style("good", "✔") : style("bad", "✘");
  return `${mark} ${style("quiet", `${id} ${OUTCOME_TEXTS[outcome]}${who}`)}`;
}

const OUTCOME_TEXTS: Readonly<Record<ApprovalOutcome, string>> = {
  approved: "may run",
  denied: "was denied",
  expired: "was not answered in time: denied",
  unattended: "cannot be asked here: denied",
  aborted: "was stopped: denied",
};
