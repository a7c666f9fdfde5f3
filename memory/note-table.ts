/** Notes on disk: every statement about them. What writes runs inside a transaction. */
import type { Database } from "bun:sqlite";
import type { Note, NoteKind, NoteState, Scope, Trust } from "#core/memory.ts";

/** A note as it stands in its row. */
export interface NoteRow
  extends Pick<Note, "id" | "text" | "kind" | "state" | "trust" | "scope" | "origin"> {
  readonly room: string | null;
  readonly seq: number | null;
  readonly quote: string | null;
  readonly saved_at: number;
  readonly superseded_by: number | null;
  readonly proposes: number | null;
  readonly importance: number;
  readonly seen: number;
  readonly used: number;
  readonly ok: number;
  readonly hash: string;
}

export type NewNote = Pick<
  NoteRow,
  | "text"
  | "kind"
  | "state"
  | "trust"
  | "scope"
  | "origin"
  | "room"
  | "seq"
  | "quote"
  | "proposes"
  | "hash"
> & { readonly now: number };

type NoteText = Pick<NoteRow, "id" | "text" | "quote" | "room" | "seq">;

/** After so many whole answers a procedure is proposed as a tool. */
const HELPED_OFTEN = 3;
/** What stands where a forgotten text stood. */
const FORGOTTEN = "[forgotten]";

const COLUMNS =
  "id, text, kind, state, trust, scope, origin, room, seq, quote, saved_at, superseded_by, proposes, importance, seen, used, ok, hash";

export class NoteTable {
  readonly #statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.#statements = prepare(database);
  }

  find(id: number): NoteRow | undefined {
    return this.#statements.find.get(id) ?? undefined;
  }

  /** The newest first. */
  inStates(states: readonly NoteState[]): readonly NoteRow[] {
    return this.#statements.inStates.all(JSON.stringify(states));
  }

  /** Staged ones that were saved before a moment. */
  stagedBefore(at: number): readonly number[] {
    return this.#statements.stagedBefore.all(at).map(({ id }) => id);
  }

  countIn(states: readonly NoteState[]): number {
    return this.#statements.countIn.get(JSON.stringify(states))?.count ?? 0;
  }

  /** How many notes a human did not save since a moment, whatever became of them. */
  savedSince(at: number): number {
    return this.#statements.savedSince.get(at)?.count ?? 0;
  }

  /** What every note says that is not forgotten, superseded ones too. */
  all(): readonly NoteText[] {
    return this.#statements.all.all();
  }

  /** @returns its number. */
  insert(note: NewNote): number {
    const { text, kind, state, trust, scope, origin, room, seq, quote, proposes, hash, now } = note;
    const row = this.#statements.insert.get(
      ...([text, kind, state, trust, scope, origin] as const),
      ...([room, seq, quote, proposes, hash, now, now] as const),
    );
    if (row === null) throw new Error("The note was not inserted");
    return row.id;
  }

  countAgain(id: number): void {
    this.#statements.seenAgain.run(id);
  }

  trust(id: number, trust: Trust, state: NoteState): void {
    this.#statements.trust.run(trust, state, id);
  }

  supersede(old: number, by: number, now: number): void {
    this.#statements.supersede.run(by, now, old);
  }

  recalled(id: number, now: number): void {
    this.#statements.recalled.run(now, id);
  }

  /** @returns the procedures that helped so often now that something else could do it. */
  helped(ids: readonly number[]): readonly Note[] {
    return [...new Set(ids)]
      .flatMap((id) => this.#statements.helped.get(id) ?? [])
      .filter(({ kind, ok }) => kind === "procedure" && ok === HELPED_OFTEN)
      .map(noteOf);
  }

  /** Overwrites what a note says. Its number stays taken. */
  forget(id: number): void {
    this.#statements.forget.run(FORGOTTEN, id);
    this.#statements.withoutProposal.run(id);
  }

  forgetQuote(id: number): void {
    this.#statements.forgetQuote.run(id);
  }
}

/** A row as the contract has it. */
export function noteOf(row: NoteRow): Note {
  const { id, text, kind, state, trust, scope, origin, seen, used, ok } = row;
  return {
    ...{ id, text, kind, state, trust, scope, origin, seen, used, ok },
    room: row.room ?? undefined,
    seq: row.seq ?? undefined,
    quote: row.quote ?? undefined,
    savedAt: row.saved_at,
    supersededBy: row.superseded_by ?? undefined,
    proposes: row.proposes ?? undefined,
  };
}

type Inserted = [
  ...[string, NoteKind, NoteState, Trust, Scope, string],
  ...[string | null, number | null, string | null, number | null, string, number, number],
];

function prepare(database: Database) {
  return {
    find: database.prepare<NoteRow, [number]>(`select ${COLUMNS} from note where id = ?`),
    inStates: database.prepare<NoteRow, [string]>(
      `select ${COLUMNS} from note where state in (select value from json_each(?)) order by id desc`,
    ),
    stagedBefore: database.prepare<{ id: number }, [number]>(
      "select id from note where state = 'staged' and saved_at < ?",
    ),
    countIn: database.prepare<{ count: number }, [string]>(
      "select count(*) as count from note where state in (select value from json_each(?))",
    ),
    savedSince: database.prepare<{ count: number }, [number]>(
      "select count(*) as count from note where saved_at > ? and origin <> 'human'",
    ),
    all: database.prepare<NoteText, []>(
      "select id, text, quote, room, seq from note where state <> 'forgotten'",
    ),
    insert: database.prepare<{ id: number }, Inserted>(
      `insert into note (text, kind, state, trust, scope, origin, room, seq, quote, proposes, hash, said_at, saved_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id`,
    ),
    seenAgain: database.prepare<unknown, [number]>("update note set seen = seen + 1 where id = ?"),
    trust: database.prepare<unknown, [Trust, NoteState, number]>(
      "update note set trust = ?, state = ?, proposes = null where id = ?",
    ),
    supersede: database.prepare<unknown, [number, number, number]>(
      "update note set state = 'superseded', superseded_by = ?, valid_to = ? where id = ?",
    ),
    recalled: database.prepare<unknown, [number, number]>(
      "update note set used = used + 1, used_at = ? where id = ?",
    ),
    helped: database.prepare<NoteRow, [number]>(
      `update note set ok = ok + 1 where id = ? and state = 'active' returning ${COLUMNS}`,
    ),
    forget: database.prepare<unknown, [string, number]>(
      `update note set state = 'forgotten', text = ?, quote = null, sources = '[]', hash = '',
         superseded_by = null, proposes = null where id = ?`,
    ),
    withoutProposal: database.prepare<unknown, [number]>(
      "update note set proposes = null where proposes = ?",
    ),
    forgetQuote: database.prepare<unknown, [number]>("update note set quote = null where id = ?"),
  };
}
