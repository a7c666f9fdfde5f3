/** Plays for tools that see a clock, chance, a memory or files: what an author does not live to see. */

import { tellingChances } from "./chance.ts";
import { tellingMoments } from "./moments.ts";
import type { Play, Scene } from "./play.ts";
import { fitting } from "./schema.ts";
import type { ToolUnderTest } from "./tool-under-test.ts";
import { validInputs } from "./valid-inputs.ts";

const DECLARED = 3;
const MADE = 6;
/** A tool may keep 1,000 keys: one for each call is found out. */
const CALLS_WITH_MEMORY = 1100;
const CALLS_WITH_FILES = 150;
const ROUNDS = 30;

/** Inputs of cases that have results, and others that fit the schema. */
export function inputsOf(
  { cases, contract: { input } }: ToolUnderTest,
  seed: number,
): { readonly declared: readonly unknown[]; readonly all: readonly unknown[] } {
  const fits = fitting(input);
  const declared = cases
    .filter((toolCase) => !("error" in toolCase) && fits(toolCase.input))
    .slice(0, DECLARED)
    .map((toolCase) => toolCase.input);
  return { declared, all: [...declared, ...validInputs(input, MADE, seed)] };
}

/** Every moment and every chance, each in an environment of its own. */
export function elsewherePlay(tool: ToolUnderTest, seed: number): Play {
  const { declared, all } = inputsOf(tool, seed);
  const has = (name: string): boolean => tool.contract.capabilities.includes(name);
  const chances = has("random") ? tellingChances(String(seed)) : [];
  const moments = has("clock") ? tellingMoments() : [];
  const ofMoments = moments.flatMap((nowMs, index) =>
    picked([declared, all], index).map((input) => ({
      input,
      nowMs,
      chance: chances[index % Math.max(1, chances.length)],
    })),
  );
  const ofChances = chances.flatMap((chance, index) =>
    [...all, ...rising(tool, index)].map((input) => ({
      input,
      chance,
      nowMs: moments[index % Math.max(1, moments.length)],
    })),
  );
  const scenes = [...ofMoments, ...ofChances].map(
    (scene, environment): Scene => ({ ...scene, environment }),
  );
  return { scenes, environments: scenes.map(() => ({})) };
}

/** Other inputs for each chance: a mistake may need both. */
function rising({ contract: { input } }: ToolUnderTest, index: number): readonly unknown[] {
  return index % 8 === 0 ? validInputs(input, MADE, index + 1) : [];
}

/** One of each list. */
function picked(lists: readonly (readonly unknown[])[], index: number): readonly unknown[] {
  return lists.filter((list) => list.length > 0).map((list) => list[index % list.length]);
}

/** The same call again and again in one environment, and different ones in another. */
export function againPlay(tool: ToolUnderTest, seed: number): Play {
  const { declared, all } = inputsOf(tool, seed);
  const first = declared[0] ?? all[0];
  const { capabilities } = tool.contract;
  const calls = capabilities.includes("memory") ? CALLS_WITH_MEMORY : CALLS_WITH_FILES;
  const same = Array.from({ length: calls }, (): Scene => ({ input: first, environment: 0 }));
  const different = Array.from({ length: ROUNDS }, () => all)
    .flat()
    .map((input): Scene => ({ input, environment: 1 }));
  return { scenes: [...same, ...different], environments: [{}, {}] };
}
