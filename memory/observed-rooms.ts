/** How far each room was observed. Runs inside a transaction of the owner where it writes. */
import type { Database } from "bun:sqlite";

export class ObservedRooms {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Number of the last entry that was observed; 0 where none was. */
  through(room: string): number {
    const row = this.#database
      .query<{ through: number }, [string]>("select through from observed where room = ?")
      .get(room);
    return row?.through ?? 0;
  }

  /** @returns false where the room was observed so far already; nothing is changed then. */
  advance(room: string, through: number): boolean {
    if (this.through(room) >= through) return false;
    this.#database
      .query<unknown, [string, number]>(
        "insert or replace into observed (room, through) values (?, ?)",
      )
      .run(room, through);
    return true;
  }
}
