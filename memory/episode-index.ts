/** Exchanges of the journal, found again by their words and by what they mean. Writes run inside a transaction. */
import type { Database } from "bun:sqlite";
import type { EpisodeHit, Scope, Viewer } from "#core/memory.ts";
import { fused } from "#language/fuse.ts";
import { EpisodeVectors } from "./episode-vectors.ts";
import type { ErasedTexts } from "./erased-texts.ts";
import type { Exchange } from "./exchanges.ts";
import { questionStems, StemIndex } from "./stem-index.ts";
import type { WordEmbedder } from "./word-embedder.ts";

const MOST_EPISODES = 200_000;
/** So much of the exchange before belongs to the window in which one is found: "and the port?" says little alone. */
const BEFORE = 400;
/** So many of the best by words, and as many by meaning, are ranked. */
const CANDIDATES = 100;
/** What the words count, where meaning counts 1. */
const WORDS_WEIGHT = 2;

interface EpisodeRow {
  readonly id: number;
  readonly room: string;
  readonly first_seq: number;
  readonly last_seq: number;
  readonly at: number;
  readonly scope: Scope;
  readonly trust: "model" | "untrusted";
  readonly before_seq: number | null;
  readonly text: string;
}

/** What was read of a room, as numbers of its events. */
export interface Progress {
  /** The last one that was read. */
  readonly head: number;
  /** The next reading begins here: what stands behind it may not have been over. */
  readonly nextSeq: number;
}

const COLUMNS = "id, room, first_seq, last_seq, at, scope, trust, before_seq, text";

export class EpisodeIndex {
  readonly #database: Database;
  readonly #stems: StemIndex;
  readonly #wordEmbedder: WordEmbedder;
  readonly #erased: ErasedTexts;
  readonly #most: number;
  readonly #vectors: EpisodeVectors;

  /** @param most episodes to store. */
  constructor(database: Database, { wordEmbedder, erased, most = MOST_EPISODES }: EpisodeOptions) {
    this.#database = database;
    this.#stems = new StemIndex(database, "episode_fts");
    this.#wordEmbedder = wordEmbedder;
    this.#erased = erased;
    this.#most = most;
    const rows = database
      .query<{ id: number; scope: Scope; v: Uint8Array }, []>(
        "select id, scope, v from episode where text <> ''",
      )
      .all();
    this.#vectors = new EpisodeVectors(wordEmbedder.dimensions, rows.length);
    for (const row of rows) this.#vectors.put(row, row.v);
  }

  get size(): number {
    return this.#vectors.size;
  }

  /** How far a room was read, and where the next reading of it begins. */
  progressOf(room: string): Progress {
    return (
      this.#database
        .query<Progress, [string]>('select head, next_seq as "nextSeq" from indexed where room = ?')
        .get(room) ?? { head: 0, nextSeq: 1 }
    );
  }

  setProgress(room: string, { head, nextSeq }: Progress): void {
    this.#database
      .query<unknown, [string, number, number]>("insert or replace into indexed values (?, ?, ?)")
      .run(room, head, nextSeq);
  }

  /** Writes an exchange, or writes it anew. Of a room they come in their order. @returns how many rows changed. */
  put(room: string, exchange: Exchange): number {
    if (exchange.text === "") return 0;
    if (this.#erased.isIn(room, exchange)) {
      this.forget(room, exchange.firstSeq);
      return 0;
    }
    return exchange.scopes.reduce((sum, scope) => sum + this.#put(room, exchange, scope), 0);
  }

  #put(room: string, exchange: Exchange, scope: Scope): number {
    const { firstSeq, lastSeq, at, text, hasReadForeign } = exchange;
    const existing = this.#find(room, firstSeq, scope);
    const trust = hasReadForeign ? "untrusted" : "model";
    // What was forgotten stays so; what is the same is left alone.
    if (existing?.text === "" || (existing?.text === text && existing.trust === trust)) return 0;
    if (existing !== undefined) this.#takeOut(existing.id);
    const before = this.#before(room, firstSeq, scope);
    const window = windowOf(before?.text ?? "", text);
    const v = this.#wordEmbedder.bytesOf(window);
    const row = this.#database
      .query<
        { id: number },
        [string, number, number, number, Scope, string, number | null, string, Int8Array]
      >(
        `insert into episode (room, first_seq, last_seq, at, scope, trust, before_seq, text, v)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)
         on conflict do update set last_seq = excluded.last_seq, trust = excluded.trust,
           before_seq = excluded.before_seq, text = excluded.text, v = excluded.v
         returning id`,
      )
      .get(room, firstSeq, lastSeq, at, scope, trust, before?.first_seq ?? null, text, v);
    if (row === null) throw new Error("The episode was not written");
    this.#stems.insert(row.id, window);
    this.#vectors.put({ id: row.id, scope }, v);
    return 1;
  }

  /** Throws the oldest away that are too many. @returns how many. */
  trim(): number {
    const excess = this.size - this.#most;
    if (excess <= 0) return 0;
    const rows = this.#database
      .query<{ id: number }, [number]>(
        "select id from episode where text <> '' order by at, id limit ?",
      )
      .all(excess);
    for (const { id } of rows) this.#delete(id);
    return rows.length;
  }

