import { stem } from "./stem.ts";

/** Words that people use for the same thing when they speak of tools. */
export class Thesaurus {
  readonly #groups = new Map<string, readonly number[]>();

  /** @param text a group a line; a word may stand in several. */
  constructor(text: string) {
    for (const [group, line] of text.trim().split("\n").entries()) {
      for (const one of new Set(line.split(" ").map(stem))) {
        this.#groups.set(one, [...(this.#groups.get(one) ?? []), group]);
      }
    }
  }

  /** Numbers of the groups that a stem is in. */
  groupsOf(one: string): readonly number[] {
    return this.#groups.get(one) ?? [];
  }
}
