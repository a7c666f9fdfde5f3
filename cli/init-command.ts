import { exists, mkdir } from "node:fs/promises";
import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { CONFIG_TEMPLATE } from "#home/settings/config-template.ts";
import { fileFailed, writeFileAtomically } from "#platform/files.ts";
import type { Output } from "#ui/output.ts";

export interface InitOptions {
  /** Absolute path of ORG_HOME. */
  readonly home: string;
  /** Absolute path of the human's file. */
  readonly configPath: string;
  readonly json: boolean;
  readonly output: Output;
}

/**
 * `org init`: the folders of a home, and a first `org.config` in which every setting is put aside. What
 * is there already stays as it is.
 *
 * @returns the exit code.
 * @throws {OrgError} `FILE_FAILED`
 */
export async function runInit({ home, configPath, json, output }: InitOptions): Promise<number> {
  await createFolder(home);
  const paths = homePaths(home);
  await createHome(paths);
  const entries = [
    { path: configPath, isNew: await createConfig(configPath) },
    { path: paths.personas, isNew: await createFolder(paths.personas) },
    { path: paths.workflows, isNew: await createFolder(paths.workflows) },
  ];
  if (json) {
    const named = (isNew: boolean) =>
      entries.filter((entry) => entry.isNew === isNew).map(({ path }) => path);
    output.write(jsonLine({ home, created: named(true), kept: named(false) }));
  } else {
    for (const { path, isNew } of entries) {
      output.write(isNew ? `✔ ${path}\n` : `  ${path} exists already and is unchanged\n`);
    }
    output.say("→ org doctor   # says what is missing\n→ org          # opens a room\n");
  }
  return EXIT.done;
}

/** @returns whether it was not there. */
async function createFolder(path: string): Promise<boolean> {
  try {
    // The first folder that had to be made; none when all were there.
    return (await mkdir(path, { recursive: true })) !== undefined;
  } catch (error) {
    throw fileFailed(path, error);
  }
}

/** @returns whether it was not there. */
async function createConfig(path: string): Promise<boolean> {
  if (await exists(path)) return false;
  // Another process may be faster: then the system refuses.
  await writeFileAtomically(path, CONFIG_TEMPLATE, { replaces: false });
  return true;
}
