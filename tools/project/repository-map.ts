/** A map of a repository for a small window: its folders, and the files that matter for one task. */

import { oneRow } from "#core/text/one-row.ts";
import { cachedSymbols } from "./cached-symbols.ts";
import { fileContents, WordSearch } from "./contents.ts";
import { outlineOf } from "./outline.ts";
import type { TreeFiles } from "./packed-files.ts";
import { promptPath } from "./prompt-path.ts";
import { PathRank, type RankedFile } from "./rank.ts";
import type { FileSymbols } from "./symbols.ts";
import { isNamed, type TaskTerms, taskTerms } from "./task-terms.ts";
import { type TreeRequest, treeFiles } from "./tree-files.ts";

/** What a map is made of. */
export interface MapRequest extends TreeRequest {
  /** The task, as the user wrote it. */
  readonly task: string;
  /** Longest map in characters. @default 4000, about 1,000 tokens */
  readonly most?: number;
  /**
   * Makes text of the repository fit for a prompt: `foreignText(cleaner.clean(text))`. A file whose path this would change is
   * left out, for no tool would find it by the changed one.
   */
  readonly render: (text: string) => string;
}

/** In so many files at most the words of the task are looked for, and in so many what they define. */
const MOST_LOOKED_INTO = 500;
const MOST_READ = 300;
/** What the map says of one file, in characters; of the first ones more. */
const LONGEST_LINE = 160;
const LONGEST_FIRST = 320;
const FIRST = 5;
/** So many are listed anyway, and all of a repository that is small; others only where they fit. */
const MIN_LISTED = 12;
const SMALL = 40;
/** What fits has at least this part of the best score. */
const LEAST_SHARE = 0.2;
/** Of a symbol, in characters. */
const LONGEST_SYMBOL = 48;
/** Of the map, for the folders. */
const OUTLINE_SHARE = 0.15;

/**
 * The folders of a tree with how many files they hold, then the files that fit the words of a task, the best first: one line
 * each, with how many lines it has and what it defines. Names and symbols are data of the repository: none can end its line.
 *
 * @throws {OrgError} `PROCESS_FAILED` when Git cannot read the tree.
 */
export async function repositoryMap(request: MapRequest): Promise<string> {
  const { most = 4000, render } = request;
  const { files, ranked, terms } = await rankedFiles(request);
  if (files.length === 0) return "The repository has no files.";
  const outline = outlineOf(files, { most: Math.floor(most * OUTLINE_SHARE), render });
  const head = [outline, "Files that fit best (lines) what they define:"];
  const least = (ranked[0]?.score ?? 0) * LEAST_SHARE;
  const lines = entries(ranked, {
    ...{ terms, render },
    maxLength: most - head.join("\n").length - MORE_LENGTH,
    anyway: files.length <= SMALL ? SMALL : MIN_LISTED,
    fits: ({ file, score }) => score >= least && score > file.prior,
  });
  const others = files.length - lines.length;
  const more = others === 0 ? [] : [`and ${others} other ${others === 1 ? "file" : "files"}`];
  return [...head, ...lines, ...more].join("\n");
}

/** The files of a tree that a model may see, and those that fit the words of a task, the best first. */
export async function rankedFiles(request: MapRequest): Promise<{
  readonly files: TreeFiles;
  readonly ranked: readonly RankedFile[];
  readonly terms: TaskTerms;
}> {
  const files = await treeFiles(request);
  const terms = taskTerms(request.task);
  const rank = new PathRank(files, terms);
  const looked = rank.best(MOST_LOOKED_INTO);
  const contents = await fileContents(request, looked);
  const wordSearch = new WordSearch(terms);
  rank.found(new Map([...contents].map(([file, bytes]) => [file, wordSearch.in(bytes)])));
  const best = rank.bestOf(looked, MOST_READ);
  const ranked = rank.rank(await cachedSymbols(request, best, contents));
  return { files, ranked, terms };
}

interface Entries {
  readonly terms: TaskTerms;
  readonly render: (text: string) => string;
  /** Most characters of all of them. */
  readonly maxLength: number;
  /** So many are listed whether they fit or not. */
  readonly anyway: number;
  readonly fits: (ranked: RankedFile) => boolean;
}

function entries(
  ranked: readonly RankedFile[],
  { terms, render, maxLength, anyway, fits }: Entries,
): readonly string[] {
  const lines: string[] = [];
  let length = 0;
  for (const one of ranked) {
    if (lines.length >= anyway && !fits(one)) break;
    const longest = lines.length < FIRST ? LONGEST_FIRST : LONGEST_LINE;
    const line = describe(one, { longest, render, terms });
    if (line === undefined) continue;
    length += line.length + 1;
    if (length > maxLength) break;
    lines.push(line);
  }
  return lines;
}

/** What the last line may take, in characters. */
const MORE_LENGTH = 30;

interface Describing extends Pick<Entries, "terms" | "render"> {
  /** Longest line in characters. */
  readonly longest: number;
}

/** @returns `undefined` for a file that cannot be named. */
function describe(
  { file, defined }: RankedFile,
  { longest, render, terms }: Describing,
): string | undefined {
  const name = promptPath(file.path, render);
  if (name === undefined) return undefined;
  if (defined === undefined) return `- ${name}`;
  const head = `- ${name} (${defined.lines})`;
  let line = head;
  for (const symbol of symbolsFor(defined, terms)) {
    // Rendered before the cut, so that no half of a secret is left, and behind it, for the cut may make a new word.
    const label = render(oneRow(render(symbol)).slice(0, LONGEST_SYMBOL).toWellFormed());
    const next = `${line}${line === head ? " " : ", "}${label}`;
    if (next.length > longest) return line === head ? head : `${line}, …`;
    line = next;
  }
  return line;
}

/** What the task names stands first; methods where the task names them, or where there is nothing else. */
function symbolsFor({ top, inner }: FileSymbols, terms: TaskTerms): readonly string[] {
  const named = new Set([...top, ...inner].filter((name) => isNamed(name, terms)));
  const others = top.length > 0 ? top : inner;
  return [...named, ...others.filter((name) => !named.has(name))];
}
