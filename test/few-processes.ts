/** What Git would do for a fixture, without a process of its own: fixtures make thousands of commits. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** `git commit` that starts no second Git to look whether the repository is to be tidied up. */
export const COMMIT = [
  "-c",
  "maintenance.auto=false",
  "commit",
  "--quiet",
  "--allow-empty",
] as const;

/** As `git config user.name` and `user.email` in a new repository. @param gitDir absolute path. */
export function nameUser(gitDir: string, name: string, email: string): void {
  appendFileSync(join(gitDir, "config"), `[user]\n\tname = ${name}\n\temail = ${email}\n`);
}

/** As `git rev-parse HEAD`, right after a commit. @param ask what Git says, where it keeps its branches elsewhere. */
export function newestCommit(gitDir: string, ask: () => string): string {
  try {
    const head = readFileSync(join(gitDir, "HEAD"), "utf8").trim();
    const branch = /^ref: (.+)$/.exec(head)?.[1];
    return branch === undefined ? head : readFileSync(join(gitDir, branch), "utf8").trim();
  } catch {
    return ask().trim();
  }
}
