/** What a repository says of names: lines that import or define them. */
import { type FoundLine, searchFiles } from "../search-files.ts";
import { type Language, languageOf } from "../symbols.ts";
import { walkCopy } from "../walk.ts";

/** A file that a model writes, before it is written. */
export interface WrittenFile {
  readonly copy: string;
  readonly path: string;
  /** As it is; empty for a new one. */
  readonly before: string;
  readonly after: string;
  readonly signal: AbortSignal;
}

/** The same, and what the other files of its language say. */
export interface Source extends WrittenFile {
  /** Paths of all files of its language. */
  readonly paths: ReadonlySet<string>;
  readonly lines: readonly FoundLine[];
}

/** A file with the imports that it needs, and what was done for that, each as the model reads it. */
export interface Mended {
  readonly text: string;
  readonly notices: readonly string[];
}

/** In a larger project no search would be done within a moment. */
const MOST_FILES = 2000;
const MOST_LINES = 20_000;
const LINES = [["import"], ["require("], ["export"], ["def "], ["class "]];

/**
 * @returns nothing where the repository is too large to be read for it.
 * @throws the reason of the signal once it aborts.
 */
export async function sourceOf(file: WrittenFile, language: Language): Promise<Source | undefined> {
  const { copy, path: own, signal } = file;
  const paths = new Set<string>();
  let files = 0;
  for (const { path } of walkCopy(copy, "")) {
    files += 1;
    if (files > MOST_FILES) return undefined;
    if (languageOf(path) === language) paths.add(path);
  }
  const matches = (path: string) => path !== own && languageOf(path) === language;
  const search = { copy, folder: "", matches, pattern: LINES, most: MOST_LINES, signal };
  const { found, isWhole } = await searchFiles(search);
  return isWhole ? { ...file, paths, lines: found } : undefined;
}
