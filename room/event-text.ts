/**
 * What a person reads of the events of a room. Pure; every text ends without a line break. Lines of
 * ours begin with a mark (● ⚙ ✔ ✘ — ⟲ !) in the first column.
 */
import { unreachable } from "#core/errors.ts";
import type {
  Attached,
  FileWritten,
  ModeChange,
  NotesRecalled,
  Notice,
  Phase,
  RoomEvent,
  Summary,
  ToolFinished,
  ToolStarted,
  TurnEnd,
} from "#core/events.ts";
import type { GoalStep } from "#core/goal-step.ts";
import { sanitize } from "#core/sanitize.ts";
import { counted } from "#core/text/counted.ts";
import type { Style } from "./style.ts";

/** Longest summary of a call's arguments, in columns. */
const ARGUMENT_COLUMNS = 100;
/** Names may come from a model, which may call a tool whatever it likes. */
const NAME_COLUMNS = 60;

/** Who speaks from here on. */
export function headerText(name: string, about: string | undefined, style: Style): string {
  const who = style("name", `● ${oneLine(name, NAME_COLUMNS)}`);
  if (about === undefined) return who;
  return `${who}${style("quiet", ` ${oneLine(about, NAME_COLUMNS * 2)}`)}`;
}

export function toolStartedText({ call }: ToolStarted, style: Style): string {
  const about = argumentSummary(call.arguments);
  const name = oneLine(call.name, NAME_COLUMNS);
  return style("quiet", about === "" ? `⚙ ${name}` : `⚙ ${name} ${about}`);
}

/** @param raw the number by which `/raw` shows the output; undefined where there is no such command. */
export function toolFinishedText(
  event: ToolFinished,
  raw: number | undefined,
  style: Style,
): string {
  const { name, ok, ms, exit, size } = event;
  const facts = [
    `${oneLine(name, NAME_COLUMNS)} ${durationText(ms)}`,
    ...(exit === undefined ? [] : [`exit ${exit}`]),
    counted(size, "character"),
    ...(raw === undefined ? [] : [`/raw ${raw}`]),
  ];
  const mark = ok ? style("good", "✔") : style("bad", "✘");
  return `${mark} ${style("quiet", facts.join(" · "))}`;
}

/** Why a turn ended, as text; empty for one that came to its end or had nothing to say. */
export function turnEndText({ persona, reason, why, code }: TurnEnd, style: Style): string {
  if (reason === "complete" || reason === "passed") return "";
  const offer = code === "MODEL_MISSING" ? PULL_OFFER : "";
  const message = `${persona} ${END_TEXTS[reason]}${why === undefined ? "" : `: ${why}`}${offer}`;
  return style(reason === "error" ? "bad" : "warning", marked("—", message));
}

/** Behind the error, which names the model and the command of the command line. */
const PULL_OFFER = "\n→ /pull fetches it from here, and then /retry asks again";

const END_TEXTS: Readonly<Record<Exclude<TurnEnd["reason"], "complete" | "passed">, string>> = {
  length: "stopped: answer length limit reached",
  cut: "was cut",
  aborted: "was stopped",
  looped: "was ended, for it repeats itself",
  limit: "was ended at a limit",
  error: "failed",
};

export function noticeText({ level, text, persona }: Notice, style: Style): string {
  const line = persona === undefined ? text : `${persona}: ${text}`;
  if (level === "info") return style("quiet", marked("—", line));
  return style(level === "error" ? "bad" : "warning", marked("!", line));
}

/** Events that are one line each on every screen. */
type LineEvent = Extract<
  RoomEvent,
  { readonly type: "mode" | "file" | "attached" | "summary" | "recall" | "settled" | "goal" }
>;

/** The line of such an event; empty for a phase of a goal that only begins. */
export function lineText(event: LineEvent, style: Style): string {
  switch (event.type) {
    case "mode":
      return modeText(event, style);
    case "file":
      return fileText(event, style);
    case "attached":
      return attachedText(event, style);
    case "summary":
      return summaryText(event, style);
    case "recall":
      return recallText(event, style);
    case "settled":
      return settledText(event.why, style);
    case "goal":
      return goalText(event, style);
    default:
      return unreachable(event);
  }
}

