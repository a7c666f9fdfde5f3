import { AsyncQueue } from "#core/async-queue.ts";
import type { JournaledEvent, RoomEvent } from "#core/events.ts";
import { newId } from "#core/ids.ts";
import type { Entry, Erasure, Journal, RoomSummary } from "#core/journal.ts";
import { type AnsweredTurn, answeredIn } from "#room/answered-lines.ts";
import { keyOf, visibleEvent } from "#room/entries.ts";
import type { Room } from "#room/room.ts";
import type { RoomClient } from "#room/room-client.ts";
import type {
  AnswerRequest,
  AskRequest,
  FollowRequest,
  HomeService,
  OpenQuestion,
  RoomChoice,
} from "./home-service.ts";
import { journalHandlers } from "./home-wire.ts";
import { answerIn, noSuchQuestion, waitingIn } from "./open-questions.ts";
import { isElsewhere, type OtherNodes, type RelayedLine } from "./other-nodes.ts";
import type { Handlers } from "./owner-server.ts";
import { chosenRoom } from "./room-choice.ts";
import { roomHandlers } from "./room-handlers.ts";
import { newRoomId } from "./room-ids.ts";
import { unknownRoom } from "./room-refusals.ts";
import { type HeldClient, RoomsElsewhere } from "./rooms-elsewhere.ts";

export interface RoomHostOptions {
  readonly journal: Journal;
  /** Opens a room, new or old. */
  readonly openRoom: (id: string) => Promise<Room>;
  /** Told when no user of another process has a room open any more. @default no listener is */
  readonly onClosed?: ((room: string) => void) | undefined;
  /** Asked about rooms that `openRoom` refuses with `LOCK_HELD`. @default there are none */
  readonly others?: OtherNodes | undefined;
}

/** A room that stays open until it is disposed of. */
type Held = { readonly room: Room } & Disposable;

/** The home in the process that owns it. Rooms stay open until it is disposed. */
export class RoomHost implements HomeService, AsyncDisposable {
  readonly #options: RoomHostOptions;
  readonly #rooms = new Map<string, Promise<Room>>();
  /** How many ask in a room, or have it open, at the moment. */
  readonly #clientCounts = new Map<string, number>();
  /** Rooms of other nodes that clients have open. */
  readonly #elsewhere: RoomsElsewhere;
  /** What screens of other nodes ask: done in rooms of this node, and not sent on. */
  readonly ownHandlers: Handlers;
  /** The room on this process's screen, to which questions from elsewhere go too. */
  #onScreen: RoomClient | undefined;

  constructor(options: RoomHostOptions) {
    this.#options = options;
    const local = {
      ...journalHandlers(this),
      ...roomHandlers({
        openClient: async (choice) => await this.#openOwn(await this.#requiredId(choice)),
        clientAt: (id) => this.openedRoom(id),
      }),
    };
    this.#elsewhere = new RoomsElsewhere(options.others, local);
    this.ownHandlers = local;
  }

  /** Opens the room that a screen shows. @throws {OrgError} `ROOM_UNKNOWN`, `LOCK_HELD` when another node has it */
  async enter(choice: RoomChoice): Promise<Room> {
    const room = await this.#opened(await this.#requiredId(choice));
    this.#onScreen = room;
    return room;
  }

  /** The same for a room of another node. @throws {OrgError} what that one throws. */
  async enterElsewhere(choice: RoomChoice): Promise<RoomClient> {
    const { room } = await this.openClient(choice);
    this.#onScreen = room;
    return room;
  }

