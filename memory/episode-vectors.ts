/** What episodes mean, in memory: a row of numbers for each, and who may see it. */
import type { Scope, Viewer } from "#core/memory.ts";
import { topOf, VectorRows } from "#language/vectors.ts";
import { isVisible, LEAST_COSINE } from "./note-index.ts";

interface ScopedEpisode {
  readonly id: number;
  readonly scope: Scope;
}

export class EpisodeVectors {
  readonly #rows: VectorRows;
  /** Of each row, in their order. */
  readonly #episodes: ScopedEpisode[] = [];
  /** Number of the row, by the episode's id. */
  readonly #rowById = new Map<number, number>();

  /** @param count of the rows that there is room for from the beginning. */
  constructor(dimensions: number, count: number) {
    this.#rows = new VectorRows(dimensions, count);
  }

  get size(): number {
    return this.#episodes.length;
  }

  get ids(): readonly number[] {
    return this.#episodes.map(({ id }) => id);
  }

  /** @param v one byte a dimension. */
  put({ id, scope }: ScopedEpisode, v: Int8Array | Uint8Array): void {
    this.#rowById.set(id, this.#episodes.length);
    this.#episodes.push({ id, scope });
    this.#rows.push(v);
  }

  /** @returns whether it was there. */
  remove(id: number): boolean {
    const row = this.#rowById.get(id);
    if (row === undefined) return false;
    this.#rowById.delete(id);
    this.#rows.remove(row);
    const last = this.#episodes.pop();
    if (last === undefined || last.id === id) return true;
    this.#episodes[row] = last;
    this.#rowById.set(last.id, row);
    return true;
  }

  /** Whether a viewer may see an episode. */
  isFor(who: Viewer, id: number): boolean {
    const episode = this.#episodes[this.#rowById.get(id) ?? -1];
    return episode !== undefined && isVisible(episode.scope, who);
  }

  /** Ids of what is nearest to a question among what a viewer may see, nearest first. */
  near(question: Int8Array, who: Viewer, most: number): readonly number[] {
    const cosines = this.#rows.cosines(question);
    for (let at = 0; at < cosines.length; at += 1) {
      const scope = this.#episodes[at]?.scope;
      const isNear = (cosines[at] ?? 0) >= LEAST_COSINE;
      if (!isNear || scope === undefined || !isVisible(scope, who)) cosines[at] = 0;
    }
    return topOf(cosines, most).map((at) => this.#episodes[at]?.id ?? 0);
  }
}
