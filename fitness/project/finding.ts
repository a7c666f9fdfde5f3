/** What the gate of a project says of a candidate. */

/** P0: the tree. P1: the checks. P2: the tests themselves. P3: the measure. Then the user's hooks, and last a model that may object. */
type ProjectStage = "P0" | "P1" | "P2" | "P3" | "hooks" | "critic";

/** `refused`: must not be merged. `held`: a person decides. `note`: worth knowing; it decides nothing. */
export type Severity = "refused" | "held" | "note";

export interface ProjectFinding {
  readonly stage: ProjectStage;
  readonly severity: Severity;
  /** The file it is about, as the tree names it; not cleaned. */
  readonly path?: string | undefined;
  /** One sentence for a person; clean, file names in quotes and escaped. */
  readonly text: string;
}

export type ProjectOutcome = "passes" | "held" | "refused";

/** The worst of the findings decides. */
export function outcomeOf(findings: readonly ProjectFinding[]): ProjectOutcome {
  const severities = new Set(findings.map(({ severity }) => severity));
  if (severities.has("refused")) return "refused";
  return severities.has("held") ? "held" : "passes";
}

/** Most names that one sentence holds. */
const NAMED = 5;

/** A list for a sentence: the first few, and how many more there are. */
export function fewOf(names: readonly string[]): string {
  const rest = names.length - NAMED;
  const few = names.slice(0, NAMED).join(", ");
  return rest > 0 ? `${few} and ${rest} more` : few;
}

/** A name from a tree or a program in quotes, in one line, with what cannot be seen escaped. */
export function quoted(name: string): string {
  const hidden = /[\p{C}\p{Zl}\p{Zp}]/gu;
  return JSON.stringify(name.slice(0, 200)).replace(
    hidden,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
