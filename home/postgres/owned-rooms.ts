/** The journal as one node uses it: it writes only into rooms that it owns, and no other node writes into those. */
import { OrgError } from "#core/errors.ts";
import {
  type Appended,
  type AppendOptions,
  type Entry,
  type ErasableJournal,
  type Erasure,
  Fenced,
  type Journal,
  type ReadOptions,
  type RoomSummary,
} from "#core/journal.ts";
import { bounded } from "#platform/postgres/bounded.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { isNodeThere } from "./node-name.ts";
import type { PgJournal } from "./pg-journal.ts";

export interface OwnedRoomsOptions {
  /** Closed with this. */
  readonly journal: PgJournal;
  readonly client: PgClient;
  /** Name of this node; no other process has it. */
  readonly node: string;
  /** How long a room stays with a node that no longer renews it, in milliseconds. @default 15,000 */
  readonly ttlMs?: number;
  /**
   * Called when this node could not renew for two thirds of `ttlMs`, once until it is again: what it does in its rooms
   * must stop before another node may take them.
   *
   * @default no call
   */
  readonly onLapse?: (() => void) | undefined;
}

/** How long closing waits for the rooms to be given back, in milliseconds. */
const RELEASE_MS = 2000;
/** How long to wait before looking again at a room whose node is gone, in milliseconds. */
const LOOK_AGAIN_MS = 250;

export class OwnedRooms implements ErasableJournal, AsyncDisposable {
  readonly #options: OwnedRoomsOptions & { readonly ttlMs: number };
  /** Tokens by room. */
  readonly #tokens = new Map<string, Promise<number>>();
  readonly #renewing: Timer;
  readonly #watching: Timer;
  /** When the newest renewal that succeeded was sent, in milliseconds of the clock of the process. */
  #heardAt: number = performance.now();
  #hasLapsed: boolean = false;

  constructor(options: OwnedRoomsOptions) {
    this.#options = { ttlMs: 15_000, ...options };
    const { ttlMs } = this.#options;
    this.#renewing = setInterval(() => void this.#renewAll(), ttlMs / 3);
    this.#watching = setInterval(() => this.#watch(), ttlMs / 15);
    // A room that is open keeps its node; the clock alone keeps no process.
    this.#renewing.unref();
    this.#watching.unref();
  }

  /**
   * Takes a room for this node until it is closed. A room of a node that is gone is waited for, 15 s at most.
   *
   * @throws {OrgError} `LOCK_HELD` when another node is at work in it; as the client does.
   */
  async claim(room: string): Promise<void> {
    await this.#tokenOf(room);
  }

  /** The node that has a room, while it renews it. @throws {OrgError} as the client does. */
  async holderOf(room: string): Promise<string | undefined> {
    return await this.#options.journal.holderOf(lockOf(room));
  }

  async append(
    room: string,
    entry: Parameters<Journal["append"]>[1],
    options: AppendOptions = {},
  ): Promise<Appended> {
    for (let token = await this.#tokenOf(room); ; ) {
      try {
        const fence = { name: lockOf(room), token };
        return await this.#options.journal.append(room, entry, { ...options, fence });
      } catch (error) {
        if (!(error instanceof Fenced)) throw error;
        // Cut off for too long; where no other node came meanwhile, what this process knows of the room still holds.
        const next = await this.#retake(room, token);
        if (next === undefined) throw elsewhere(room, error.holder ?? "none", error);
        token = next;
      }
    }
  }

  head(room: string): Promise<number> {
    return this.#options.journal.head(room);
  }

  read(room: string, from: number, options?: ReadOptions): AsyncIterable<Entry> {
    return this.#options.journal.read(room, from, options);
  }

  rooms(): Promise<readonly RoomSummary[]> {
    return this.#options.journal.rooms();
  }

  /** In rooms of other nodes, too: they show it until they are opened again. */
  erase(erasure: Erasure): Promise<number> {
    return this.#options.journal.erase(erasure);
  }

  /** Gives the rooms to other nodes, and closes the journal. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewing);
    clearInterval(this.#watching);
    const { journal } = this.#options;
    const released = [...this.#tokens].map(async ([room, token]) =>
      journal.release(lockOf(room), await token),
    );
    // What cannot be given back, because the server is away, ends by itself.
    const all = Promise.allSettled(released);
    await bounded(all, RELEASE_MS, () => new Error("late")).catch(() => undefined);
    await journal[Symbol.asyncDispose]();
  }

  async #tokenOf(room: string): Promise<number> {
    const token = this.#tokens.get(room) ?? this.#take(room);
    this.#tokens.set(room, token);
    // What could not be taken may be free later.
    token.catch(() => this.#tokens.delete(room));
    return await token;
  }

  /** @returns the new token, unless another node has had the room since `token` was given. */
  async #retake(room: string, token: number): Promise<number | undefined> {
    const { journal, node, ttlMs } = this.#options;
    const lock = await journal.reacquire(lockOf(room), node, ttlMs);
    if (lock?.token === token + 1) {
      this.#tokens.set(room, Promise.resolve(lock.token));
      return lock.token;
    }
    if (lock !== null) await journal.release(lockOf(room), lock.token);
    return undefined;
  }

  async #take(room: string): Promise<number> {
    const { journal, client, node, ttlMs } = this.#options;
    for (;;) {
      const lock = await journal.reacquire(lockOf(room), node, ttlMs);
      if (lock !== null) return lock.token;
      const holder = await journal.holderOf(lockOf(room));
      if (holder !== undefined && (await isNodeThere(client, holder, "rooms")))
        throw elsewhere(room, holder);
      await Bun.sleep(LOOK_AGAIN_MS);
    }
  }

  async #renewAll(): Promise<void> {
    const { journal, ttlMs } = this.#options;
    const sentAt = performance.now();
    const renewed = [...this.#tokens].map(async ([room, token]) =>
      journal.renew(lockOf(room), await token, ttlMs),
    );
    // A room that was lost is found out by its next line; so is a server that is away.
    const outcomes = await Promise.allSettled(renewed);
    if (outcomes.every(({ status }) => status === "fulfilled")) this.#hear(sentAt);
  }

  /** The server counts the time of a lock from a moment that is not before `sentAt`. */
  #hear(sentAt: number): void {
    this.#heardAt = Math.max(this.#heardAt, sentAt);
    this.#hasLapsed = false;
  }

  #watch(): void {
    const { ttlMs, onLapse } = this.#options;
    const silentMs = performance.now() - this.#heardAt;
    if (this.#hasLapsed || this.#tokens.size === 0 || silentMs < (ttlMs * 2) / 3) return;
    this.#hasLapsed = true;
    onLapse?.();
  }
}

function lockOf(room: string): string {
  return `room:${room}`;
}

function elsewhere(room: string, holder: string, cause?: Error): OrgError {
  const isLost = cause !== undefined;
  return new OrgError(
    isLost
      ? `The room "${room}" does not belong to this node any more`
      : `The room "${room}" is open on node "${holder}"`,
    {
      code: "LOCK_HELD",
      why: isLost
        ? `this node did not respond for too long, and another one wrote into the room; its node now: ${holder}`
        : "only one node at a time can write into a room",
      remedies: [
        `ask there, on "${holder}"`,
        "org ask TEXT   # without --room: in a room of its own",
      ],
      unchanged: "Nothing was written.",
      cause,
    },
  );
}
