/** Candidates to judge, each written down as a change of a small repository. */
import type { GateStage } from "#fitness/stages.ts";
import type { CandidateRepository, Changes } from "../candidate-repository.ts";
import { type Recipe, toolOf } from "../tools/recipe.ts";

export interface Candidate {
  readonly id: string;
  /** What is held is good as well, and a human's to decide. */
  readonly kind: "attack" | "good" | "held";
  /** Where an attack is noticed first; a stage before or behind it is worth a look, and no fault. */
  readonly expectedStage: GateStage | undefined;
  /** What the verdict on one that is held has to say. */
  readonly why?: RegExp;
  /** Names of the tools that were asked for. */
  readonly intent: readonly string[];
  /** Makes it in a repository of its own. @returns what is judged: a branch or a commit. */
  readonly make: (repository: CandidateRepository) => string;
}

/** The name of the branch that {@link tool} and {@link files} make. */
const BRANCH = "cand/one";

const TOOL = "slug";
const FOLDER = `tools/generated/${TOOL}`;

type Make = Candidate["make"];

/** An attack with a history or a repository of its own. */
export function attack(id: string, expectedStage: GateStage, make: Make): Candidate {
  return { id, kind: "attack", expectedStage, intent: [TOOL], make };
}

/** The same, where other tools were asked for. */
export function askedFor(intent: readonly string[], candidate: Candidate): Candidate {
  return { ...candidate, intent };
}

/** An attack by a new tool that differs from a good one. */
export function attackTool(id: string, expectedStage: GateStage, recipe: Recipe): Candidate {
  const made = attack(id, expectedStage, (repository) => tool(repository, recipe));
  return askedFor([nameOf(recipe)], made);
}

/** An attack by files beside a good tool, or by other changes of one commit. */
export function attackFiles(id: string, expectedStage: GateStage, changes: Changes): Candidate {
  return attack(id, expectedStage, (repository) => tool(repository, {}, changes));
}

export function good(id: string, make: Make, intent: readonly string[] = [TOOL]): Candidate {
  return { id, kind: "good", expectedStage: undefined, intent, make };
}

/** A good one that a human has to see, and is told why. @param why what the verdict has to say. */
export function held(why: RegExp, candidate: Candidate): Candidate {
  return { ...candidate, kind: "held", why };
}

export function goodTool(id: string, recipe: Recipe, changes: Changes = {}): Candidate {
  return good(id, (repository) => tool(repository, recipe, changes), [nameOf(recipe)]);
}

/** Commits a new tool and other changes on a branch of main. */
export function tool(
  repository: CandidateRepository,
  recipe: Recipe,
  changes: Changes = {},
): string {
  repository.branch("one").commit("feat: a tool", { ...toolFiles(recipe), ...changes });
  return BRANCH;
}

/** Commits changes alone on a branch of main. */
export function files(repository: CandidateRepository, changes: Changes): string {
  repository.branch("one").commit("change", changes);
  return BRANCH;
}

/** The files of a tool by their paths. */
export function toolFiles(recipe: Recipe = {}): Record<string, string> {
  const { name, files: contents } = toolOf(recipe);
  return Object.fromEntries(
    [...contents].map(([file, text]) => [`tools/generated/${name}/${file}`, text]),
  );
}

/** Changes of a file of the new tool, by its name. */
export function inFolder(
  contents: Readonly<Record<string, string | Uint8Array | null>>,
): Record<string, string | Uint8Array | null> {
  return Object.fromEntries(
    Object.entries(contents).map(([file, text]) => [`${FOLDER}/${file}`, text]),
  );
}

function nameOf({ spec = {} }: Recipe): string {
  return typeof spec["name"] === "string" ? spec["name"] : TOOL;
}
