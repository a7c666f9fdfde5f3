import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { invalid } from "#core/invalid-setting.ts";

/** Where the human's own files lie; absolute paths. */
export interface HumanFiles {
  readonly home: string;
  readonly configPath: string;
  readonly personas: string;
}

/**
 * Makes sure that nothing which personas can write holds the rules that bind them: neither directly,
 * nor behind a link.
 *
 * @throws {OrgError} `CONFIG_INVALID` naming the file that they could reach.
 */
export function refuseExposedFiles(workspace: string, files: HumanFiles): void {
  const root = realPathOf(workspace);
  const { home } = files;
  const own = [files.configPath, files.personas, join(home, "workflows"), join(home, ".org")];
  const reached = own.find((path) => `${realPathOf(path)}/`.startsWith(`${root}/`));
  if (reached === undefined) return;
  throw invalid(
    "ORG_WORKSPACE",
    `personas write to "${workspace}", and "${reached}" lies in it; that one is yours alone`,
  );
}

/** The real path, also of what is not there yet. */
function realPathOf(path: string): string {
  try {
    return realpathSync(path).replace(/\/$/, "");
  } catch {
    // The root is always there, so this ends.
    return join(realPathOf(dirname(path)), basename(path));
  }
}
