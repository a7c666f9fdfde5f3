/** What the user set for a repository, and what programs need there. */
import { homedir } from "node:os";
import { basename } from "node:path";
import { detectChecks } from "#fitness/project/detect.ts";
import type { ProjectMeasure } from "#fitness/project/measure.ts";
import type { CheckLimits } from "#fitness/project/run-checks.ts";
import { findToolchains, type Toolchains } from "#platform/sandbox/toolchains.ts";
import { WORKSPACE } from "#platform/sandbox/working-copy.ts";
import { type ProjectLocation, readRecord } from "./location.ts";
import type { ProjectWork } from "./work.ts";

/** The commands that must pass: those that the user set, else those that the repository seems to have. */
export async function checksOf({
  location,
}: Pick<ProjectWork, "location">): Promise<readonly string[]> {
  return (await readRecord(location))?.checks ?? (await detectChecks(location.root));
}

/** What single checks may use, as the user set it. */
export async function limitsOf({
  location,
}: Pick<ProjectWork, "location">): Promise<readonly CheckLimits[]> {
  return (await readRecord(location))?.limits ?? [];
}

/** What the user has measured, as the user set it. */
export async function measureOf({
  location,
}: Pick<ProjectWork, "location">): Promise<ProjectMeasure | undefined> {
  return (await readRecord(location))?.measure;
}

/** What programs of a repository need and Git does not hold. */
export interface ProjectSurroundings {
  /** Ignored folders of the checkout, relative to it. */
  readonly names: readonly string[];
  readonly toolchains: Toolchains;
}

/**
 * @param searchPath the PATH of the user.
 * @returns the folders that the user agreed to show, and the compilers and interpreters of the user.
 */
export async function surroundingsOf(
  searchPath: string,
  location: ProjectLocation,
): Promise<ProjectSurroundings> {
  const names = (await readRecord(location))?.dependencies ?? [];
  const found = await findToolchains(searchPath, homedir());
  // What a project brings along counts before what its user has.
  const own = names.flatMap((name) => {
    const programs = PROGRAMS[basename(name)];
    return programs === undefined ? [] : [`${WORKSPACE}/${name}/${programs}`];
  });
  return { names, toolchains: { ...found, path: [...own, ...found.path] } };
}

/** Where a folder of dependencies keeps programs. */
const PROGRAMS: Readonly<Record<string, string | undefined>> = {
  node_modules: ".bin",
  ".venv": "bin",
  venv: "bin",
};
