/** A room's journal as text for people. */
import type { GoalStep } from "#core/goal-step.ts";
import type { Entry } from "#core/journal.ts";
import { sanitize } from "#core/sanitize.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { cleanEntry } from "./clean-event.ts";

export interface ExportOptions {
  readonly title: string;
  /** Include what tools printed. */
  readonly raw: boolean;
  /** The journal is clean; but a secret may have been registered only since then. */
  readonly cleaner: TextCleaner;
}

/** The room as Markdown, one piece per event, in order; nothing at all where there is no event. */
export async function* toMarkdown(
  entries: AsyncIterable<Entry>,
  options: ExportOptions,
): AsyncGenerator<string, void> {
  const open = new Map<string, string>();
  let title = `# ${options.title}\n`;
  for await (const stored of entries) {
    // Only now is it certain that there is such a room.
    if (title !== "") yield title;
    title = "";
    const entry = cleanEntry(stored, options.cleaner);
    const { event } = entry;
    if (event.type === "turn-start") open.set(event.turn, event.persona);
    if (event.type === "turn-end") open.delete(event.turn);
    const text = markdownOf(entry, options.raw);
    if (text !== "") yield `\n${text}\n`;
  }
  // Which of the two it is, only the process knows that runs the turn, if there is one.
  for (const persona of open.values()) {
    yield `\n*${persona}: no end yet, still running or org was stopped in the middle of it*\n`;
  }
}

function markdownOf({ at, event }: Entry, raw: boolean): string {
  switch (event.type) {
    case "message": {
      const to = event.to.length === 0 ? "" : ` → ${event.to.join(", ")}`;
      return `## user${to} · ${timeOf(at)}\n\n${sanitize(event.text)}`;
    }
    case "turn-start":
      return `## ${event.persona} · ${event.model} · ${timeOf(at)}`;
    case "answer":
      return event.text.trim();
    case "tool-call":
      return `- ${event.persona} calls ${inline(event.call.name)} ${inline(JSON.stringify(event.call.arguments))}`;
    case "tool-result": {
      const mark = event.ok ? "✔" : "✘";
      const exit = event.exit === undefined ? "" : `, exit ${event.exit}`;
      const line = `- ${mark} ${inline(event.name)} ${event.ms} ms${exit}, ${event.size} characters`;
      return raw && event.output ? `${line}\n\n${fenced(event.output)}` : line;
    }
    case "turn-end":
      return event.reason === "complete"
        ? ""
        : `*${event.persona}: ${event.reason}${because(event.why)}*`;
    case "mode":
      return `*mode ${event.mode}, by ${event.by}*`;
    case "file":
      return `*${event.by} wrote ${inline(event.path)}, ${event.bytes} bytes*`;
    case "approval":
      return event.state === "asked"
        ? `*${event.id}: ${event.persona} asks to run ${inline(event.call.name)} ${inline(JSON.stringify(event.call.arguments))}, ${event.why}*`
        : `*${event.id}: ${event.outcome}, by ${event.by}*`;
    case "notice":
      return `*${event.level}: ${event.text}*`;
    case "attached":
      return `*attached ${inline(event.path)}, ${event.bytes} bytes*`;
    case "summary":
      return `*${event.persona} goes on with this instead of the ${event.exchanges} exchanges before:*\n\n${quoted(event.text)}`;
    case "recall":
      return `*${event.persona} was reminded of ${event.ids.map((id) => `m${id}`).join(", ")}*`;
    case "goal":
      return goalText(event);
    default:
      return `*settled: ${event.why}*`;
  }
}

/** What a phase brought; that it begins is only for the next process. */
function goalText({ phase, state, cycle, text = "", action, outcome, end }: GoalStep): string {
  if (state === "begun") return phase === "goal" ? `## goal\n\n${sanitize(text)}` : "";
  switch (phase) {
    case "goal":
      return `*goal: ${end ?? ""}*\n\n${sanitize(text)}`;
    case "intent":
      return action === undefined
        ? `- ${cycle}. no action: ${inline(text)}`
        : `- ${cycle}. ${inline(action.name)} ${inline(JSON.stringify(action.args))}`;
    case "execution":
      return `- ${outcome ?? ""}, ${text.length} characters`;
    default:
      return quoted(text);
  }
}

function because(why: string | undefined): string {
  return why === undefined ? "" : `, ${why}`;
}

/** Text as a quotation (CommonMark 5.1). */
function quoted(text: string): string {
  return sanitize(text).trim().replaceAll(/^/gm, "> ");
}

/** Text in a code span that it cannot close (CommonMark 6.1). */
function inline(text: string): string {
  const clean = sanitize(text).replaceAll("\n", " ");
  const mark = "`".repeat(longestRun(clean) + 1);
  return `${mark}${clean}${mark}`;
}

/** Text in a fence that it cannot close (CommonMark 4.5). */
function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}

function timeOf(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
