/** What a chat is sent of what happens in its room. Pure, but for the ids of buttons. */
import type { ApprovalAnswered, ApprovalAsked, JournaledEvent } from "#core/events.ts";
import type { ReportLevel } from "#core/telegram-settings.ts";
import { questionLines } from "#room/approval-text.ts";
import {
  lineText,
  noticeText,
  toolFinishedText,
  toolStartedText,
  turnEndText,
} from "#room/event-text.ts";
import { PLAIN } from "#room/style.ts";
import type { HeldReport, Step } from "./bridge-store.ts";
import { newButtonId, type StoredButton } from "./buttons.ts";
import { answerRows, type Outgoing, textRows } from "./outgoing.ts";
import { piecesOfSpans } from "./pieces.ts";
import { codeBlock, plainSpan } from "./spans.ts";

export interface EventContext {
  readonly room: string;
  readonly level: ReportLevel;
  /** Several personas speak in the room: each answer says whose it is. */
  readonly namesSpeakers: boolean;
  /** What lines of users of Telegram are called by; they know what they wrote. */
  readonly ownLines: string;
  /** The button that asks for an approval. */
  readonly buttonOf: (approval: string) => StoredButton | undefined;
}

/** Longest question whose call can be judged on a telephone, in characters. */
const LONGEST_QUESTION = 3000;

type Rows = Omit<Step, "chat" | "seq">;

export function rowsOf(event: JournaledEvent, context: EventContext): Rows {
  switch (event.type) {
    case "message":
      if (event.id.startsWith(context.ownLines)) return {};
      return { rows: textRows(`› ${event.text}`) };
    case "answer": {
      const live = { turn: event.turn, hop: event.hop };
      const header = context.namesSpeakers
        ? { text: event.persona, open: "<b>", close: "</b>" }
        : undefined;
      return { rows: answerRows(event.text, { live, header }) };
    }
    case "turn-end": {
      const why = turnEndText(event, PLAIN);
      return { rows: [{ kind: "ended", turn: event.turn }, ...textRows(why)] };
    }
    case "approval":
      return event.state === "asked" ? approvalRows(event, context) : answered(event, context);
    case "notice":
      if (event.level === "error") return { rows: textRows(noticeText(event, PLAIN)) };
      return { reports: reportsOf(event, context) };
    default:
      return { reports: reportsOf(event, context) };
  }
}

type Reported = Exclude<JournaledEvent, { type: "message" | "answer" | "turn-end" | "approval" }>;

function reportsOf(event: Reported, { level }: EventContext): readonly HeldReport[] {
  if (level === "off" || (level === "milestones" && !isMilestone(event))) return [];
  const text = reportText(event);
  return text === "" ? [] : [{ category: categoryOf(event), text }];
}

function isMilestone(event: Reported): boolean {
  if (event.type === "notice") return event.level !== "info";
  return ["file", "settled", "goal"].includes(event.type);
}

function categoryOf(event: Reported): string {
  if (event.type === "notice") return event.level === "info" ? "news" : "warnings";
  return event.type.startsWith("tool-") ? "tools" : event.type;
}

function reportText(event: Reported): string {
  switch (event.type) {
    case "tool-call":
      return toolStartedText(event, PLAIN);
    case "tool-result":
      // The number of an output means something on a terminal only.
      return toolFinishedText(event, 0, PLAIN).replace(/ · \/raw 0$/, "");
    case "file":
      return `${lineText(event, PLAIN)}\n  /file ${event.path}`;
    case "notice":
      return noticeText(event, PLAIN);
    case "turn-start":
      return "";
    default:
      return lineText(event, PLAIN);
  }
}

/** A question with its buttons; without them where the call is too long to be read here. */
function approvalRows(event: ApprovalAsked, { room }: EventContext): Rows {
  const [question = "", ...call] = questionLines(event, PLAIN);
  const lines = call.map((line) => line.replace(/^ {4}/, "")).join("\n");
  if (question.length + lines.length > LONGEST_QUESTION) {
    const where = `org approve ${event.id} --room ${room}`;
    const why = `The call has ${lines.length.toLocaleString("en")} characters, too many to be judged here. Look at it in the terminal: org approvals, then ${where}`;
    return { rows: textRows(`${question}\n${why}`) };
  }
  const until = new Date(event.expiresAt).toISOString().slice(11, 19);
  const spans = [plainSpan(`${question}\n`), codeBlock(lines), plainSpan(`\nuntil ${until} UTC`)];
  const [piece] = piecesOfSpans(spans);
  if (piece === undefined) return {};
  const id = newButtonId();
  const { hash, expiresAt } = event;
  const about = { kind: "approval", room, approval: event.id, hash, expiresAt } as const;
  return {
    buttons: [{ id, task: { ...about, question: piece } }],
    rows: [{ kind: "text", buttons: id, ...piece }],
  };
}

const OUTCOMES: Readonly<Record<ApprovalAnswered["outcome"], string>> = {
  approved: "✔ Allowed once",
  denied: "✘ Refused",
  expired: "✘ Not answered in time: refused",
  unattended: "✘ No user could be asked: refused",
  aborted: "✘ Its turn was stopped: refused",
};

function answered({ id, outcome, by }: ApprovalAnswered, { buttonOf }: EventContext): Rows {
  const button = buttonOf(id);
  if (button?.task.kind !== "approval") return {};
  const suffix = `\n\n${OUTCOMES[outcome]}${by === "user" || by === "org" ? "" : ` (${by})`}`;
  const { html, plain } = button.task.question;
  const [after] = piecesOfSpans([plainSpan(suffix)]);
  const row: Outgoing = {
    ...{ kind: "close", buttons: button.id },
    ...{ html: html + (after?.html ?? ""), plain: plain + suffix },
  };
  return { rows: [row] };
}
