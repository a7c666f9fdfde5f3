/** Finds programs as a sandbox does: in the folders of the system, which no program in it can write. */
import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

/** The search path inside a sandbox, but for Bun's own folder. */
const FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin"];
/** One file, many programs: which one it is, its name decides. */
const MULTI_CALL: ReadonlySet<string> = new Set(["busybox", "toybox", "coreutils"]);

/**
 * The real path of a program, behind all links; with `#name` for a file that is many programs.
 *
 * @param program a name, or an absolute path. Everything else depends on where it is run.
 * @returns `undefined` when it is not a program of the system.
 */
export function resolveProgram(program: string): string | undefined {
  const name = basename(program);
  if (name === "" || name === "." || name === "..") return undefined;
  if (!program.includes("/")) return firstOf(FOLDERS.map((folder) => join(folder, name)));
  return program.startsWith("/") ? systemProgram(normalize(program)) : undefined;
}

function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = systemProgram(path);
    if (found !== undefined) return found;
  }
  return undefined;
}

function systemProgram(path: string): string | undefined {
  try {
    // The folder too: a link in /usr may lead to one that a program in the sandbox can write.
    const folder = realpathSync(dirname(path));
    const real = realpathSync(path);
    if (!(isSystem(`${folder}/`) && isSystem(real) && statSync(real).isFile())) return undefined;
    return MULTI_CALL.has(basename(real)) ? `${real}#${basename(path)}` : real;
  } catch {
    // Missing, or unreadable: either way it cannot be started.
    return undefined;
  }
}

function isSystem(path: string): boolean {
  return /^\/(?:usr|bin|sbin)\//.test(path);
}
