/** What one can do in a room from its page. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { OpenTurns } from "../../http/open-turns.ts";
import { type Action, action } from "../page.ts";
import { roomPath } from "./room-parts.ts";
import type { WatchedRooms } from "./watched-rooms.ts";

export interface RoomActionParts {
  readonly rooms: WatchedRooms;
  /** Counts what is being answered, so that a server that leaves waits for it. */
  readonly turns: Pick<OpenTurns, "isLeaving" | "during">;
}

interface MessageForm {
  readonly text: string;
  readonly mode: string;
  readonly line: string;
}

const messageFormSchema: z.ZodType<MessageForm> = z.strictObject({
  text: z.string().max(100_000),
  mode: z.string().max(200),
  line: z.string().regex(/^[\w-]{8,64}$/),
});

interface Answered {
  readonly id: string;
  readonly hash: string;
  readonly decision: "approve" | "deny";
}

const answeredSchema: z.ZodType<Answered> = z.strictObject({
  id: z.string().regex(/^A\d{1,9}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(["approve", "deny"]),
});

interface Mode {
  readonly mode?: string | undefined;
  readonly path?: string | undefined;
}

const modeSchema: z.ZodType<Mode> = z.strictObject({
  ...{ mode: z.string().max(200).optional(), path: z.string().max(200).optional() },
});

const nothing: z.ZodType<object> = z.strictObject({});

export function roomActions({ rooms, turns }: RoomActionParts): readonly Action[] {
  const say = action({
    ...{ path: "/ui/rooms/:id/say", scope: "run", form: messageFormSchema },
    run: async (visit, { text, mode, line }) => {
      if (turns.isLeaving) throw leaving();
      // Browsers send line ends as forms have them.
      const typed = text.replaceAll("\r\n", "\n").trim();
      refuseCommand(typed);
      const { room } = await rooms.look(visit.param("id"), visit);
      const options = { id: `web-${line}`, mode: mode === "" ? undefined : mode };
      const { done } = await room.say(typed, options);
      void count(turns, done);
      return { to: roomPath(room.id, "#text") };
    },
  });
  const stop = action({
    ...{ path: "/ui/rooms/:id/stop", scope: "run", form: nothing },
    run: async (visit) => {
      const { room } = await rooms.look(visit.param("id"), visit);
      const text = room.stop() ? "The answer was stopped." : "Nothing is being answered.";
      return { to: roomPath(room.id), flash: { tone: "plain", text } };
    },
  });
  const mode = action({
    ...{ path: "/ui/rooms/:id/mode", scope: "run", form: modeSchema },
    run: async (visit, { mode: named, path = "" }) => {
      const { room } = await rooms.look(visit.param("id"), visit);
      const requestedMode = named ?? `file:${path}`;
      await room.setMode(requestedMode, "user");
      return {
        to: roomPath(room.id),
        flash: { tone: "good", text: `The mode is ${requestedMode}.` },
      };
    },
  });
  return [say, stop, mode, answering(rooms)];
}

/** A yes is for the call that was shown: the form says which one by its hash. */
function answering(rooms: WatchedRooms): Action {
  return action({
    ...{ path: "/ui/rooms/:id/approvals", scope: "admin", form: answeredSchema },
    run: async (visit, { id, hash, decision }) => {
      const { room } = await rooms.look(visit.param("id"), visit);
      const approval = room.approvals.waiting.find((one) => one.id === id);
      if (approval !== undefined && approval.hash !== hash) throw anotherCall(id);
      room.approvals.answer(id, decision === "approve");
      const text = decision === "approve" ? `${id} may run, once.` : `${id} was refused.`;
      return { to: roomPath(room.id), flash: { tone: "good", text } };
    },
  });
}

async function count(turns: RoomActionParts["turns"], done: Promise<void>): Promise<void> {
  const waiting = async function* () {
    // What went wrong stands in the room.
    await done.catch(() => undefined);
    yield* [];
  };
  await Array.fromAsync(turns.during(waiting()));
}

function refuseCommand(text: string): void {
  if (text !== "" && !text.startsWith("/")) return;
  throw new OrgError(
    text === "" ? "There is nothing to say" : "Commands are typed in the terminal",
    {
      code: "USAGE",
      why:
        text === ""
          ? "the line is empty"
          : "here they are buttons; a line that begins with / is not for a persona",
      remedies:
        text === ""
          ? ["go back, and write a line"]
          : ["org   # then /help", "put a word before the /"],
      unchanged: "Nothing was sent.",
    },
  );
}

function leaving(): OrgError {
  return new OrgError("This process is about to end", {
    code: "HOME_BUSY",
    why: "it accepts no new messages and finishes the answers that have begun",
    remedies: ["org serve", "org ui"],
    unchanged: "Nothing was sent.",
  });
}

function anotherCall(id: string): OrgError {
  return new OrgError(`${id} is for another call than the one that was shown`, {
    code: "INPUT_INVALID",
    why: "the hash in the form is not the one of the call",
    remedies: ["load the page again, and read the call that it shows"],
    unchanged: "Nothing was answered.",
  });
}
