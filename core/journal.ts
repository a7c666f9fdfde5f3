/**
 * The append-only log of a home: one interface, so that the engine underneath can change.
 * Sequence numbers are per room, start at 1 and have no gaps. Entries stay as they are, but for text that a human has
 * redacted in them.
 */
import type { JournaledEvent } from "./events.ts";

export interface Entry {
  readonly seq: number;
  /** Idempotency key, unique in its room. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: JournaledEvent;
}

export interface Appended {
  readonly seq: number;
  /** True when the key was there already: nothing was written, `seq` is the older entry's. */
  readonly dup: boolean;
}

export interface AppendOptions {
  /** The head the writer has read; another head gives a `Conflict`. */
  readonly expect?: number;
  /** Token of a lock that must still be held; checked in the transaction of the insert. */
  readonly fence?: { readonly name: string; readonly token: number };
}

export interface ReadOptions {
  /** After the last entry, wait for further ones instead of ending. */
  readonly live?: boolean;
  readonly signal?: AbortSignal;
}

export interface RoomSummary {
  readonly room: string;
  readonly head: number;
  /** Milliseconds since the epoch of the first and last entry. */
  readonly startedAt: number;
  readonly lastAt: number;
}

export interface Journal {
  /**
   * Durable when it resolves.
   *
   * @throws {Conflict} when `expect` is not the head.
   * @throws {Fenced} when the lock has another owner.
   */
  append(
    room: string,
    entry: { readonly key: string; readonly event: JournaledEvent },
    options?: AppendOptions,
  ): Promise<Appended>;
  head(room: string): Promise<number>;
  /** Entries with `seq >= from`, in order. */
  read(room: string, from: number, options?: ReadOptions): AsyncIterable<Entry>;
  /** Newest first. */
  rooms(): Promise<readonly RoomSummary[]>;
}

/** What is to be redacted in messages. */
export interface Erasure {
  /** @returns the same text where it does not stand. */
  readonly from: (text: string) => string;
  /** More goes from this one entry. */
  readonly line?: Pick<Entry, "seq"> & { readonly room: string; readonly from: Erasure["from"] };
}

/** A log in which a human can redact text: all else of an entry stays, and so do their numbers. */
export interface ErasableJournal extends Journal {
  /**
   * Changes the texts of entries that are there. When it resolves that is durable, and the redacted text stands in no
   * part of the file any more; broken off, it is done again from the beginning.
   *
   * @returns how many entries were changed.
   */
  erase(erasure: Erasure): Promise<number>;
}

export interface LockStore {
  /** @returns the fencing token, which grows at every change of holder, or `null` while held. */
  acquire(name: string, owner: string, ttlMs: number): Promise<{ token: number } | null>;
  renew(name: string, token: number, ttlMs: number): Promise<boolean>;
  release(name: string, token: number): Promise<boolean>;
}

/** The head is not where the writer thought; read again and decide again. */
export class Conflict extends Error {
  override readonly name = "Conflict";
  readonly head: number;
  constructor(head: number) {
    super(`The room's head is ${head}`);
    this.head = head;
  }
}

/** The lock was taken over; the late writer must stop. */
export class Fenced extends Error {
  override readonly name = "Fenced";
  readonly holder: string | null;
  constructor(holder: string | null) {
    super(holder === null ? "The lock is free" : `The lock is held by "${holder}"`);
    this.holder = holder;
  }
}
