/** Uses of tools that no room has written down: calls over HTTP and by jobs, in a small database of their own. */
import type { FailedOutcome } from "#core/calls.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";

/** A call that ran. */
export interface StoredUse {
  readonly tool: string;
  readonly ok: boolean;
  /** Why it was not ok, where that is known. */
  readonly outcome?: FailedOutcome | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const SCHEMA = `
  create table if not exists use (
    id integer primary key,
    tool text not null,
    ok integer not null,
    outcome text,
    at integer not null
  ) strict;
  create index if not exists use_of_tool on use (tool, id);
`;

/**
 * So many stay of each tool, the newest: the watch looks at 400 of all together, and a tool that is called often must
 * not make one that is called seldom look unused.
 */
const MAX_USES = 1000;

interface Row {
  readonly tool: string;
  readonly ok: number;
  readonly outcome: FailedOutcome | null;
  readonly at: number;
}

export class UseStore implements Disposable {
  readonly #database: ReturnType<typeof openPrivateDatabase>;
  readonly #maxUses: number;

  /**
   * @param path of the database; a missing one is made. Several processes may have it open.
   * @param maxUses how many uses stay of each tool. @default 1,000
   * @throws {OrgError} `JOURNAL_CORRUPT` for a damaged file, `FILE_FAILED` when the system refuses.
   */
  constructor(path: string, maxUses: number = MAX_USES) {
    this.#database = openPrivateDatabase(path, SCHEMA);
    // A call does not wait for the disk: of what is written here the power may take the last seconds.
    this.#database.run("pragma synchronous = normal");
    this.#maxUses = maxUses;
  }

  add({ tool, ok, outcome, at }: StoredUse): void {
    this.#database
      .query("insert into use (tool, ok, outcome, at) values (?, ?, ?, ?)")
      .run(tool, Number(ok), outcome ?? null, at);
    this.#database
      .query(`delete from use where tool = ?1 and id <=
        (select id from use where tool = ?1 order by id desc limit 1 offset ?2)`)
      .run(tool, this.#maxUses);
  }

  /** All of them, oldest first. */
  all(): readonly StoredUse[] {
    const rows = this.#database
      .query<Row, []>("select tool, ok, outcome, at from use order by id")
      .all();
    return rows.map(({ tool, ok, outcome, at }) => ({
      ...{ tool, at, ok: ok === 1 },
      ...(outcome === null ? {} : { outcome }),
    }));
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}
