/** What earlier looks saw, on disk: patterns over hours must not begin anew with each start of the supervisor. */
import type { Database } from "bun:sqlite";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { identityShape } from "#platform/process-record.ts";
import type { MinuteLook, ObservedQuestion } from "./observation.ts";

export const HISTORY_SCHEMA = `
  create table if not exists minute_look (
    boot text not null, at real not null, processes text not null, worktrees text not null
  ) strict;
  create table if not exists waiting_question (
    boot text not null, room text not null, id text not null, since real not null, primary key (room, id)
  ) strict, without rowid;
`;

/** Longer than the longest span of a pattern, in milliseconds. */
const RETENTION_MS = 250 * 60_000;

const processesSchema: z.ZodType<MinuteLook["processes"]> = z.array(
  z.object({ role: z.string(), identity: z.object(identityShape), rss: z.number().optional() }),
);
const worktreesSchema: z.ZodType<MinuteLook["worktrees"]> = z.array(
  z.object({ folder: z.string(), isGone: z.boolean() }),
);

interface MinuteRow {
  readonly at: number;
  readonly processes: string;
  readonly worktrees: string;
}

/** Of one boot; the store forgets those before. Every method writes before it returns. */
export class LookHistory {
  readonly #database: Database;
  readonly #boot: string;

  constructor(database: Database, boot: string) {
    this.#database = database;
    this.#boot = boot;
  }

  addMinute({ at, processes, worktrees }: MinuteLook): void {
    const memory = processes.map(({ role, identity, rss }) => ({ role, identity, rss }));
    const trees = worktrees.map(({ folder, isGone }) => ({ folder, isGone }));
    this.#database.query("delete from minute_look where at <= ?").run(at - RETENTION_MS);
    this.#database
      .query("insert into minute_look values (?, ?, ?, ?)")
      .run(this.#boot, at, JSON.stringify(memory), JSON.stringify(trees));
  }

  /** Oldest first; a row that cannot be read is left out. */
  minutes(): readonly MinuteLook[] {
    const rows = this.#database
      .query<MinuteRow, []>("select at, processes, worktrees from minute_look order by at")
      .all();
    return rows.flatMap(({ at, ...row }) => {
      const processes = processesSchema.safeParse(parseJson(row.processes)).data;
      const worktrees = worktreesSchema.safeParse(parseJson(row.worktrees)).data;
      return processes && worktrees ? [{ at, processes, worktrees }] : [];
    });
  }

  /** Those that are not named have been answered. */
  keepQuestions(questions: readonly ObservedQuestion[]): void {
    this.#database.transaction(() => {
      this.#database.run("delete from waiting_question");
      const insert = this.#database.query(
        "insert or ignore into waiting_question values (?, ?, ?, ?)",
      );
      for (const { room, id, since } of questions) insert.run(this.#boot, room, id, since);
    })();
  }

  questions(): readonly ObservedQuestion[] {
    return this.#database
      .query<ObservedQuestion, []>("select room, id, since from waiting_question order by room, id")
      .all();
  }
}
