/** Changes of an honest tool that main has, each file written as an edit of what it was. */
import type { CandidateRepository } from "../candidate-repository.ts";
import { askedFor, attack, type Candidate, files, tool, toolFiles } from "./candidate.ts";
import { besides, honestTool } from "./honest-tools.ts";

export type Edit = (text: string) => string;
type Edits = Readonly<Record<string, Edit>>;

/** @returns what makes the candidate; it throws where an edit changes nothing. */
export function changeOf(name: string, edits: Edits): Candidate["make"] {
  return (repository: CandidateRepository): string => {
    const { recipe } = honestTool(name);
    const known = toolFiles(recipe);
    const folder = `tools/generated/${name}`;
    repository.branch("line", "main").commit(`feat: ${name}`, known);
    repository.git("update-ref", "refs/heads/main", "HEAD");
    const changed = Object.entries(edits).map(([file, edit]) => {
      const was = known[`${folder}/${file}`] ?? "";
      const now = edit(was);
      if (now === was) throw new Error(`${file} of ${name} is as it was`);
      return [`${folder}/${file}`, now] as const;
    });
    return files(repository, Object.fromEntries(changed));
  };
}

export const instead =
  (piece: string, by: string): Edit =>
  (text) =>
    text.replace(piece, () => by);

export const contract =
  (change: Readonly<Record<string, unknown>>): Edit =>
  (text) =>
    JSON.stringify({ ...JSON.parse(text), ...change }, null, 2);

export const moreCases =
  (...more: readonly object[]): Edit =>
  (known) => {
    const { cases }: { cases: readonly unknown[] } = JSON.parse(known);
    return JSON.stringify({ cases: [...cases, ...more] }, null, 2);
  };

/** Other fields of the contract, and an edit of the program. */
type Told = Readonly<Record<string, unknown>> & { readonly source?: Edit };

/** @returns what makes an attack of an honest tool that tells a model something else. @param set how its names begin. */
export function toldBy(set: string): (id: string, name: string, told: Told) => Candidate {
  return (id, name, { source = (text: string) => text, ...spec }) => {
    const honest = honestTool(name);
    const recipe = {
      ...honest.recipe,
      spec: { ...Object(honest.recipe.spec), ...spec },
      source: source(honest.recipe.source ?? ""),
    };
    return askedFor(
      [name],
      attack(`${set}-${id}`, "S2", (repository) => tool(repository, recipe, besides(honest))),
    );
  };
}