  /** Throws all away but what marks the forgotten ones. */
  clear(): void {
    for (const id of this.#vectors.ids) this.#delete(id);
    this.#database.run("delete from indexed");
  }

  /** Empties the episodes of an exchange: not those of others that went on meanwhile. @param firstSeq its line's. */
  forget(room: string, firstSeq: number): void {
    const rows = this.#database
      .query<EpisodeRow, [string, number]>(
        `select ${COLUMNS} from episode where room = ? and first_seq = ? and text <> ''`,
      )
      .all(room, firstSeq);
    for (const row of rows) this.#forget(row);
  }

  /** Empties every episode that a test is true of. */
  forgetWhere(matches: (text: string) => boolean): void {
    const matching = [...this.#all()].filter(({ text }) => matches(text));
    for (const { id } of matching) {
      const row = this.#row(id);
      if (row !== undefined) this.#forget(row);
    }
  }

  /** Empties every episode that is written down as forgotten. */
  forgetErased(): void {
    const rows = this.#database
      .query<EpisodeRow, []>(`select ${COLUMNS} from episode where text <> ''`)
      .all();
    for (const row of rows) {
      const { room, first_seq: firstSeq, text: fullText } = row;
      if (this.#erased.isIn(room, { firstSeq, fullText })) this.#forget(row);
    }
  }

  /** How many episodes a test is true of. */
  countWhere(matches: (text: string) => boolean): number {
    let count = 0;
    for (const { text } of this.#all()) if (matches(text)) count += 1;
    return count;
  }

  /** What a viewer may see of a question's best, best first; one of each exchange. */
  search(
    question: string,
    { who, most }: { readonly who: Viewer; readonly most: number },
  ): readonly EpisodeHit[] {
    const near = this.#vectors.near(this.#wordEmbedder.bytesOf(question), who, CANDIDATES);
    const ranked = fused([
      { ranking: this.#byWords(question, who), weight: WORDS_WEIGHT },
      { ranking: near, weight: 1 },
    ]);
    const hits = new Map<string, EpisodeHit>();
    for (const [rank, id] of ranked.entries()) {
      if (hits.size === most) break;
      const row = this.#row(id);
      if (row === undefined) continue;
      const { room, first_seq: firstSeq, last_seq: lastSeq, at, text, trust } = row;
      const key = `${room} ${firstSeq}`;
      const score = 1 / (1 + rank);
      if (!hits.has(key)) hits.set(key, { room, firstSeq, lastSeq, at, text, trust, score });
    }
    return [...hits.values()];
  }

  /** Merges the words of what was removed away. */
  sweep(): void {
    this.#stems.sweep();
  }

  #byWords(question: string, who: Viewer): readonly number[] {
    const stems = questionStems(question);
    // Where little of the best may be seen, more of them are looked at.
    for (let most = CANDIDATES; ; most *= 10) {
      const ids = this.#stems.ranked(stems, most);
      const visible = ids.filter((id) => this.#vectors.isFor(who, id));
      if (visible.length >= CANDIDATES || ids.length < most) return visible.slice(0, CANDIDATES);
    }
  }

  #all(): Iterable<{ readonly id: number; readonly text: string }> {
    return this.#database
      .query<{ id: number; text: string }, []>("select id, text from episode where text <> ''")
      .iterate();
  }

  /** The exchange before one, among those that everybody may see who may see this one. */
  #before(room: string, firstSeq: number, scope: Scope): EpisodeRow | undefined {
    return (
      this.#database
        .query<EpisodeRow, [string, number, Scope]>(
          `select ${COLUMNS} from episode where room = ? and first_seq < ? and scope in ('room', ?) and text <> ''
           order by first_seq desc limit 1`,
        )
        .get(room, firstSeq, scope) ?? undefined
    );
  }

  #find(room: string, firstSeq: number, scope: Scope): EpisodeRow | undefined {
    return (
      this.#database
        .query<EpisodeRow, [string, number, Scope]>(
          `select ${COLUMNS} from episode where room = ? and first_seq = ? and scope = ?`,
        )
        .get(room, firstSeq, scope) ?? undefined
    );
  }

  #row(id: number): EpisodeRow | undefined {
    return (
      this.#database
        .query<EpisodeRow, [number]>(`select ${COLUMNS} from episode where id = ?`)
        .get(id) ?? undefined
    );
  }

  /** Takes its words out of the windows behind it, too. */
  #forget({ id, room, first_seq }: EpisodeRow): void {
    this.#takeOut(id);
    this.#database
      .query<unknown, [number]>(
        "update episode set text = '', v = x'', before_seq = null where id = ?",
      )
      .run(id);
    const behind = this.#database
      .query<EpisodeRow, [string, number]>(
        `select ${COLUMNS} from episode where room = ? and before_seq = ? and text <> ''`,
      )
      .all(room, first_seq);
    for (const row of behind) this.#withoutBefore(row);
  }

  #withoutBefore({ id, scope, text }: EpisodeRow): void {
    const v = this.#wordEmbedder.bytesOf(text);
    this.#takeOut(id);
    this.#database
      .query<unknown, [Int8Array, number]>(
        "update episode set v = ?, before_seq = null where id = ?",
      )
      .run(v, id);
    this.#stems.insert(id, text);
    this.#vectors.put({ id, scope }, v);
  }

  #delete(id: number): void {
    this.#takeOut(id);
    this.#database.query<unknown, [number]>("delete from episode where id = ?").run(id);
  }

  #takeOut(id: number): void {
    if (this.#vectors.remove(id)) this.#stems.remove(id);
  }
}

export interface EpisodeOptions {
  readonly wordEmbedder: WordEmbedder;
  readonly erased: ErasedTexts;
  readonly most?: number | undefined;
}

/** Where an episode is looked for: it, and the end of the messages before. */
export function windowOf(before: string, text: string): string {
  return before === "" ? text : `${before.slice(0, BEFORE)}\n${text}`;
}
