/** The folders of a repository in one line. */
import type { TreeFiles } from "./packed-files.ts";
import { promptPath } from "./prompt-path.ts";

interface Folder {
  readonly name: string;
  readonly files: number;
  /** Where its files begin in the order of paths. */
  readonly from: number;
}

/** A folder of so many files is listed with those in it. */
const SPLIT_FROM = 8;
/** So many folders of one folder, and of all. */
const MOST_INNER = 5;
const MOST_FOLDERS = 24;

/**
 * How many files there are, and in which folders, the fullest first: `212 files: src 140 (api 30, ui 60), test 60, 12 in no
 * folder`.
 *
 * @param limits longest outline in characters, and what makes a name fit for a prompt.
 */
export function outlineOf(
  files: TreeFiles,
  { most, render }: { readonly most: number; readonly render: (text: string) => string },
): string {
  const { folders, topLevel } = count(files);
  const sorted = [...folders.values()].sort(byFiles).slice(0, MOST_FOLDERS);
  const ending = topLevel === 0 ? [] : [`${topLevel} in no folder`];
  const parts: string[] = [];
  let length = files.length.toString().length + 40;
  for (const folder of sorted) {
    const part = described(folder, files, render);
    if (part === undefined) continue;
    length += part.length + 2;
    if (length > most) break;
    parts.push(part);
  }
  const more = folders.size - parts.length;
  const others = more === 0 ? [] : [`${more} other ${more === 1 ? "folder" : "folders"}`];
  const total = `${files.length} ${files.length === 1 ? "file" : "files"}`;
  return `${total}: ${[...parts, ...others, ...ending].join(", ")}`;
}

function count(files: TreeFiles): {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly topLevel: number;
} {
  const folders = new Map<string, Folder>();
  let topLevel = 0;
  for (let index = 0; index < files.length; ) {
    const path = files.pathAt(index);
    const slash = path.indexOf("/");
    if (slash < 0) {
      topLevel += 1;
      index += 1;
      continue;
    }
    const name = path.slice(0, slash);
    const end = files.endOf(Buffer.from(`${name}/`), index);
    folders.set(name, { name, files: end - index, from: index });
    index = end;
  }
  return { folders, topLevel: topLevel };
}

/** The folders in the folder that has these files, which stand together. */
function innerOf(files: TreeFiles, from: number, to: number): ReadonlyMap<string, number> {
  const inner = new Map<string, number>();
  for (let index = from; index < to; ) {
    const path = files.pathAt(index);
    const slash = path.indexOf("/");
    const next = path.indexOf("/", slash + 1);
    if (next < 0) {
      index += 1;
      continue;
    }
    const end = files.endOf(Buffer.from(path.slice(0, next + 1)), index);
    inner.set(path.slice(slash + 1, next), end - index);
    index = end;
  }
  return inner;
}

function described(
  folder: Folder,
  files: TreeFiles,
  render: (text: string) => string,
): string | undefined {
  const name = promptPath(folder.name, render);
  if (name === undefined) return undefined;
  if (folder.files < SPLIT_FROM) return `${name} ${folder.files}`;
  const all = innerOf(files, folder.from, folder.from + folder.files);
  if (all.size === 0) return `${name} ${folder.files}`;
  const fullest = [...all].sort(([, one], [, other]) => other - one);
  const inner = fullest.slice(0, MOST_INNER).flatMap(([within, files]) => {
    const innerPath = promptPath(within, render);
    return innerPath === undefined ? [] : [`${innerPath} ${files}`];
  });
  const more = all.size > inner.length ? [...inner, "…"] : inner;
  return `${name} ${folder.files} (${more.join(", ")})`;
}

function byFiles(one: Folder, other: Folder): number {
  return other.files - one.files || (one.name < other.name ? -1 : 1);
}
