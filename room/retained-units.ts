/** Which lines and turns a room keeps in memory: the newest that each persona may see. Pure. */
import { SETTLED } from "./answered-lines.ts";
import type { HumanUnit, TurnUnit } from "./prompt-units.ts";

type Unit = HumanUnit | TurnUnit;

/** Retained where the window of a model is smaller, in characters for each persona. */
export const MIN_RETAINED = 262_144;
/** A summary stands for 3.6 windows at most, a token is three to four characters. */
const CHARACTERS_A_TOKEN = 16;

/** Enough for every prompt, and for the pieces that a summary is made of. */
export function retainedCharacters(models: readonly { readonly windowTokens: number }[]): number {
  const largest = Math.max(0, ...models.map(({ windowTokens }) => windowTokens));
  return Math.max(MIN_RETAINED, largest * CHARACTERS_A_TOKEN);
}

/** How much of the memory of the process a line or a turn takes, about, in characters. */
export function sizeOf(unit: Unit): number {
  const texts =
    unit.kind === "human"
      ? [unit.text, ...unit.attached.map(({ text = "" }) => text)]
      : [
          ...unit.answers.flatMap(({ text, reasoning = "", calls }) => [
            text,
            reasoning,
            ...calls.map((call) => JSON.stringify(call.arguments)),
          ]),
          ...unit.results.values(),
        ];
  return texts.reduce((sum, text) => sum + text.length, OVERHEAD);
}

/** Of what holds the texts together. */
const OVERHEAD = 500;

export interface Keeping {
  /** Who may have to see them. */
  readonly personas: readonly string[];
  /** Retained of the newest for each of them, in characters. */
  readonly most: number;
  /** Ids of units where a summary ends: they are retained. */
  readonly summed: ReadonlySet<string>;
}

/**
 * A unit stays as long as one of those who may see it has less than `most` of newer ones; turns that run always do.
 *
 * @param units oldest first.
 */
export function retainedUnits(
  units: readonly Unit[],
  { personas, most, summed }: Keeping,
): ReadonlySet<Unit> {
  const visibleSizes = new Map(personas.map((persona) => [persona, 0]));
  const retained = new Set<Unit>();
  for (const unit of units.toReversed()) {
    const viewers = unit.audience ?? personas;
    const isWithinLimit = viewers.some((persona) => (visibleSizes.get(persona) ?? 0) < most);
    const runs = unit.kind === "turn" && unit.reason === undefined;
    if (isWithinLimit || runs || summed.has(unit.id)) retained.add(unit);
    const size = sizeOf(unit);
    for (const persona of viewers)
      visibleSizes.set(persona, (visibleSizes.get(persona) ?? 0) + size);
  }
  return retained;
}

/** Who took part, once for each audience: turns that are not retained count, too. */
export class Speakers {
  readonly #turns = new Map<string, Pick<TurnUnit, "persona" | "audience">>();

  add({ persona, audience }: Pick<TurnUnit, "persona" | "audience">): void {
    const key = JSON.stringify([persona, audience]);
    if (!this.#turns.has(key)) this.#turns.set(key, { persona, audience });
  }

  /** In the order of their first turns that this persona may see. */
  visibleTo(persona: string): readonly string[] {
    const visible = [...this.#turns.values()].filter(
      ({ audience }) => audience?.includes(persona) !== false,
    );
    return [...new Set(visible.map((turn) => turn.persona))];
  }
}

/** By the line, who ended a turn about it well: one that all addressed personas have settled is not answered again. */
export function settledBy(turns: Iterable<TurnUnit>): ReadonlyMap<string, ReadonlySet<string>> {
  const personas = new Map<string, Set<string>>();
  for (const { message, persona, reason } of turns) {
    if (!SETTLED.has(reason)) continue;
    const existing = personas.get(message);
    if (existing === undefined) personas.set(message, new Set([persona]));
    else existing.add(persona);
  }
  return personas;
}
