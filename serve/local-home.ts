import { AsyncQueue } from "#core/async-queue.ts";
import { OrgError } from "#core/errors.ts";
import type { RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { Entry, Journal, RoomSummary } from "#core/journal.ts";
import { nearestNames } from "#core/nearest.ts";
import { shown } from "#room/entries.ts";
import type { Room } from "#room/room.ts";
import type {
  AnswerRequest,
  AskRequest,
  FollowRequest,
  HomeService,
  OpenQuestion,
  RoomChoice,
} from "./home-service.ts";

export interface LocalHomeOptions {
  readonly journal: Journal;
  /** Opens a room, new or old. */
  readonly openRoom: (id: string) => Promise<Room>;
}

/** The home in the process that owns it. Rooms stay open until it is disposed. */
export class LocalHome implements HomeService, AsyncDisposable {
  readonly #options: LocalHomeOptions;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** The room on this process's screen, to which questions from elsewhere go too. */
  #onScreen: Room | undefined;

  constructor(options: LocalHomeOptions) {
    this.#options = options;
  }

  /** Opens the room that a screen shows. @throws {OrgError} `ROOM_UNKNOWN` */
  async enter(choice: RoomChoice): Promise<Room> {
    this.#onScreen = await this.#open(choice);
    return this.#onScreen;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<RoomEvent, void> {
    const room = await this.#open(request.room);
    const events = new AsyncQueue<RoomEvent>();
    const stop = new AbortController();
    const listener = (event: RoomEvent) => events.push(request.raw ? event : shown(event));
    const { done } = await room.say(request.text, {
      mode: request.mode,
      // Whoever asks from elsewhere has no screen to be asked on.
      consent: request.yes === true ? "approve" : "deny",
      signal: AbortSignal.any([signal, stop.signal]),
      listener,
    });
    const over = done.finally(() => events.close());
    // A failure waits here for a reader that is slow; meanwhile it must not count as nobody's.
    over.catch(() => undefined);
    try {
      yield* events;
    } finally {
      // Whoever asked has left: nobody reads the answer any more, so it must not go on.
      stop.abort();
      await over;
    }
  }

  rooms(): Promise<readonly RoomSummary[]> {
    return this.#options.journal.rooms();
  }

  async *entries(choice: RoomChoice): AsyncGenerator<Entry, void> {
    const id = await this.#idOf(choice);
    if (id !== undefined) yield* this.#options.journal.read(id, 1);
  }

  async *follow({ room, from }: FollowRequest, signal: AbortSignal): AsyncGenerator<Entry, void> {
    const id = await this.#idOf(room);
    if (id !== undefined) yield* this.#options.journal.read(id, from, { live: true, signal });
  }

  async questions(): Promise<readonly OpenQuestion[]> {
    const rooms = await Promise.all(this.#rooms.values());
    return rooms.flatMap(({ id, approvals }) =>
      approvals.waiting.map((asked) => ({ room: id, asked })),
    );
  }

  async answer({ id, approved, room }: AnswerRequest): Promise<OpenQuestion> {
    const wanted = id.trim().toUpperCase();
    const waiting = await this.questions();
    const found = waiting.filter(
      (question) => question.asked.id === wanted && (room ?? question.room) === question.room,
    );
    const [question] = found;
    if (question === undefined || found.length > 1) throw notOneQuestion(id, found, waiting);
    (await this.#rooms.get(question.room))?.approvals.answer(wanted, approved);
    return question;
  }

  /** Stops what is running in every room and waits until it is on disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rooms = await Promise.all(this.#rooms.values());
    await Promise.all(rooms.map((room) => room[Symbol.asyncDispose]()));
  }

  async #open(choice: RoomChoice): Promise<Room> {
    const id = (await this.#idOf(choice)) ?? newRoomId();
    const open = this.#rooms.get(id) ?? this.#options.openRoom(id);
    this.#rooms.set(id, open);
    // A room that could not be opened may be opened later, when the reason is gone.
    open.catch(() => this.#rooms.delete(id));
    return await open;
  }

  async #idOf(choice: RoomChoice): Promise<string | undefined> {
    if (choice.kind === "open") return this.#onScreen?.id;
    const rooms = await this.rooms();
    const [newest] = rooms;
    if (newest === undefined) throw noRoom();
    if (choice.kind === "newest") return newest.room;
    if (rooms.some(({ room }) => room === choice.id)) return choice.id;
    throw unknownRoom(
      choice.id,
      rooms.map(({ room }) => room),
    );
  }
}

/** Sorts by time, reads as a date, and does not collide: "2026-11-21-0453-3fa19c02". */
function newRoomId(): string {
  const [date = "", time = ""] = new Date().toISOString().split("T");
  return `${date}-${time.slice(0, 5).replace(":", "")}-${newId("").slice(1, 9)}`;
}

function notOneQuestion(
  id: string,
  found: readonly OpenQuestion[],
  waiting: readonly OpenQuestion[],
): OrgError {
  const [first] = found;
  const shown = JSON.stringify(id.slice(0, 20));
  const said = waiting.map(({ room, asked }) => `${asked.id} in ${room}`).join(", ");
  return new OrgError(
    first === undefined ? `No question ${shown} is open` : `Several rooms ask under ${shown}`,
    {
      code: "USAGE",
      why:
        said === "" ? "nothing waits; a question counts once, and not for long" : `open: ${said}`,
      remedies: [
        "org approvals",
        ...(first === undefined ? [] : [`org approve ${first.asked.id} --room ${first.room}`]),
      ],
      left: "Nothing was answered.",
    },
  );
}

function noRoom(): OrgError {
  return new OrgError("There is no room in this home yet", {
    code: "ROOM_UNKNOWN",
    why: "nothing was ever said in it; ORG_HOME may name another home than you mean",
    remedies: ['org ask "What is in this folder?"', "org"],
    left: "Nothing was sent.",
  });
}

function unknownRoom(id: string, rooms: readonly string[]): OrgError {
  const near = nearestNames(id, rooms).map((room) => `org log ${room}`);
  return new OrgError(`There is no room "${id.slice(0, 80)}" in this home`, {
    code: "ROOM_UNKNOWN",
    why: `it holds ${rooms.length} ${rooms.length === 1 ? "room" : "rooms"}`,
    remedies: [...near, "org log --list"],
    left: "Nothing was sent.",
  });
}
