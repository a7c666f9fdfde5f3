/** Locks with fencing tokens, kept beside the entries that they guard. Runs inside a transaction. */
import type { Database, Statement } from "bun:sqlite";
import { Fenced } from "#core/journal.ts";

interface LockRow {
  readonly owner: string | null;
  readonly token: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

interface HeldLock extends LockRow {
  readonly owner: string;
}

export class LockTable {
  readonly #find: Statement<LockRow, [string]>;
  readonly #take: Statement<unknown, [string, string, number, number]>;
  readonly #extend: Statement<unknown, [number, string]>;
  readonly #free: Statement<unknown, [string]>;
  readonly #now: () => number;

  /** @param now the clock, in milliseconds since the epoch. */
  constructor(database: Database, now: () => number) {
    this.#now = now;
    this.#find = database.prepare(
      'select owner, token, expires_at as "expiresAt" from lock where name = ?',
    );
    this.#take = database.prepare("insert or replace into lock values (?, ?, ?, ?)");
    this.#extend = database.prepare("update lock set expires_at = ? where name = ?");
    this.#free = database.prepare("update lock set owner = null where name = ?");
  }

  acquire(name: string, owner: string, ttlMs: number): { token: number } | null {
    const row = this.#find.get(name);
    if (this.#isHeld(row)) return null;
    const token = (row?.token ?? 0) + 1;
    this.#take.run(name, owner, token, this.#now() + ttlMs);
    return { token };
  }

  renew(name: string, token: number, ttlMs: number): boolean {
    if (!this.#isHeldWith(name, token)) return false;
    this.#extend.run(this.#now() + ttlMs, name);
    return true;
  }

  release(name: string, token: number): boolean {
    if (!this.#isHeldWith(name, token)) return false;
    this.#free.run(name);
    return true;
  }

  /** @throws {Fenced} when the lock is not held with this token any more. */
  demand(name: string, token: number): void {
    const row = this.#find.get(name);
    if (!this.#isHeld(row)) throw new Fenced(null);
    if (row.token !== token) throw new Fenced(row.owner);
  }

  #isHeldWith(name: string, token: number): boolean {
    const row = this.#find.get(name);
    return this.#isHeld(row) && row.token === token;
  }

  #isHeld(row: LockRow | null): row is HeldLock {
    return row !== null && row.owner !== null && row.expiresAt > this.#now();
  }
}
