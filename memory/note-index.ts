/** The live notes in memory, with their vectors: which are near to a text, and which answer a question. */
import type { Database } from "bun:sqlite";
import type { Scope, Trust, Viewer } from "#core/memory.ts";
import { topOf, VectorRows } from "#language/vectors.ts";
import type { NoteEmbedder } from "./note-embedder.ts";
import type { NoteRow } from "./note-table.ts";
import { questionStems, StemIndex } from "./stem-index.ts";

const IMPORTANCE = 0.03;
const RECENCY = 0.03;
/** After so many days a note is half as recent. */
const HALF_LIFE_MS: number = 90 * 86_400_000;
/** Of five, so many may be untrusted. */
const MOST_UNTRUSTED = 2 / 5;
/** What has neither a word of a question nor so much of its meaning answers something else. */
export const LEAST_COSINE = 0.2;

/** What the ranking needs of a note. */
export interface LiveNote {
  readonly id: number;
  readonly scope: Scope;
  readonly trust: Trust;
  readonly isActive: boolean;
  readonly hash: string;
  readonly savedAt: number;
  readonly importance: number;
}

interface NoteQuery {
  readonly who: Viewer;
  readonly most: number;
  /** Absent: any. */
  readonly trust: Trust | undefined;
}

/** A note, and how near it is. */
export interface Near {
  readonly id: number;
  readonly score: number;
  readonly cosine: number;
}

export class NoteIndex {
  readonly #stems: StemIndex;
  readonly #rows: VectorRows;
  readonly #notes: LiveNote[] = [];
  readonly #rowById = new Map<number, number>();
  readonly #byHash = new Map<string, number>();
  readonly #embedder: NoteEmbedder;
  readonly #now: () => number;

  constructor(database: Database, embedder: NoteEmbedder, now: () => number) {
    this.#stems = new StemIndex(database, "note_fts");
    this.#rows = new VectorRows(embedder.dimensions);
    this.#embedder = embedder;
    this.#now = now;
  }

  get size(): number {
    return this.#notes.length;
  }

  /** Takes a note in, or what became of it. */
  set(note: LiveNote, vector: Int8Array | Uint8Array): void {
    this.remove(note.id);
    this.#rowById.set(note.id, this.#notes.length);
    this.#byHash.set(hashKey(note.scope, note.hash), note.id);
    this.#notes.push(note);
    this.#rows.push(vector);
  }

  /** The same vector, another trust or state. */
  change(id: number, changes: Partial<Pick<LiveNote, "trust" | "isActive">>): void {
    const row = this.#rowById.get(id);
    const note = row === undefined ? undefined : this.#notes[row];
    if (row !== undefined && note !== undefined) this.#notes[row] = { ...note, ...changes };
  }

  setVector(id: number, vector: Int8Array): void {
    const row = this.#rowById.get(id);
    if (row !== undefined) this.#rows.set(row, vector);
  }

  remove(id: number): void {
    const row = this.#rowById.get(id);
    const note = row === undefined ? undefined : this.#notes[row];
    if (row === undefined || note === undefined) return;
    this.#rowById.delete(id);
    this.#byHash.delete(hashKey(note.scope, note.hash));
    this.#rows.remove(row);
    const last = this.#notes.pop();
    if (last === undefined || last.id === id) return;
    this.#notes[row] = last;
    this.#rowById.set(last.id, row);
  }

  has(id: number): boolean {
    return this.#rowById.has(id);
  }

  withHash(scope: Scope, hash: string): number | undefined {
    return this.#byHash.get(hashKey(scope, hash));
  }

  /** The cosine of a vector with each live note, for {@link nearest}. */
  cosines(vector: Int8Array): Float32Array {
    return this.#rows.cosines(vector);
  }

