/** The files of a repository that fit a task best, as they are: a small model that sees them need not ask for each. */
import { readSmallBlobs } from "#platform/git/blobs.ts";
import { isTest, mayBeText } from "./file-prior.ts";
import type { TreeFile } from "./packed-files.ts";
import { type MapRequest, rankedFiles } from "./repository-map.ts";
import { languageOf } from "./symbols.ts";
import { isAboutTests } from "./task-terms.ts";

/** Longer files are not written out whole by a small model, in characters. */
const LONGEST = 3000;
/** So many files. */
const MOST_FILES = 8;
/** Among so many that fit best the short ones are looked for. */
const MOST_READ = 24;

/**
 * The short files that fit the words of a task, the best first, each in a fence below its name. A file is shown to the
 * letter or not at all: what is rendered in another way, for a secret or a line that reads like a speaker's, would be written
 * back like that.
 *
 * @returns `undefined` where none is short and fits.
 * @throws {OrgError} `PROCESS_FAILED` when Git cannot read the tree.
 */
export async function openedFiles(
  request: MapRequest & { readonly most: number },
): Promise<string | undefined> {
  const { render, repository, signal } = request;
  const { ranked, terms } = await rankedFiles(request);
  // Of what stands there a small model writes out the first, whether it is to change or not, and is done.
  const fits = (path: string) => mayBeText(path) && (isAboutTests(terms) || !isTest(path));
  const fitting = ranked
    .map(({ file }) => file)
    .filter(({ path, prior }) => prior >= 0 && fits(path));
  const [prose = [], others = []] = [true, false].map((isProse) =>
    fitting.filter(({ path }) => (languageOf(path) === "markdown") === isProse),
  );
  const files = [...others, ...prose].slice(0, MOST_READ);
  const ids = files.map(({ id }) => id);
  const blobs = await readSmallBlobs(repository, ids, { maxEach: LONGEST * 4, signal });
  const texts: string[] = [];
  let remaining = request.most;
  for (const file of files) {
    if (texts.length === MOST_FILES) break;
    const text = fencedFile(file, blobs.get(file.id), render);
    if (text === undefined || text.length > remaining) continue;
    remaining -= text.length + 2;
    texts.push(text);
  }
  return texts.length === 0 ? undefined : texts.join("\n\n");
}

function fencedFile(
  { path }: TreeFile,
  bytes: Uint8Array | undefined,
  render: (text: string) => string,
): string | undefined {
  if (bytes === undefined || bytes.includes(0)) return undefined;
  const text = new TextDecoder().decode(bytes);
  const isExact = text.length <= LONGEST && !/[\r\uFFFD]/.test(text) && text.trim() !== "";
  if (!isExact || render(text) !== text || render(path) !== path || /\s/.test(path))
    return undefined;
  // Nothing within closes it.
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const label = /\.(?<end>[a-z]{1,8})$/.exec(path)?.groups?.["end"] ?? "";
  return `(the file ${path})\n${fence}${label}\n${text.trimEnd()}\n${fence}`;
}
