/** Which paths a change may touch. */
import { Glob } from "bun";
import { OrgError } from "#core/errors.ts";
import { pathProblem } from "#platform/workspace-path.ts";

/** @returns whether a path is named by one of the globs. */
export type Outputs = (path: string) => boolean;

/**
 * Patterns from the top of the repository, in the language of shells; `**` spans folders.
 *
 * @throws {OrgError} `PATH_REFUSED` for one that leads out of the repository, or that names what it does not mean.
 * @see https://bun.com/docs/api/glob
 */
export function readOutputs(patterns: readonly string[]): Outputs {
  for (const pattern of patterns) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) throw pathOfTask(pattern, problem);
  }
  const globs = patterns.map((pattern) => new Glob(pattern));
  return (path) => globs.some((glob) => glob.match(path));
}

function patternProblem(pattern: string): string | undefined {
  // A negation would let through everything but what it names.
  if (pattern.startsWith("!")) return "a pattern names what may change, not what may not";
  return pathProblem(pattern);
}

export function isGlob(entry: string): boolean {
  return /[*?[{]/.test(entry);
}

/** For a path that the task itself names. */
export function pathOfTask(path: string, why: string): OrgError {
  return new OrgError(`The path ${JSON.stringify(path.slice(0, 200))} of the task was refused`, {
    code: "PATH_REFUSED",
    why,
    remedies: ["name paths from the top of the repository or of the context folder, without links"],
    unchanged: "No model was asked.",
  });
}
