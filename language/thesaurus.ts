import { stem } from "./stem.ts";

/** Words that people use for the same thing when they speak of tools. */
export class Thesaurus {
  readonly #text: string;
  #groups: ReadonlyMap<string, readonly number[]> | undefined;

  /** @param text a group a line; a word may stand in several. Read when it is first asked for. */
  constructor(text: string) {
    this.#text = text;
  }

  /** Numbers of the groups that a stem is in. */
  groupsOf(one: string): readonly number[] {
    this.#groups ??= groupsIn(this.#text);
    return this.#groups.get(one) ?? [];
  }
}

function groupsIn(text: string): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, readonly number[]>();
  for (const [group, line] of text.trim().split("\n").entries()) {
    for (const one of new Set(line.split(" ").map(stem))) {
      groups.set(one, [...(groups.get(one) ?? []), group]);
    }
  }
  return groups;
}
