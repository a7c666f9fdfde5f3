/** What a person has stopped: nothing but a person starts it again. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileFailed, overwriteFile } from "#platform/files.ts";

const PREFIX = "stopped-";

/** Writes down that a person wants this role stopped; before it is ended. @throws {OrgError} `FILE_FAILED` */
export async function markStopped(orgHome: string, roles: readonly string[]): Promise<void> {
  const folder = runFolder(orgHome);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const role of roles) {
      const at = new Date().toISOString();
      overwriteFile(join(folder, `${PREFIX}${role}`), `${at}\n`);
    }
  } catch (error) {
    throw fileFailed(folder, error);
  }
}

/** A person has started it. */
export async function clearStopped(orgHome: string, role: string): Promise<void> {
  await rm(join(runFolder(orgHome), `${PREFIX}${role}`), { force: true });
}

export async function stoppedRoles(orgHome: string): Promise<readonly string[]> {
  const names = await readdir(runFolder(orgHome)).catch(() => []);
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
}

function runFolder(orgHome: string): string {
  return join(orgHome, ".org", "run");
}
