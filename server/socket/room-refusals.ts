/** What a home says when it has no such room, and when no such approval is open. */
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { countsOnce } from "#room/approvals.ts";
import type { Room } from "#room/room.ts";
import type { OpenQuestion } from "./home-service.ts";

/** What became of an approval of this id in a room, in words. */
export function outcomeIn(id: string): (room: Room) => readonly string[] {
  return (room) => {
    const outcome = room.approvals.outcomeOf(id);
    return outcome === undefined ? [] : [`in ${room.id} ${outcome}`];
  };
}

interface Answerable {
  readonly question: OpenQuestion;
}

interface WhatWaits {
  readonly found: readonly Answerable[];
  /** What became of approvals of that id. */
  readonly over: readonly string[];
  readonly waiting: readonly Answerable[];
}

export function notOneQuestion(id: string, { found, over, waiting }: WhatWaits): OrgError {
  const [first] = found.map(({ question }) => question);
  const quotedId = JSON.stringify(id.slice(0, 20));
  const open = waiting.map(({ question: { room, asked } }) => `${asked.id} in ${room}`).join(", ");
  const others =
    open === ""
      ? "no call waits for your approval; an approval counts once, and expires"
      : `open: ${open}`;
  const isOver = first === undefined && over.length > 0;
  return new OrgError(
    first === undefined
      ? `No approval ${quotedId} is open`
      : `Several rooms have an approval ${quotedId}`,
    {
      code: "USAGE",
      why: isOver ? countsOnce(over.join(", ")) : others,
      remedies: [
        "org approvals",
        ...(first === undefined ? [] : [`org approve ${first.asked.id} --room ${first.room}`]),
      ],
      unchanged: isOver ? "That was not changed." : "Nothing was answered.",
    },
  );
}

export function noRoom(): OrgError {
  return new OrgError("There is no room in this home yet", {
    code: "ROOM_UNKNOWN",
    why: "no message was ever sent in it; ORG_HOME may name another home than you mean",
    remedies: ['org ask "What is in this folder?"', "org"],
    unchanged: "Nothing was sent.",
  });
}

export function unknownRoom(id: string, rooms: readonly string[]): OrgError {
  const near = nearestNames(id, rooms).map((room) => `org log ${room}`);
  return new OrgError(`There is no room "${id.slice(0, 80)}" in this home`, {
    code: "ROOM_UNKNOWN",
    why: `it holds ${rooms.length} ${rooms.length === 1 ? "room" : "rooms"}`,
    remedies: [...near, "org log --list"],
    unchanged: "Nothing was sent.",
  });
}
