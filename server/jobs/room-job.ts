/** Jobs that are said to personas: the line is written once, and who has answered it is not asked again. */
import { createHash } from "node:crypto";
import { withoutCode } from "#core/errors.ts";
import type { TurnEnd } from "#core/events.ts";
import type { AnsweredTurn } from "#room/answered-lines.ts";
import { isLive } from "#room/entries.ts";
import type { RoomChoice } from "../socket/home-service.ts";
import type { RoomHost } from "../socket/room-host.ts";
import { roomId } from "../socket/room-ids.ts";
import { isPassing, JobFailure } from "./job-failure.ts";
import type { JobRun } from "./job-handlers.ts";
import type { JobData } from "./job-service.ts";

export interface RoomTask {
  readonly text: string;
  /** Of a room that is there. @default one of its own, which is closed afterwards */
  readonly room?: string | undefined;
  readonly persona?: string | undefined;
}

/**
 * Says something in a room under the id of the job, and waits for what becomes of it.
 *
 * @returns the room, and what each persona answered last.
 * @throws {OrgError} `PERSONA_UNKNOWN`, `ROOM_UNKNOWN`. {@link JobFailure} when a persona that was asked did
 *   not come to an answer.
 */
export async function roomJob(home: RoomHost, run: JobRun, task: RoomTask): Promise<JobData> {
  const { text, room: named, persona } = task;
  const own = ownRoom(run);
  const room: RoomChoice =
    named === undefined ? { kind: "own", id: own } : { kind: "named", id: named };
  const line = persona === undefined ? text : `@@${persona} ${text}`;
  try {
    const events = home.ask({ text: line, room, raw: false, id: run.id }, run.signal);
    for await (const event of events) {
      run.alive();
      // What is streamed is said once more in one piece.
      if (!isLive(event)) await run.note(plain(event));
    }
    run.signal.throwIfAborted();
    const turns = await home.turnsOf(room, run.id);
    return { room: named ?? own, answers: answersOf(turns) };
  } finally {
    // Thousands of jobs must not leave thousands of rooms open.
    if (named === undefined) await home.close(own);
  }
}

/** The same for every attempt at the job. */
function ownRoom({ id, createdAt }: JobRun): string {
  return roomId(new Date(createdAt), createHash("sha256").update(id).digest("hex"));
}

function answersOf(turns: readonly AnsweredTurn[]): JobData {
  const last = new Map(turns.map((turn) => [turn.persona, turn]));
  return [...last.values()].map(({ persona, text, end }) => {
    if (end === undefined || BROKEN.has(end.reason)) throw failureOf(persona, end);
    return { persona, text, reason: end.reason };
  });
}

const BROKEN: ReadonlySet<string> = new Set(["error", "cut", "aborted"]);

function failureOf(persona: string, end: TurnEnd | undefined): JobFailure {
  const { reason = "cut", why, code = "STREAM_CUT" } = end ?? {};
  // The error of a job has its code beside its message.
  const suffix = why === undefined ? "" : `: ${withoutCode(why, code)}`;
  const message = `The answer of "${persona}" ended early (${reason})${suffix}`;
  // The user who stopped the answer in the room has decided for the job, too.
  if (reason === "aborted") return new JobFailure(message, { code: "ABORTED", isFinal: true });
  return new JobFailure(message, { code, isFinal: code !== "BUG" && !isPassing(code) });
}

/** An event as data: what is absent is left out. */
function plain(event: object): JobData {
  return JSON.parse(JSON.stringify(event));
}
