/** The folders of a repository in one line. */
import { shownName } from "./shown-name.ts";
import type { TreeFile } from "./tree-files.ts";

interface Folder {
  readonly name: string;
  /** The name with a slash behind it. */
  readonly prefix: string;
  files: number;
  readonly inner: Map<string, number>;
}

/** A folder of so many files is told with those in it. */
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
  files: readonly TreeFile[],
  { most, render }: { readonly most: number; readonly render: (text: string) => string },
): string {
  const { folders, outside } = count(files);
  const sorted = [...folders.values()].sort(byFiles).slice(0, MOST_FOLDERS);
  const ending = outside === 0 ? [] : [`${outside} in no folder`];
  const parts: string[] = [];
  let length = files.length.toString().length + 40;
  for (const folder of sorted) {
    const part = described(folder, render);
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

function count(files: readonly TreeFile[]): {
  readonly folders: ReadonlyMap<string, Folder>;
  readonly outside: number;
} {
  const folders = new Map<string, Folder>();
  let outside = 0;
  let last: Folder | undefined;
  for (const { path } of files) {
    const slash = path.indexOf("/");
    if (slash < 0) {
      outside += 1;
      continue;
    }
    // Git lists the files of a folder together: most are in the folder of the one before.
    if (last === undefined || !path.startsWith(last.prefix)) {
      const name = path.slice(0, slash);
      last = folders.get(name) ?? { name, prefix: `${name}/`, files: 0, inner: new Map() };
      folders.set(name, last);
    }
    last.files += 1;
    const next = path.indexOf("/", slash + 1);
    if (next < 0) continue;
    const within = path.slice(slash + 1, next);
    last.inner.set(within, (last.inner.get(within) ?? 0) + 1);
  }
  return { folders, outside };
}

function described(folder: Folder, render: (text: string) => string): string | undefined {
  const name = shownName(folder.name, render);
  if (name === undefined) return undefined;
  if (folder.files < SPLIT_FROM || folder.inner.size === 0) return `${name} ${folder.files}`;
  const fullest = [...folder.inner].sort(([, one], [, other]) => other - one);
  const inner = fullest.slice(0, MOST_INNER).flatMap(([within, files]) => {
    const shown = shownName(within, render);
    return shown === undefined ? [] : [`${shown} ${files}`];
  });
  const more = folder.inner.size > inner.length ? [...inner, "…"] : inner;
  return `${name} ${folder.files} (${more.join(", ")})`;
}

function byFiles(one: Folder, other: Folder): number {
  return other.files - one.files || (one.name < other.name ? -1 : 1);
}
