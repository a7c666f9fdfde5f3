/** What has to be so before a program is given a folder of the host to change. */
import { chmodSync, existsSync, lstatSync, realpathSync } from "node:fs";
import { join, relative } from "node:path";
import { geteuid } from "node:process";
import { OrgError } from "#core/errors.ts";
import type { SandboxPolicy } from "./policy.ts";

const OWNER_ALL = 0o700;
const OTHERS_WRITE = 0o002;

/**
 * Whether something can be shown at a place of a folder that programs write to: a link there would have it shown, and
 * folders made, wherever it leads. Missing folders are fine, they are made.
 *
 * @param name path of the place in the folder.
 */
export function hasEntry(folder: string, name: string): boolean {
  const parts = name.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return false;
  let path = folder;
  for (const part of parts) {
    path = join(path, part);
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return true;
    if (!entry.isDirectory()) return false;
  }
  return true;
}

/** Whether there is something, and no link on the way to it. */
export function isPlain(path: string): boolean {
  try {
    return realpathSync(path) === path;
  } catch {
    return false;
  }
}

/** Whether there is a folder, and no link on the way to it. */
export function isPlainFolder(path: string): boolean {
  return isPlain(path) && lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * @throws {OrgError} `PATH_REFUSED` when what is to be shown lies behind a link, when a folder to write to does, is
 *   missing or another user's, or when something is to be shown in it where it has no place for that.
 */
export function refuseUnsafe({ writable = [], readOnly }: SandboxPolicy): void {
  for (const { from } of readOnly) refuseLink(from);
  for (const { from, to } of writable) {
    refuseLink(from);
    const entry = lstatSync(from, { throwIfNoEntry: false });
    if (!entry?.isDirectory()) throw refused(from, "It is not a folder.");
    if (entry.uid !== geteuid?.()) throw refused(from, "It belongs to another user.");
    for (const bind of readOnly) {
      const name = relative(to, bind.to);
      if (name.startsWith("..") || hasEntry(from, name)) continue;
      throw refused(
        join(from, name),
        `"${bind.from}" is to be shown there, and it is not a folder.`,
      );
    }
  }
}

/**
 * Who can write a folder above could put a link to anywhere in place of what was meant.
 *
 * @throws {OrgError} `PATH_REFUSED` when `path` leads over a link.
 */
function refuseLink(path: string): void {
  if (!existsSync(path) || realpathSync(path) === path) return;
  throw new OrgError(`The sandbox does not show "${path}", which leads over a link`, {
    code: "PATH_REFUSED",
    why: `It leads to "${realpathSync(path)}".`,
    remedies: [`name "${realpathSync(path)}" itself, if that is what was meant`],
    unchanged: "Nothing was run.",
  });
}

/** Whether there is a folder, as {@link isPlainFolder}: where everybody may write, another user decides what runs. */
export function isOursAlone(path: string): boolean {
  return isPlainFolder(path) && (lstatSync(path).mode & OTHERS_WRITE) === 0;
}

/** Gives us our rights on the folders themselves back, which a program may have taken: without them none of ours gets in. */
export function reopen({ writable = [] }: SandboxPolicy): void {
  for (const { from } of writable) {
    const { mode } = lstatSync(from);
    if ((mode & OWNER_ALL) !== OWNER_ALL) chmodSync(from, (mode & 0o7777) | OWNER_ALL);
  }
}

/** Where root cannot have what a program writes belong to root. */
export function notOwned(folder: string): OrgError {
  return new OrgError(`The sandbox cannot let programs write to "${folder}"`, {
    code: "SANDBOX_UNAVAILABLE",
    why: "org runs as root here, and programs run as another user whose files cannot be made root's own.",
    remedies: [
      "run org as an ordinary user",
      "in a container, start it with: --cap-add SYS_ADMIN, and keep ORG_HOME on a volume",
    ],
    unchanged: "Nothing was run.",
  });
}

function refused(path: string, why: string): OrgError {
  return new OrgError(`The sandbox does not let programs write to "${path}"`, {
    code: "PATH_REFUSED",
    why,
    remedies: [`look at what lies there: ls -ld "${path}"`],
    unchanged: "Nothing was run.",
  });
}