  /** Those nearest in meaning that a viewer may see, staged ones too; best first. */
  nearest(
    cosines: Float32Array,
    most: number,
    maySee: (note: LiveNote) => boolean,
  ): readonly Near[] {
    const scores = cosines.map((cosine, row) => {
      const note = this.#notes[row];
      return note !== undefined && maySee(note) ? cosine : 0;
    });
    return topOf(scores, most).map((row) => {
      const cosine = cosines[row] ?? 0;
      return { id: this.#notes[row]?.id ?? 0, score: cosine, cosine };
    });
  }

  /** Those that answer a question, best first. @param vector the question's. */
  search(question: string, vector: Int8Array, { who, most, trust }: NoteQuery): readonly Near[] {
    const { covered, rarities } = this.#coverage(question);
    const weighted = this.#embedder.weighted?.(question, rarities);
    const meanings = this.#rows.cosines(weighted ?? vector);
    const now = this.#now();
    const scores = new Float32Array(meanings.length);
    for (const [row, note] of this.#notes.entries()) {
      const cosine = meanings[row] ?? 0;
      const coverage = covered.get(note.id) ?? 0;
      if (!note.isActive || !isVisible(note.scope, who)) continue;
      if (trust !== undefined && note.trust !== trust) continue;
      if (coverage === 0 && cosine < LEAST_COSINE) continue;
      const recency = 0.5 ** (Math.max(0, now - note.savedAt) / HALF_LIFE_MS);
      // Squared: one word that a note happens to have says nothing, most of them say all.
      const meaning = cosine + this.#embedder.coverage * coverage ** 2;
      scores[row] = meaning + IMPORTANCE * note.importance + RECENCY * recency;
    }
    const mostUntrusted = Math.max(1, Math.floor(most * MOST_UNTRUSTED));
    const isUntrusted = (row: number) => this.#notes[row]?.trust === "untrusted";
    const trusted = topOf(
      scores.map((score, row) => (isUntrusted(row) ? 0 : score)),
      most,
    );
    const others = topOf(
      scores.map((score, row) => (isUntrusted(row) ? score : 0)),
      mostUntrusted,
    );
    return [...trusted, ...others]
      .map((row) => ({
        id: this.#notes[row]?.id ?? 0,
        score: scores[row] ?? 0,
        // Of the few alone: a second reading of all rows costs as much as the first.
        cosine: this.#rows.cosine(row, vector),
      }))
      .sort((a, b) => b.score - a.score || b.id - a.id)
      .slice(0, most);
  }

  /** Which part of a question's words each note has, rare ones counting more; and how rare each is. */
  #coverage(question: string): Coverage {
    const covered = new Map<number, number>();
    const rarities = new Map<string, number>();
    let all = 0;
    for (const stem of questionStems(question)) {
      const having = this.#stems.having(stem);
      const rarity = Math.log(1 + (this.size + 0.5) / (having.length + 0.5));
      rarities.set(stem, rarity);
      all += rarity;
      for (const id of having) covered.set(id, (covered.get(id) ?? 0) + rarity);
    }
    for (const [id, sum] of covered) covered.set(id, sum / all);
    return { covered, rarities };
  }
}

interface Coverage {
  /** By the number of the note, from 0 to 1. */
  readonly covered: ReadonlyMap<number, number>;
  /** By stem; inverse document frequency. */
  readonly rarities: ReadonlyMap<string, number>;
}

export type LiveRow = Pick<
  NoteRow,
  "id" | "scope" | "trust" | "state" | "hash" | "importance" | "saved_at"
>;

/** What the ranking needs of a row. */
export function liveNoteOf(row: LiveRow): LiveNote {
  const { id, scope, trust, hash, importance, saved_at, state } = row;
  const isActive = state === "active";
  return { id, scope, trust, hash, importance, isActive, savedAt: saved_at };
}

/** The human sees all; a persona what everyone may see and its own. */
export function isVisible(scope: Scope, who: Viewer): boolean {
  return who === "human" || scope === "room" || scope === `persona:${who.persona}`;
}

function hashKey(scope: Scope, hash: string): string {
  return `${hash} ${scope}`;
}