function modeText({ mode, by }: ModeChange, style: Style): string {
  const message = by === "user" ? `the mode is ${mode}` : `${by} switched the mode to ${mode}`;
  return style("quiet", marked("—", message));
}

function fileText({ path, bytes, by }: FileWritten, style: Style): string {
  return style(
    "quiet",
    marked("—", `${by} wrote ${oneLine(path, 200)}, ${counted(bytes, "byte")}`),
  );
}

function attachedText({ path, bytes }: Attached, style: Style): string {
  return style("quiet", marked("—", `attached ${oneLine(path, 200)}, ${counted(bytes, "byte")}`));
}

function summaryText(event: Summary, style: Style): string {
  const { persona, exchanges, tokensBefore, tokensAfter } = event;
  const message = `${persona} goes on with a summary of ${counted(exchanges, "exchange")}: ${counted(tokensBefore, "token")} became ${tokensAfter.toLocaleString("en-US")}`;
  return style("quiet", marked("—", message));
}

/** What a persona was reminded of before it spoke. */
function recallText({ ids }: NotesRecalled, style: Style): string {
  const names = ids.map((id) => `m${id}`).join(", ");
  return style("quiet", `⟲ ${counted(ids.length, "note")} · ${names}`);
}

function settledText(why: string, style: Style): string {
  return style("quiet", marked("—", `the room settled: ${why}`));
}

/** What a phase of a goal brought; nothing where it only begins. */
function goalText(step: GoalStep, style: Style): string {
  const { cycle, phase, state, action, outcome, end, text = "" } = step;
  if (state === "begun")
    return phase === "goal" ? style("quiet", marked("—", `goal: ${sanitize(text)}`)) : "";
  const brought: Readonly<Record<GoalStep["phase"], string>> = {
    goal: `the goal ended (${end ?? ""}): ${text}`,
    intent:
      action === undefined ? `${cycle}. no action` : `${cycle}. ${action.name}: ${action.why}`,
    execution: `${cycle}. ${outcome ?? ""}, ${text.length} characters`,
    summary: `${cycle}. ${text}`,
  };
  return style("quiet", marked("—", sanitize(brought[phase])));
}

/** What was streamed cannot be erased from an append-only screen; it can be called by its name. */
export function reclassifiedText(persona: string, style: Style): string {
  return style("warning", marked("—", `what ${persona} wrote above was thinking, not its answer`));
}

/** What a persona is doing while nothing of it is to be read. */
export function phaseText(persona: string, phase: Phase, detail?: string): string {
  const about = detail === undefined ? "" : ` ${detail}`;
  return oneLine(`${persona} ${PHASE_TEXTS[phase]}${about}`, ARGUMENT_COLUMNS);
}

const PHASE_TEXTS: Readonly<Record<Phase, string>> = {
  queued: "is queued",
  loading: "waits for its model to be loaded",
  waiting: "is reading",
  thinking: "is thinking",
  generating: "is writing",
  compacting: "is summing up",
  approval: "waits for approval of",
  running: "is running",
};

/** The first argument where it is a text, else all of them as JSON. */
function argumentSummary(args: unknown): string {
  if (args === undefined) return "";
  if (typeof args !== "object" || args === null) return json(args);
  const values: readonly unknown[] = Object.values(args);
  const [first] = values;
  if (typeof first === "string") return oneLine(first, ARGUMENT_COLUMNS);
  return values.length === 0 ? "" : json(args);
}

function json(value: unknown): string {
  return oneLine(JSON.stringify(value), ARGUMENT_COLUMNS);
}

/** A text in one row: cleaned, line breaks visible, cut to a number of columns. */
export function oneLine(text: string, columns: number): string {
  // Cut before it is cleaned too: arguments may hold a whole file.
  const clean = sanitize(text.slice(0, columns * 8)).trim();
  return Bun.sliceAnsi(clean.replace(/\s*\n\s*/g, " ⏎ ").replaceAll("\t", " "), 0, columns, "…");
}

/** Text of org itself: cleaned, the mark before the first line, the other lines indented. */
function marked(mark: string, text: string): string {
  return `${mark} ${sanitize(text).trim().replaceAll("\n", "\n  ")}`;
}

function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
