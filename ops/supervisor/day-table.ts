/** What was done in a home each day, as its logs tell: calls of tools, turns and tokens. */
import type { Database } from "bun:sqlite";
import { dayOf } from "#core/day-of.ts";
import type { Look, ObservedLine } from "./observation.ts";

export const DAY_SCHEMA = `
  create table if not exists tool_day (
    day text not null, tool text not null, calls integer not null, failed integer not null, ms integer not null,
    primary key (day, tool)
  ) strict, without rowid;
  create table if not exists turn_day (
    day text primary key, turns integer not null, cut integer not null, tokens integer not null
  ) strict, without rowid;
  create table if not exists reported (one integer primary key check (one = 1), day text not null) strict;
`;

/** So many days are stored. */
const RETENTION_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

/** Calls of a tool on a day. */
interface ToolFigures {
  readonly tool: string;
  readonly calls: number;
  readonly failed: number;
  /** All of them together, in milliseconds. */
  readonly ms: number;
}

export interface DayFigures {
  readonly turns: number;
  /** Turns that did not end with a complete answer. */
  readonly cut: number;
  readonly tokens: number;
  /** The most called first. */
  readonly tools: readonly ToolFigures[];
}

/** Every method writes before it returns. */
export class DayTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Counts lines, each once. @param clock of the look that has read them. */
  count(lines: readonly ObservedLine[], { at, wall }: Pick<Look, "at" | "wall">): void {
    const calls = lines.flatMap(({ at: then, call }) =>
      call === undefined ? [] : [{ day: dayOf(wall - (at - then)), ...call }],
    );
    const turns = lines.flatMap(({ at: then, turn }) =>
      turn === undefined ? [] : [{ day: dayOf(wall - (at - then)), ...turn }],
    );
    if (calls.length + turns.length === 0) return;
    const ofTool = this.#database.query(
      `insert into tool_day values (?1, ?2, 1, ?3, ?4) on conflict do update set
       calls = calls + 1, failed = failed + ?3, ms = ms + ?4`,
    );
    const ofTurn = this.#database.query(
      `insert into turn_day values (?1, 1, ?2, ?3) on conflict do update set
       turns = turns + 1, cut = cut + ?2, tokens = tokens + ?3`,
    );
    this.#database.transaction(() => {
      for (const { day, tool, ok, ms } of calls) ofTool.run(day, tool, ok ? 0 : 1, ms);
      for (const { day, isComplete, tokens } of turns) ofTurn.run(day, isComplete ? 0 : 1, tokens);
      this.#forget(dayOf(wall - RETENTION_DAYS * DAY_MS));
    })();
  }

  #forget(oldest: string): void {
    for (const table of ["tool_day", "turn_day"]) {
      this.#database.query(`delete from ${table} where day < ?`).run(oldest);
    }
  }

  of(day: string): DayFigures {
    const turns = this.#database
      .query<Omit<DayFigures, "tools">, [string]>(
        "select turns, cut, tokens from turn_day where day = ?",
      )
      .get(day);
    const tools = this.#database
      .query<ToolFigures, [string]>(
        "select tool, calls, failed, ms from tool_day where day = ? order by calls desc, tool",
      )
      .all(day);
    return { ...(turns ?? { turns: 0, cut: 0, tokens: 0 }), tools };
  }

  /**
   * Whether a day has ended since this was asked last, so that each is reported once, also over restarts; days on which
   * no supervisor ran are left out.
   *
   * @returns the day that has ended.
   */
  takeEnded(wall: number): string | undefined {
    const today = dayOf(wall);
    const query = "select day from reported";
    const last = this.#database.query<{ day: string }, []>(query).get()?.day;
    if (last === today) return undefined;
    this.#database.query("insert or replace into reported values (1, ?)").run(today);
    // A clock that was set back ends no day.
    return last !== undefined && last < today ? last : undefined;
  }
}
