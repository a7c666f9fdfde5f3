/** A second set that was written apart: what passes of it says how the rules hold that the first one brought. */
import { askedFor, attack, type Candidate, tool } from "./candidate.ts";
import { besides, HONEST_LATER, honestTool } from "./honest-tools.ts";
import { LATER_CHANGES, LATER_HONEST_CHANGES } from "./later-changes.ts";
import { LATER_PROGRAMS } from "./later-programs.ts";
import { spoiledSource } from "./silent-attacks.ts";

const SPOILED: readonly Candidate[] = LATER_PROGRAMS.map((one) => {
  const honest = honestTool(one.name);
  const recipe = { ...honest.recipe, source: spoiledSource(one) };
  const made = attack(one.id, "S6", (repository) => tool(repository, recipe, besides(honest)));
  return askedFor([one.name], made);
});

export const LATER_ATTACKS: readonly Candidate[] = [...SPOILED, ...LATER_CHANGES];

export const LATER_HONEST: readonly Candidate[] = [...HONEST_LATER, ...LATER_HONEST_CHANGES];
