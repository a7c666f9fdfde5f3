/** Changes of an honest tool that main has, each file written as an edit of what it was. */
import type { CandidateRepository } from "../candidate-repository.ts";
import { type Candidate, files, toolFiles } from "./candidate.ts";
import { honestTool } from "./honest-tools.ts";

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
