/** Whether a run of cycles gets anywhere: decided by code, whatever the model says of it. */
import { canonicalJson } from "../canonical-json.ts";
import { isFields } from "../json.ts";

/** The same action for so many times is a loop. */
const LOOP_AT = 3;
/** So many cycles without a new successful result are enough. */
const STALLED_AT = 5;

/** The next action of the model. */
export interface Action {
  readonly name: string;
  readonly args: unknown;
}

/** Equal for actions that differ in nothing but blanks, case and the order of keys. */
export function actionKey({ name, args }: Action): string {
  return canonicalJson([folded(name), folded(args)]);
}

/** Counts actions and new results; its state comes back from the journal after a crash. */
export class Progress {
  readonly #attempts = new Map<string, number>();
  readonly #results = new Set<string>();
  #idle = 0;

  /** Counts an action before it runs. @returns whether it is a loop: it must not run again. */
  wants(action: Action): boolean {
    const key = actionKey(action);
    const times = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, times);
    return times >= LOOP_AT;
  }

  /**
   * Takes what came of a cycle.
   *
   * @param result of an action that was successful; `undefined` for every other end of a cycle.
   * @returns whether it has stalled.
   */
  ended(result: string | undefined): boolean {
    const key = result === undefined ? "" : Bun.hash(String(folded(result))).toString();
    const isNew = result !== undefined && !this.#results.has(key);
    if (isNew) this.#results.add(key);
    this.#idle = isNew ? 0 : this.#idle + 1;
    return this.#idle >= STALLED_AT;
  }
}

/** Invisible characters, and blanks. */
const BLANKS = /[\s\u200B-\u200D\u2060\uFEFF\u00AD]+/g;

function folded(value: unknown): unknown {
  if (typeof value === "string")
    return value.normalize("NFKC").toLowerCase().replace(BLANKS, " ").trim();
  if (Array.isArray(value)) return value.map(folded);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [String(folded(key)), folded(inner)]),
  );
}
