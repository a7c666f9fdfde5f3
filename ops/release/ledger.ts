/** What the gate decided and what became of it: the only memory of promotions beside Git itself. */
import type { Database } from "bun:sqlite";
import { openPrivateDatabase } from "#platform/private-database.ts";

type ChangeKind = "promotion" | "rollback";

/** The steps of a change, in order; the name of the next one is on disk before it begins. */
export const STEPS = ["release", "refs", "link", "checkout", "restart", "health"] as const;

export type Step = (typeof STEPS)[number];

/**
 * - `open`: under way, or cut off by a crash.
 * - `done`: main and the live release are the new ones.
 * - `abandoned`: main never moved.
 */
export type ChangeState = "open" | "done" | "abandoned";

/** One move of main by the gate. */
export interface Change {
  readonly id: number;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  readonly step: Step;
  /** Commits. */
  readonly from: string;
  readonly to: string;
  /** Name of the signed tag, without `refs/tags/`. */
  readonly tag: string;
  /** Object id of that tag. */
  readonly tagId: string;
  /** The candidate of a promotion. */
  readonly candidate: string | null;
  /** The change that a rollback reverts. */
  readonly undoes: number | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What went wrong, for a person; with `done`: main has moved, and what serves is not well. */
  readonly note: string | null;
}

export type NewChange = Pick<
  Change,
  "kind" | "from" | "to" | "tag" | "tagId" | "candidate" | "undoes" | "at"
>;

const SCHEMA = `
  create table if not exists change (
    id integer primary key,
    kind text not null,
    state text not null,
    step text not null,
    "from" text not null,
    "to" text not null,
    tag text not null,
    tagId text not null,
    candidate text,
    undoes integer references change (id),
    at integer not null,
    note text
  ) strict;
`;

type Inserted = Record<keyof NewChange, string | number | null>;

export class ChangeLedger implements Disposable {
  readonly #database: Database;

  /** @param path of the database; a missing one is made. Several processes may have it open. */
  constructor(path: string) {
    this.#database = openPrivateDatabase(path, SCHEMA);
  }

  open(change: NewChange): Change {
    const insert = this.#database.query<Change, Inserted>(`
      insert into change (kind, state, step, "from", "to", tag, tagId, candidate, undoes, at)
      values ($kind, 'open', 'release', $from, $to, $tag, $tagId, $candidate, $undoes, $at) returning *`);
    const made = insert.get({ ...change });
    if (made === null) throw new Error("The ledger did not take a change");
    return made;
  }

  /** Writes down which step comes next. */
  begin(id: number, step: Step): void {
    this.#database.query("update change set step = ? where id = ?").run(step, id);
  }

  close(id: number, state: Exclude<ChangeState, "open">, note: string | null = null): void {
    this.#database.query("update change set state = ?, note = ? where id = ?").run(state, note, id);
  }

  get(id: number): Change | undefined {
    return (
      this.#database.query<Change, [number]>("select * from change where id = ?").get(id) ??
      undefined
    );
  }

  /** Those that a crash cut off, oldest first; there is never more than one. */
  unfinished(): readonly Change[] {
    return this.#database
      .query<Change, []>("select * from change where state = 'open' order by id")
      .all();
  }

  /** Those that moved main, newest first. */
  done(): readonly Change[] {
    return this.#database
      .query<Change, []>("select * from change where state = 'done' order by id desc")
      .all();
  }

  /** All of them, newest first. */
  all(): readonly Change[] {
    return this.#database.query<Change, []>("select * from change order by id desc").all();
  }

  [Symbol.dispose](): void {
    // A live statement would keep the files open.
    this.#database.close();
  }
}

/** Whether a change was reverted, by one that was not itself reverted. @param done those that moved main. */
export function wasReverted({ id }: Pick<Change, "id">, done: readonly Change[]): boolean {
  return done.some((other) => other.undoes === id && !wasReverted(other, done));
}
