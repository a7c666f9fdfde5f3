/** What happens in a room that another process hosts, as it comes, across the ends of the processes that host it. */
import { OrgError, reasonOf } from "#core/errors.ts";
import type { NoticeLevel, RoomEvent } from "#core/events.ts";
import type { Listener } from "#room/room-record.ts";
import { type Call, remoteHome } from "./home-wire.ts";
import { NoOwner } from "./owner-client.ts";
import { ROOM_CALLS, type RoomSnapshot, type RoomUpdate, roomUpdateSchema } from "./room-wire.ts";

/** How often the client looks whether there is an owner again, in milliseconds. */
export const LOOK_AGAIN_MS = 200;

/** A model that nothing reads from any more must not look as if it went on to speak. */
const ORPHANED = {
  type: "phase",
  phase: "queued",
  detail: "until an org hosts this room",
} as const;

const HOST_AGAIN = "→ org --resume   # in another terminal, hosts it again; /quit leaves";

interface FeedPosition {
  /** Of the room. */
  readonly id: string;
  readonly call: Call;
  /** Aborted when the client leaves the room. */
  readonly leaving: AbortSignal;
}

export class RoomUpdates {
  /** How the room stands. */
  state: RoomSnapshot;
  readonly #position: FeedPosition;
  readonly #listeners = new Set<Listener>();
  /** Of which the listeners have seen no end. */
  readonly #turns = new Map<string, { readonly turn: string; readonly persona: string }>();
  /** Number of the last entry that the listeners have seen. */
  #lastSeq: number;

  constructor(
    position: FeedPosition,
    { state, head = 0 }: Extract<RoomUpdate, { readonly type: "state" }>,
  ) {
    this.#position = position;
    this.state = state;
    this.#lastSeq = head;
  }

  listen(listener: Listener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Sees everything until the client leaves, also behind the owner's end. */
  async follow(first: AsyncIterable<RoomUpdate>): Promise<void> {
    let lines: AsyncIterable<RoomUpdate> | undefined = first;
    while (lines !== undefined) {
      const why = await this.#take(lines).catch(reasonOf);
      if (this.#position.leaving.aborted) return;
      this.state = { ...this.state, busy: false, queued: 0, waiting: [] };
      for (const turn of this.#turns.values()) this.#show({ ...turn, ...ORPHANED });
      this.notice("warning", `${why}; waiting for the next org to keep this room.\n${HOST_AGAIN}`);
      lines = await this.#openAgain();
      if (lines !== undefined) this.notice("info", "The room is kept again; go on.");
    }
  }

  /** @returns why there are no more lines. */
  async #take(lines: AsyncIterable<RoomUpdate>): Promise<string> {
    for await (const line of lines) {
      if (line.type === "state") this.state = line.state;
      else if (line.seq === undefined) this.#show(line.event);
      else this.#showEntry(line.event, line.seq);
    }
    return "The process that hosts this room has ended";
  }

  /** @returns the lines behind what was said meanwhile; `undefined` when the client was closed, or the room is no more. */
  async #openAgain(): Promise<AsyncIterable<RoomUpdate> | undefined> {
    const { call, id, leaving: signal } = this.#position;
    while (!signal.aborted) {
      await Bun.sleep(LOOK_AGAIN_MS);
      const lines = updatesOf(call(ROOM_CALLS.open, { kind: "own", id }, signal));
      try {
        const { value: first } = await lines.next();
        if (first?.type !== "state") continue;
        this.state = first.state;
        await this.#catchUp(first.head ?? 0);
        return lines;
      } catch (error) {
        if (isPassing(error)) continue;
        if (!signal.aborted) this.notice("error", reasonOf(error));
        return undefined;
      }
    }
    return undefined;
  }

  async #catchUp(head: number): Promise<void> {
    if (head <= this.#lastSeq) return;
    const stop = new AbortController();
    const { call, id } = this.#position;
    const room = { kind: "own", id } as const;
    const missed = remoteHome(call).follow({ room, from: this.#lastSeq + 1 }, stop.signal);
    for await (const { event, seq } of missed) {
      this.#showEntry(event, seq);
      if (seq >= head) break;
    }
    stop.abort();
  }

  #showEntry(event: RoomEvent, seq: number): void {
    if (seq <= this.#lastSeq) return;
    this.#lastSeq = seq;
    this.#show(event);
  }

  #show(event: RoomEvent): void {
    if (event.type === "turn-end") this.#turns.delete(event.turn);
    else if (event.type === "turn-start" || event.type === "phase") {
      const { turn, persona } = event;
      this.#turns.set(turn, { turn, persona });
    }
    for (const listener of this.#listeners) listener(event);
  }

  notice(level: NoticeLevel, text: string): void {
    this.#show({ type: "notice", level, text });
  }
}

export async function* updatesOf(lines: AsyncIterable<unknown>): AsyncGenerator<RoomUpdate, void> {
  for await (const line of lines) yield roomUpdateSchema.parse(line);
}

/** An owner that comes or goes. */
export function isPassing(error: unknown): boolean {
  if (error instanceof NoOwner) return true;
  return error instanceof OrgError && ["OWNER_LOST", "HOME_BUSY"].includes(error.code);
}
