/**
 * Changes of what a model got almost right. Each has a name, is counted, shown and logged; what is
 * right already comes out to the letter, and a second time changes nothing.
 */

export interface Repair {
  /** Kebab case; what logs and screens call it. */
  readonly name: string;
  /** @returns the text itself where there is nothing to mend. */
  readonly apply: (text: string) => string;
}

/** A text, and the names of the repairs that changed it, in order. */
export interface Repaired {
  readonly text: string;
  readonly names: readonly string[];
}

/** Applies all of them in order. */
export function applyRepairs(text: string, repairs: readonly Repair[]): Repaired {
  const names: string[] = [];
  let mended = text;
  for (const { name, apply } of repairs) {
    const next = apply(mended);
    if (next !== mended) names.push(name);
    mended = next;
  }
  return { text: mended, names };
}

/** Lines end as they do on Unix: the hash of a tool must not depend on who wrote it. */
export const lineEnds: Repair = {
  name: "line-ends",
  apply: (text) => text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n"),
};
