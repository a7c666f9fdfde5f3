import { AsyncQueue } from "#core/async-queue.ts";
import { OrgError } from "#core/errors.ts";
import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { Entry, Journal, RoomSummary } from "#core/journal.ts";
import { nearestNames } from "#core/nearest.ts";
import type { AnsweredTurn } from "#room/answered-lines.ts";
import { countsOnce } from "#room/approvals.ts";
import { keyOf, shown } from "#room/entries.ts";
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
  /** Told when no user of another process sits at a room any more. @default no listener is */
  readonly onLeft?: ((room: string) => void) | undefined;
}

/** The home in the process that owns it. Rooms stay open until it is disposed. */
export class LocalHome implements HomeService, AsyncDisposable {
  readonly #options: LocalHomeOptions;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** How many ask in a room, or sit at it, at the moment. */
  readonly #asked = new Map<string, number>();
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

  /** A room for a user of another process: it stays open until the seat is given back. */
  async sit(choice: RoomChoice): Promise<{
    readonly room: Room;
    /** Number of the last entry. */
    readonly head: () => Promise<number>;
    readonly [Symbol.dispose]: () => void;
  }> {
    // biome-ignore lint/nursery/useDisposables: the caller disposes of it
    const held = await this.#hold(choice);
    const { journal, onLeft } = this.#options;
    const { id } = held.room;
    const leave = (): void => {
      held[Symbol.dispose]();
      if (!this.#asked.has(id)) onLeft?.(id);
    };
    return { ...held, head: () => journal.head(id), [Symbol.dispose]: leave };
  }

  /** A room at which a user sits. @throws {OrgError} `ROOM_UNKNOWN` */
  async seated(id: string): Promise<Room> {
    const room = this.#asked.has(id) ? this.#rooms.get(id) : undefined;
    if (room === undefined) throw unknownRoom(id, [...this.#rooms.keys()]);
    return await room;
  }

  /** What became so far of a line that was sent under this id. @throws {OrgError} `ROOM_UNKNOWN` */
  async turnsOf(choice: RoomChoice, id: string): Promise<readonly AnsweredTurn[]> {
    return (await this.#open(choice)).turnsOf(id);
  }

  /** Closes a room in which nothing happens; it is opened again at the next message. */
  async close(id: string): Promise<void> {
    const opened = this.#rooms.get(id);
    const room = await opened?.catch(() => undefined);
    if (room === undefined || room.busy || room === this.#onScreen || this.#asked.has(id)) return;
    if (this.#rooms.get(id) === opened) this.#rooms.delete(id);
    await room[Symbol.asyncDispose]();
  }

  /** Makes a room of what was said elsewhere. @returns its id. */
  async begin(events: readonly JournaledEvent[]): Promise<string> {
    const id = newRoomId();
    for (const event of events) {
      await this.#options.journal.append(id, { key: keyOf(event), event });
    }
    return id;
  }

  async *ask(request: AskRequest, signal: AbortSignal): AsyncGenerator<RoomEvent, void> {
    using held = await this.#hold(request.room);
    const events = new AsyncQueue<RoomEvent>();
    const stop = new AbortController();
    const listener = (event: RoomEvent) => events.push(request.raw ? event : shown(event));
    const { done } = await held.room.say(request.text, {
      id: request.id,
      mode: request.mode,
      // A caller from elsewhere has no screen to be asked on.
      consent: request.yes === true ? "approve" : "deny",
      signal: AbortSignal.any([signal, stop.signal]),
      listener,
    });
    const over = done.finally(() => events.close());
    // A failure waits here for a reader that is slow; meanwhile it must not count as unhandled.
    over.catch(() => undefined);
    try {
      yield* events;
    } finally {
      // The caller has left: no one reads the answer any more, so it must not go on.
      stop.abort();
      await over;
    }
  }

  /** Tells all in every room that is open. */
  async notify(notice: Parameters<Room["notify"]>[0]): Promise<void> {
    const rooms = await Promise.allSettled(this.#rooms.values());
    const open = rooms.flatMap((room) => (room.status === "fulfilled" ? [room.value] : []));
    await Promise.all(open.map((room) => room.notify(notice)));
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
    const rooms = await Promise.all(this.#rooms.values());
    // No wait from here on: between what is found open and its answer no other surface comes.
    const asking = rooms.flatMap((one) =>
      one.approvals.waiting.map((asked) => ({ one, question: { room: one.id, asked } })),
    );
    const found = asking.filter(
      ({ question }) => question.asked.id === wanted && (room ?? question.room) === question.room,
    );
    const [first] = found;
    if (first === undefined || found.length > 1) {
      const over = rooms.filter((one) => one.id === (room ?? one.id)).flatMap(outcomeIn(wanted));
      throw notOneQuestion(id, { found, over, waiting: asking });
    }
    first.one.approvals.answer(wanted, approved);
    return first.question;
  }

  /** Stops what is running in every room and waits until it is on disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rooms = await Promise.all(this.#rooms.values());
    await Promise.all(rooms.map((room) => room[Symbol.asyncDispose]()));
  }

  /** Opens a room that stays open until what is returned is disposed of. */
  async #hold(choice: RoomChoice): Promise<{ readonly room: Room } & Disposable> {
    const id = await this.#wanted(choice);
    // Before it is waited for: it could be closed in that moment.
    this.#count(id, 1);
    const release = (): void => this.#count(id, -1);
    try {
      return { room: await this.#opened(id), [Symbol.dispose]: release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #count(id: string, by: number): void {
    const left = (this.#asked.get(id) ?? 0) + by;
    if (left > 0) this.#asked.set(id, left);
    else this.#asked.delete(id);
  }

  async #open(choice: RoomChoice): Promise<Room> {
    return await this.#opened(await this.#wanted(choice));
  }

  async #wanted(choice: RoomChoice): Promise<string> {
    return (await this.#idOf(choice)) ?? newRoomId();
  }

  async #opened(id: string): Promise<Room> {
    const open = this.#rooms.get(id) ?? this.#options.openRoom(id);
    this.#rooms.set(id, open);
    // A room that could not be opened may be opened later, when the reason is gone.
    open.catch(() => this.#rooms.delete(id));
    return await open;
  }

  async #isThere(id: string): Promise<boolean> {
    return this.#rooms.has(id) || (await this.#options.journal.head(id)) > 0;
  }

  async #idOf(choice: RoomChoice): Promise<string | undefined> {
    if (choice.kind === "open") return this.#onScreen?.id;
    if (choice.kind === "own") return choice.id;
    if (choice.kind === "named" && (await this.#isThere(choice.id))) return choice.id;
    const rooms = await this.rooms();
    const [newest] = rooms;
    if (newest === undefined) throw noRoom();
    if (choice.kind === "newest") return newest.room;
    throw unknownRoom(
      choice.id,
      rooms.map(({ room }) => room),
    );
  }
}

export function newRoomId(): string {
  return roomId(new Date(), newId("").slice(1));
}

/**
 * Sorts by time, reads as a date, and does not collide: "2026-11-21-0453-3fa19c02".
 *
 * @param random of which the first eight characters are taken.
 */
export function roomId(at: Date, random: string): string {
  const [date = "", time = ""] = at.toISOString().split("T");
  return `${date}-${time.slice(0, 5).replace(":", "")}-${random.slice(0, 8)}`;
}

/** What became of a question of this id in a room, in words. */
function outcomeIn(id: string): (room: Room) => readonly string[] {
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
  /** What became of questions of that id. */
  readonly over: readonly string[];
  readonly waiting: readonly Answerable[];
}

function notOneQuestion(id: string, { found, over, waiting }: WhatWaits): OrgError {
  const [first] = found.map(({ question }) => question);
  const shown = JSON.stringify(id.slice(0, 20));
  const said = waiting.map(({ question: { room, asked } }) => `${asked.id} in ${room}`).join(", ");
  const others =
    said === "" ? "nothing waits; a question counts once, and not for long" : `open: ${said}`;
  const isOver = first === undefined && over.length > 0;
  return new OrgError(
    first === undefined ? `No question ${shown} is open` : `Several rooms ask under ${shown}`,
    {
      code: "USAGE",
      why: isOver ? countsOnce(over.join(", ")) : others,
      remedies: [
        "org approvals",
        ...(first === undefined ? [] : [`org approve ${first.asked.id} --room ${first.room}`]),
      ],
      left: isOver ? "That was not changed." : "Nothing was answered.",
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
