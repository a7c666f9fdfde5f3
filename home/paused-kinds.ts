/** Kinds of jobs that no worker takes until a person says so: what failed again and again would go on failing. */
import { readdirSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileFailed, overwriteFile } from "#platform/files.ts";

const PREFIX = "paused-";
const KIND = /^[a-z]{1,32}$/;

/** @param root ORG_HOME @throws {OrgError} `FILE_FAILED` */
export async function pauseKind(root: string, kind: string): Promise<void> {
  if (!KIND.test(kind)) throw new Error(`"${kind}" is not a kind of jobs`);
  const path = join(folderOf(root), `${PREFIX}${kind}`);
  try {
    await mkdir(folderOf(root), { recursive: true, mode: 0o700 });
    overwriteFile(path, `${new Date().toISOString()}\n`);
  } catch (error) {
    throw fileFailed(path, error);
  }
}

/** Workers take it again, within the half minute after which they look anyway. @returns whether it was paused. */
export async function resumeKind(root: string, kind: string): Promise<boolean> {
  if (!pausedKinds(root).includes(kind)) return false;
  await rm(join(folderOf(root), `${PREFIX}${kind}`), { force: true });
  return true;
}

/** At once, for it is asked before each job. */
export function pausedKinds(root: string): readonly string[] {
  try {
    const names = readdirSync(folderOf(root)).filter((name) => name.startsWith(PREFIX));
    return names.map((name) => name.slice(PREFIX.length)).sort();
  } catch {
    return [];
  }
}

function folderOf(root: string): string {
  return join(root, ".org", "run");
}
