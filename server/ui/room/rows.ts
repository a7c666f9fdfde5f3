/** What a reader sees of the events of a room, a row each. */
import type { Answer, ApprovalAnswered, ApprovalAsked, HumanMessage } from "#core/events.ts";
import type { Entry } from "#core/journal.ts";
import { approvalText, argumentLines } from "#room/approval-text.ts";
import {
  lineText,
  noticeText,
  oneLine,
  toolFinishedText,
  toolStartedText,
  turnEndText,
} from "#room/event-text.ts";
import { PLAIN } from "#room/style.ts";
import { clock } from "../parts.ts";
import { el, type ViewNode } from "./node.ts";

/** Longest text of a row in characters; the export has all of it. */
const LONGEST = 20_000;
/** Names may come from a model. */
const NAME_COLUMNS = 40;

interface Row {
  /** "you", a persona, or nothing for what the room itself says. */
  readonly who?: string | undefined;
  readonly kind: "said" | "answer" | "tool" | "note" | "warning" | "bad" | "good";
  readonly body: readonly ViewNode[];
}

/** @returns undefined for what a reader need not see. */
export function rowOf({
  seq,
  at,
  event,
}: Pick<Entry, "seq" | "at" | "event">): ViewNode | undefined {
  const row = partsOf(event);
  if (row === undefined) return undefined;
  const { who = "", kind, body } = row;
  const iso = new Date(at).toISOString();
  return el(
    "li",
    { class: `row ${kind}`, id: `e${seq}` },
    el("span", { class: "who" }, oneLine(who, NAME_COLUMNS)),
    el("time", { datetime: iso, title: iso }, clock(at)),
    el("div", { class: "body" }, ...body),
  );
}

function partsOf(event: Entry["event"]): Row | undefined {
  switch (event.type) {
    case "message":
      return messageRow(event);
    case "answer":
      return answered(event);
    case "tool-call":
      return {
        ...{ who: event.persona, kind: "tool" },
        body: [
          el(
            "details",
            {},
            el("summary", {}, toolStartedText(event, PLAIN)),
            el("pre", {}, argumentLines(event.call.arguments).join("\n")),
          ),
        ],
      };
    case "tool-result":
      return note(
        toolFinishedText(event, undefined, PLAIN),
        event.ok ? "good" : "bad",
        event.persona,
      );
    case "turn-end":
      return note(
        turnEndText(event, PLAIN),
        event.reason === "error" ? "bad" : "warning",
        event.persona,
      );
    case "notice":
      return note(noticeText(event, PLAIN), LEVELS[event.level]);
    case "approval":
      return approval(event);
    case "summary":
      return { kind: "note", body: [folded(lineText(event, PLAIN), event.text)] };
    case "mode":
    case "file":
    case "attached":
    case "settled":
    case "goal":
      return note(lineText(event, PLAIN));
    default:
      return undefined;
  }
}

const LEVELS = { info: "note", warning: "warning", error: "bad" } as const;

function messageRow({ text, to, mode }: HumanMessage): Row {
  const audience = [`to ${to.join(", ")}`, ...(mode === "group" ? [] : [mode])].join(" · ");
  const about = to.length === 0 ? [] : [el("p", { class: "about" }, audience)];
  return { who: "you", kind: "said", body: [...blocks(text), ...about] };
}

function answered({ persona, text, reasoning = "" }: Answer): Row | undefined {
  const thought = reasoning.trim() === "" ? [] : [folded("Reasoning", reasoning)];
  if (text.trim() === "" && thought.length === 0) return undefined;
  return { who: persona, kind: "answer", body: [...thought, ...blocks(text)] };
}

function approval(event: ApprovalAsked | ApprovalAnswered): Row {
  if (event.state === "answered") {
    const kind = event.outcome === "approved" ? "good" : "bad";
    return { kind, body: [el("p", {}, approvalText(event, PLAIN))] };
  }
  const { id, persona, call, why } = event;
  const question = `? ${id} ${persona} wants to run ${oneLine(call.name, NAME_COLUMNS)}: ${oneLine(why, 200)}`;
  return { kind: "warning", body: [folded(question, argumentLines(call.arguments).join("\n"))] };
}

function note(text: string, kind: Row["kind"] = "note", who?: string): Row | undefined {
  return text === "" ? undefined : { kind, who, body: [el("p", {}, text)] };
}

function folded(summary: string, text: string): ViewNode {
  return el("details", {}, el("summary", {}, summary), el("pre", {}, capped(text)));
}

/** Prose, and between its fences code as it is. */
function blocks(text: string): readonly ViewNode[] {
  const pieces = capped(text).split(/^[ \t]*(?:```|~~~)[^\n]*$/m);
  return pieces.flatMap((piece, at) => {
    const isCode = at % 2 === 1;
    const trimmed = isCode ? piece.replace(/^\n|\n$/g, "") : piece.trim();
    if (trimmed === "") return [];
    if (isCode) return [el("pre", {}, el("code", {}, trimmed))];
    return [el("p", { class: "text" }, ...prose(trimmed))];
  });
}

/** Prose with the code in it. */
function prose(text: string): readonly ViewNode[] {
  return text
    .split(/`([^`\n]+)`/)
    .map((piece, at) => (at % 2 === 1 ? el("code", {}, piece) : piece))
    .filter((piece) => piece !== "");
}

function capped(text: string): string {
  const omitted = text.length - LONGEST;
  if (omitted <= 0) return text;
  const count = omitted.toLocaleString("en");
  return `${text.slice(0, LONGEST).toWellFormed()}\n… ${count} characters more: org log shows all`;
}
