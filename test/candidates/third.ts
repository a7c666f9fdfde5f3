/** A third set that was written before the gate was asked about any of it. */
import { askedFor, attack, type Candidate, tool } from "./candidate.ts";
import { besides, HONEST_THIRD, honestTool } from "./honest-tools.ts";
import { spoiledSource } from "./silent-attacks.ts";
import { THIRD_CHANGES, THIRD_HONEST_CHANGES } from "./third-changes.ts";
import { THIRD_PROGRAMS } from "./third-programs.ts";

const SPOILED: readonly Candidate[] = THIRD_PROGRAMS.map((one) => {
  const honest = honestTool(one.name);
  const recipe = { ...honest.recipe, source: spoiledSource(one) };
  const made = attack(one.id, "S6", (repository) => tool(repository, recipe, besides(honest)));
  return askedFor([one.name], made);
});

export const THIRD_ATTACKS: readonly Candidate[] = [...SPOILED, ...THIRD_CHANGES];

export const THIRD_HONEST: readonly Candidate[] = [...HONEST_THIRD, ...THIRD_HONEST_CHANGES];
