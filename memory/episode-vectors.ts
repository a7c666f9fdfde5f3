/** What episodes mean, in memory: a row of numbers for each, and who may see it. */
import type { Scope, Viewer } from "#core/memory.ts";
import { topOf, VectorRows } from "#language/vectors.ts";
import { isVisible, LEAST_COSINE } from "./note-index.ts";

interface Place {
  readonly id: number;
  readonly scope: Scope;
}

export class EpisodeVectors {
  readonly #rows: VectorRows;
  /** Of each row, in their order. */
  readonly #placed: Place[] = [];
  /** Number of the row, by the episode's id. */
  readonly #places = new Map<number, number>();

  /** @param count of the rows that there is room for from the beginning. */
  constructor(dimensions: number, count: number) {
    this.#rows = new VectorRows(dimensions, count);
  }

  get size(): number {
    return this.#placed.length;
  }

  get ids(): readonly number[] {
    return this.#placed.map(({ id }) => id);
  }

  /** @param v one byte a dimension. */
  put({ id, scope }: Place, v: Int8Array | Uint8Array): void {
    this.#places.set(id, this.#placed.length);
    this.#placed.push({ id, scope });
    this.#rows.push(v);
  }

  /** @returns whether it was there. */
  remove(id: number): boolean {
    const place = this.#places.get(id);
    if (place === undefined) return false;
    this.#places.delete(id);
    this.#rows.remove(place);
    const last = this.#placed.pop();
    if (last === undefined || last.id === id) return true;
    this.#placed[place] = last;
    this.#places.set(last.id, place);
    return true;
  }

  /** Whether a viewer may see an episode. */
  isFor(who: Viewer, id: number): boolean {
    const place = this.#placed[this.#places.get(id) ?? -1];
    return place !== undefined && isVisible(place.scope, who);
  }

  /** Ids of what is nearest to a question among what a viewer may see, nearest first. */
  near(question: Int8Array, who: Viewer, most: number): readonly number[] {
    const cosines = this.#rows.cosines(question);
    for (let at = 0; at < cosines.length; at += 1) {
      const scope = this.#placed[at]?.scope;
      const isNear = (cosines[at] ?? 0) >= LEAST_COSINE;
      if (!isNear || scope === undefined || !isVisible(scope, who)) cosines[at] = 0;
    }
    return topOf(cosines, most).map((at) => this.#placed[at]?.id ?? 0);
  }
}
