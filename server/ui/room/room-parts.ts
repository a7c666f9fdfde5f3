/** The parts of a room's page that change while it is looked at. */

import { SCOPES } from "#core/access.ts";
import type { ApprovalAsked } from "#core/events.ts";
import { formatMode } from "#core/mode.ts";
import { argumentLines } from "#room/approval-text.ts";
import { oneLine, phaseText } from "#room/event-text.ts";
import { Room } from "#room/room.ts";
import type { Visit } from "../page.ts";
import { clock } from "../parts.ts";
import { type Attributes, el, type ViewNode } from "./node.ts";
import type { WatchedRoom } from "./watched-rooms.ts";

type RoomVisit = Pick<Visit, "csrf" | "scope">;

/** By the ids of the elements that hold them. */
export interface RoomPageParts {
  readonly approvals: ViewNode;
  readonly state: ViewNode;
  readonly turns: ViewNode;
  /** Leads to the questions, which a phone shows far below. */
  readonly waiting: ViewNode;
}

export type PartName = keyof RoomPageParts;

const NAME_COLUMNS = 40;

/** Builds all of them; they are small, and compared before they are sent. */
export function roomParts(watched: WatchedRoom, visit: RoomVisit): RoomPageParts {
  return {
    approvals: approvalsPart(watched, visit),
    state: statePart(watched),
    turns: turnsPart(watched),
    waiting: waitingPart(watched),
  };
}

/** Where a form of a room leads to. */
export function roomPath(id: string, rest = ""): string {
  return `/ui/rooms/${encodeURIComponent(id)}${rest}`;
}

function approvalsPart({ room }: WatchedRoom, visit: RoomVisit): ViewNode {
  const waiting = room.approvals.waiting.map((approval) => question(room.id, approval, visit));
  return waiting.length === 0
    ? el("p", { class: "empty" }, "Nothing waits for you.")
    : el("ul", { class: "questions" }, ...waiting);
}

function waitingPart({ room }: WatchedRoom): ViewNode {
  const count = room.approvals.waiting.length;
  if (count === 0) return el("span", {});
  return el(
    "a",
    { class: "badge busy", href: "#approvals", id: "to-approvals" },
    `${count} waiting for you`,
  );
}

function question(
  room: string,
  { id, persona, call, why, hash, expiresAt }: ApprovalAsked,
  { csrf, scope }: RoomVisit,
): ViewNode {
  const name = oneLine(call.name, NAME_COLUMNS);
  const about = ` ${id}: ${persona} runs ${name}`;
  const answer = (decision: string, label: string, look: string): ViewNode =>
    el(
      "button",
      {
        type: "submit",
        name: "decision",
        value: decision,
        class: `button ${look}`,
        id: `${decision}-${id}`,
      },
      label,
      el("span", { class: "unseen" }, about),
    );
  const hidden = (field: string, value: string): ViewNode =>
    el("input", { type: "hidden", name: field, value });
  const form = el(
    "form",
    { method: "post", action: roomPath(room, "/approvals"), class: "inline" },
    ...[hidden("csrf", csrf), hidden("id", id), hidden("hash", hash)],
    answer("approve", "Allow once", "main"),
    answer("deny", "Refuse", "danger"),
  );
  return el(
    "li",
    { class: "question" },
    el("h3", {}, `${id} · ${oneLine(persona, NAME_COLUMNS)} wants to run ${name}`),
    el("p", {}, oneLine(why, 400)),
    el(
      "pre",
      { tabindex: "0", "aria-label": `Call ${id}` },
      argumentLines(call.arguments).join("\n"),
    ),
    el(
      "p",
      { class: "about", title: hash },
      `until ${clock(expiresAt)} `,
      timeLeft(expiresAt),
      ` · ${hash.slice(0, 12)}`,
    ),
    scope === SCOPES.at(-1) ? form : el("p", { class: "about" }, "This session may not answer."),
  );
}

/** Filled in by the module, second by second; a timer is not read out as it changes. */
function timeLeft(until: number): ViewNode {
  return el("span", { role: "timer", "data-until": String(until) });
}

function statePart(watched: WatchedRoom): ViewNode {
  const { room } = watched;
  const { busy, queued, nextSpeakers, mode, toReview } = room;
  const now = busy ? `answering${queued === 0 ? "" : `, ${queued} queued`}` : "idle";
  const rows: ViewNode[] = [
    fact("Mode", formatMode(mode)),
    fact("Next", nextSpeakers.join(", ")),
    fact("Now", now),
    ...endpoints(room),
    ...(toReview === 0 ? [] : [fact("Notes to review", String(toReview))]),
    ...room.models.flatMap(({ persona, name, windowTokens }) => [
      fact(persona.id, `${name} · ${windowTokens.toLocaleString("en")} tokens`),
      ...contextOf(watched, persona.id),
    ]),
    ...room.budgetsOf(nextSpeakers[0] ?? "").map(({ text, percent }) => {
      return el("div", {}, el("dt", {}, "Budget"), el("dd", {}, text, meter(percent, text)));
    }),
  ];
  return el("dl", { class: "facts" }, ...rows);
}

/** Who speaks through each endpoint that the room has, in whichever room that is. */
function endpoints(room: WatchedRoom["room"]): readonly ViewNode[] {
  // At another node: there is where its endpoints are, and who waits for them.
  if (!(room instanceof Room)) return [];
  const locks = new Set(room.models.map((model) => room.lockOf(model)));
  return [...locks].map(({ owners, waiting }) => {
    const held =
      owners.length === 0
        ? "free"
        : `${owners.join(", ")} ${owners.length === 1 ? "speaks" : "speak"}`;
    return fact("Endpoint", waiting === 0 ? held : `${held}, ${waiting} wait`);
  });
}

function contextOf(watched: WatchedRoom, persona: string): readonly ViewNode[] {
  const use = watched.contextOf(persona);
  if (use === undefined || use.window === 0) return [];
  const percent = Math.round((use.tokens / use.window) * 100);
  const text = `${percent} % (${persona})`;
  const label = `${percent} % of the window of ${persona}`;
  return [el("div", {}, el("dt", {}, "Context"), el("dd", {}, text, meter(percent, label)))];
}

function meter(percent: number, label: string): ViewNode {
  const value = String(Math.min(100, Math.max(0, Math.round(percent))));
  return el("meter", { min: "0", max: "100", high: "80", value, "aria-label": label });
}

function fact(name: string, value: string): ViewNode {
  return el("div", {}, el("dt", {}, name), el("dd", {}, value));
}

/** One place for each persona that is at work; its text is written into it by the stream. */
function turnsPart({ live }: WatchedRoom): ViewNode {
  const turns = [...live].map(([turn, { persona, phase, detail, text }]) => {
    const about: Attributes = { class: "live", id: `t-${turn}`, "data-turn": turn };
    return el(
      "div",
      about,
      el("p", { class: "phase" }, phaseText(persona, phase, detail)),
      el("p", { class: "text", "data-text": turn }, text),
    );
  });
  return el("div", { class: "turns" }, ...turns);
}
