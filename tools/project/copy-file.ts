import { basename } from "node:path";
import { OrgError } from "#core/errors.ts";
import { nearestNames } from "#core/nearest.ts";
import { strictUtf8 } from "#core/text/strict-utf8.ts";
import { workspaceAt } from "#platform/workspace.ts";
import type { ToolOutput } from "../tool.ts";
import { walkCopy } from "./walk.ts";

/** Largest file that is read or edited as a text, in bytes. */
export const MAX_FILE_BYTES: number = 1024 * 1024;
/** Among so many files the nearest names are looked for. */
const MOST_WALKED = 20_000;
const MOST_COMPARED = 5000;
const MOST_NEAREST = 5;

/** What a path of the copy leads to. */
export type CopyFile =
  /** Its text to the letter, with a byte order mark where it has one. */
  | { readonly kind: "text"; readonly path: string; readonly text: string }
  | { readonly kind: "missing" }
  /** One sentence for the model. */
  | { readonly kind: "unreadable"; readonly why: string };

/**
 * Reads a text file of the copy, without following a link or waiting for a FIFO.
 *
 * @param path relative to the copy, as `copyPath` gives it.
 */
export async function readCopyFile(copy: string, path: string): Promise<CopyFile> {
  try {
    const file = await workspaceAt(copy).read(path, MAX_FILE_BYTES + 1);
    if (file === undefined) return { kind: "missing" };
    if (file.bytes > MAX_FILE_BYTES) return unreadable(path, tooLarge(path, file.bytes));
    const text = decode(file.data);
    if (text === undefined) return unreadable(path, "is not a text in UTF-8; sh can look at it");
    return { kind: "text", path: file.path, text };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    return { kind: "unreadable", why: refusalOf(error) };
  }
}

/** Why a path of the copy was refused, as the model reads it. */
export function refusalOf({ message, why = "", unchanged = "" }: OrgError): string {
  return [`${message}.`, why, unchanged].filter((part) => part !== "").join(" ");
}

/** Says that a file is not there, with the files that its name may mean. */
export function missingFile(copy: string, path: string): ToolOutput {
  const near = nearestPaths(copy, path);
  const suggestion =
    near.length === 0
      ? "find shows what there is, write_file creates it."
      : `Did you mean ${near.join(", ")}?`;
  return { ok: false, output: `There is no file ${path} in the project. ${suggestion}` };
}

/** Paths of the copy with the same file name or one close to it, the closest first. */
function nearestPaths(copy: string, path: string): readonly string[] {
  const byName = new Map<string, string[]>();
  let walked = 0;
  for (const file of walkCopy(copy, "")) {
    const name = basename(file.path);
    const same = byName.get(name);
    if (same === undefined) byName.set(name, [file.path]);
    else same.push(file.path);
    walked += 1;
    if (walked >= MOST_WALKED) break;
  }
  const fileName = basename(path);
  const names = nearestNames(fileName, [...byName.keys()].slice(0, MOST_COMPARED), MOST_NEAREST);
  const ordered = byName.has(fileName) ? [fileName, ...names] : names;
  return [...new Set(ordered)].flatMap((name) => byName.get(name) ?? []).slice(0, MOST_NEAREST);
}

function unreadable(path: string, why: string): CopyFile {
  return { kind: "unreadable", why: `${path} ${why}.` };
}

function tooLarge(path: string, bytes: number): string {
  const size = `${bytes.toLocaleString("en")} bytes, and at most ${MAX_FILE_BYTES.toLocaleString("en")}`;
  return `has ${size} are read; sh shows a part of it: sed -n '1,80p' '${path}'`;
}

function decode(data: Uint8Array): string | undefined {
  return data.includes(0) ? undefined : strictUtf8(data);
}
