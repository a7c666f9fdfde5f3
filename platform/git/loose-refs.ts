/** Refs that have a file of their own, read without Git. Where Git keeps them elsewhere, it has to be asked. */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { readTextFile } from "../files.ts";
import { commonFolder, LooseObjects } from "./loose-objects.ts";
import { isObjectId, validRefName } from "./names.ts";
import type { Repository } from "./wrapper.ts";

/** @returns the full name of the branch that is checked out; `undefined` where Git has to be asked. */
export function looseBranch(repository: Repository): string | undefined {
  const text = fileOf(join(repository.gitDir, "HEAD"));
  // With refs in a table, HEAD names one that no branch can have.
  const [, branch = ""] = /^ref: (refs\/heads\/\S+)\n$/.exec(text) ?? [];
  // Of a branch whose file is damaged, Git says that there is no HEAD.
  return looseRef(repository, branch) === undefined ? undefined : branch;
}

/** @returns the commit of the branch that is checked out; `undefined` where Git has to be asked. */
export function looseHead(repository: Repository): string | undefined {
  const branch = looseBranch(repository);
  const id = branch === undefined ? null : looseRef(repository, branch);
  if (id === null || id === undefined) return undefined;
  return new LooseObjects(repository).read(id)?.kind === "commit" ? id : undefined;
}

/**
 * @param ref full name of one that all work trees of the repository share: a branch or a tag.
 * @returns what it names; null where there is none, `undefined` where Git has to be asked.
 */
export function looseRef(repository: Repository, ref: string): string | null | undefined {
  if (!validRefName(ref) || !/^refs\/(?:heads|tags)\//.test(ref)) return undefined;
  const folder = commonFolder(repository.gitDir);
  const id = fileOf(join(folder, ref)).trimEnd();
  if (isObjectId(id)) return new LooseObjects(repository).read(id) === undefined ? undefined : id;
  const elsewhere = [ref, "packed-refs", "reftable"].map((name) => join(folder, name));
  const isNowhere = elsewhere.every((path) => kindOf(path) === "nothing");
  return isNowhere && kindOf(join(folder, "refs")) === "folder" ? null : undefined;
}

/** The text of a regular file; empty where there is none. */
function fileOf(path: string): string {
  try {
    return kindOf(path) === "file" ? readTextFile(path) : "";
  } catch {
    return "";
  }
}

function kindOf(path: string): "file" | "folder" | "nothing" | "other" {
  try {
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined) return "nothing";
    return entry.isFile() ? "file" : entry.isDirectory() ? "folder" : "other";
  } catch {
    // Also where a folder on the way is a file.
    return "other";
  }
}
