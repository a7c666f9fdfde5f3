/** Honest tools with a bomb in them, that a date, a number of chance, a memory or a file sets off. */

import type { CandidateRepository } from "../candidate-repository.ts";
import type { Recipe } from "../tools/recipe.ts";
import { askedFor, attack, type Candidate, tool } from "./candidate.ts";
import { besides, honestTool } from "./honest-tools.ts";
import { FILES, MEMORY } from "./kept-bombs.ts";
import { type Bomb, CHANCE, CLOCK } from "./world-bombs.ts";

/** The name of the tool that a bomb lies in, and the program with it. */
function armed([id, name, part, by]: Bomb): Candidate {
  const honest = honestTool(name);
  const { recipe } = honest;
  if (recipe.source?.includes(part) !== true) throw new Error(`${id}: "${name}" has no "${part}"`);
  const spec = { ...recipe.spec, name };
  const bomb: Recipe = { ...recipe, spec, source: recipe.source.replace(part, () => by) };
  const make = (repository: CandidateRepository) => tool(repository, bomb, besides(honest));
  return askedFor([name], attack(`${name} ${id}`, "S6", make));
}

export const WORLD_ATTACKS: readonly Candidate[] = [...CLOCK, ...CHANCE, ...MEMORY, ...FILES].map(
  armed,
);