  /** A room for a user of another process: it stays open until what is returned is disposed of. */
  async openClient(choice: RoomChoice): Promise<HeldClient> {
    const id = await this.#requiredId(choice);
    try {
      return await this.#openOwn(id);
    } catch (error) {
      if (this.#options.others === undefined || !isElsewhere(error)) throw error;
      const head = () => this.#options.journal.head(id);
      return { ...(await this.#elsewhere.hold(id)), head };
    }
  }

  /** A room of this node that a user of another process has open. @throws {OrgError} `ROOM_UNKNOWN` */
  async openedRoom(id: string): Promise<Room> {
    const room = this.#clientCounts.has(id) ? this.#rooms.get(id) : undefined;
    if (room === undefined) throw unknownRoom(id, [...this.#rooms.keys()]);
    return await room;
  }

  /** A room, of whichever node, that a user of another process has open. @throws {OrgError} `ROOM_UNKNOWN` */
  async clientAt(id: string): Promise<RoomClient> {
    return this.#clientCounts.has(id)
      ? await this.openedRoom(id)
      : ((await this.#elsewhere.opened(id)) ?? (await this.openedRoom(id)));
  }

  /** What became so far of a line that was sent under this id. @throws {OrgError} `ROOM_UNKNOWN` */
  async turnsOf(choice: RoomChoice, id: string): Promise<readonly AnsweredTurn[]> {
    const room = await this.#requiredId(choice);
    try {
      const turns = (await this.#opened(room)).turnsOf(id);
      if (turns !== undefined) return turns;
    } catch (error) {
      if (!isElsewhere(error)) throw error;
    }
    return await answeredIn(this.#options.journal.read(room, 1), id);
  }

  /** Closes a room in which nothing happens; it is opened again at the next message. */
  async close(id: string): Promise<void> {
    const opened = this.#rooms.get(id);
    const room = await opened?.catch(() => undefined);
    if (room === undefined || room.busy || room === this.#onScreen || this.#clientCounts.has(id))
      return;
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
    const room = await this.#requiredId(request.room);
    const line = { ...request, id: request.id ?? newId("msg") };
    const found = yield* this.#holdOrRelay(room, line, signal);
    if (found === undefined) return;
    using held = found.held;
    const begun = found.wasRelayed ? (held.room.turnsOf(line.id) ?? []) : [];
    if (begun.length > 0) {
      // Its node is gone. What it began is closed as cut, and is not begun a second time.
      yield* begun.flatMap(({ end }) => (end?.reason === "cut" ? [end] : []));
      return;
    }
    yield* this.#say(held.room, line, signal);
  }

  /** Stops what runs in all rooms, for other nodes may take them soon. */
  stopAll(): void {
    for (const room of this.#rooms.values()) {
      room.then((one) => one.stop()).catch(() => undefined);
    }
  }

  async *#say(
    room: Room,
    request: RelayedLine,
    signal: AbortSignal,
  ): AsyncGenerator<RoomEvent, void> {
    const events = new AsyncQueue<RoomEvent>();
    const stop = new AbortController();
    const listener = (event: RoomEvent) => events.push(request.raw ? event : visibleEvent(event));
    const { done } = await room.say(request.text, {
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

  /** Takes in that texts were changed in the journal: rooms that are open say them no more. */
  async rewrite(change: Erasure["from"]): Promise<void> {
    const rooms = await Promise.allSettled(this.#rooms.values());
    for (const room of rooms) if (room.status === "fulfilled") room.value.rewrite(change);
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
    const own = waitingIn(await Promise.all(this.#rooms.values())).map(({ question }) => question);
    return [...own, ...((await this.#options.others?.questions()) ?? [])];
  }

  async answer(request: AnswerRequest, signal?: AbortSignal): Promise<OpenQuestion> {
    const rooms = await Promise.all(this.#rooms.values());
    const answered =
      answerIn(rooms, request) ?? (await this.#options.others?.answer(request, signal));
    if (answered === undefined) throw noSuchQuestion(rooms, request);
    return answered;
  }

  /** Stops what is running in every room and waits until it is on disk. */
  async [Symbol.asyncDispose](): Promise<void> {
    const rooms = await Promise.all(this.#rooms.values());
    await Promise.all(rooms.map((room) => room[Symbol.asyncDispose]()));
    this.#elsewhere[Symbol.dispose]();
  }

  async #openOwn(id: string): Promise<HeldClient> {
    const held = await this.#hold(id);
    const { journal, onClosed } = this.#options;
    const leave = (): void => {
      held[Symbol.dispose]();
      if (!this.#clientCounts.has(id)) onClosed?.(id);
    };
    return { ...held, head: () => journal.head(id), [Symbol.dispose]: leave };
  }

  /** Opens a room that stays open until what is returned is disposed of. */
  async #hold(id: string): Promise<Held> {
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

  /** Holds a room, unless another node answers the line. @returns nothing where that has been done. */
  async *#holdOrRelay(
    room: string,
    line: RelayedLine,
    signal: AbortSignal,
  ): AsyncGenerator<RoomEvent, { readonly held: Held; readonly wasRelayed: boolean } | undefined> {
    for (let wasRelayed = false; ; wasRelayed = true) {
      const { others } = this.#options;
      try {
        return { held: await this.#hold(room), wasRelayed };
      } catch (error) {
        if (others === undefined || !isElsewhere(error)) throw error;
      }
      const relayed = yield* others.ask(room, line, signal);
      if (relayed === "answered" || signal.aborted) return undefined;
    }
  }

  #count(id: string, by: number): void {
    const remaining = (this.#clientCounts.get(id) ?? 0) + by;
    if (remaining > 0) this.#clientCounts.set(id, remaining);
    else this.#clientCounts.delete(id);
  }

  async #requiredId(choice: RoomChoice): Promise<string> {
    return (await this.#idOf(choice)) ?? newRoomId();
  }

  async #opened(id: string): Promise<Room> {
    const open = this.#rooms.get(id) ?? this.#options.openRoom(id);
    this.#rooms.set(id, open);
    // A room that could not be opened may be opened later, when the reason is gone.
    open.catch(() => this.#rooms.delete(id));
    return await open;
  }

  async #idOf(choice: RoomChoice): Promise<string | undefined> {
    return await chosenRoom(choice, {
      journal: this.#options.journal,
      onScreen: this.#onScreen?.id,
      isOpen: (id) => this.#rooms.has(id),
    });
  }
}
