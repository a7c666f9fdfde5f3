/** Comments that a whole file was to keep: a small model that writes it out again leaves them out. */

/** How a line begins that is a comment as a whole, by the ending of the file. */
const MARKS: readonly (readonly [endings: RegExp, mark: RegExp])[] = [
  [
    /\.(?:py|pyi|rb|sh|bash|ya?ml|toml|mk|env|conf)$|(?:^|\/)(?:Makefile|Dockerfile)$/,
    /^\s*#(?!!)/,
  ],
  [/\.(?:ini|cfg)$/, /^\s*[;#]/],
  [/\.(?:[mc]?[jt]sx?|go|rs|java|kt|c|h|cc|cpp|cs|swift|php)$/, /^\s*(?:\/\/|\/\*.*\*\/\s*$)/],
  [/\.sql$|\.lua$/, /^\s*--/],
];

export interface CommentedText {
  readonly text: string;
  /** The comments that were put back, each as its first line. */
  readonly comments: readonly string[];
}

/**
 * The new text of a file with the comments that stood above a line which stays as it is: of that line there is one in both
 * texts, and no other comment above it. Where nothing but comments goes, they are to go.
 */
export function withComments(path: string, before: string, after: string): CommentedText {
  const mark = MARKS.find(([endings]) => endings.test(path))?.[1];
  const asIs = { text: after, comments: [] };
  if (mark === undefined || before === "") return asIs;
  const [old, now] = [before.split("\n"), after.split("\n")];
  const code = (lines: readonly string[]) =>
    lines.flatMap((line) => (line.trim() === "" || mark.test(line) ? [] : [line.trim()]));
  if (JSON.stringify(code(old)) === JSON.stringify(code(now))) return asIs;
  const there = new Set(now.map((line) => line.trim()));
  const [countsBefore, counts] = [countsOf(old), countsOf(now)];
  const isOnce = (line: string) => countsBefore.get(line) === 1 && counts.get(line) === 1;
  const blocks = blocksOf(old, mark).filter(
    ({ lines, below }) => isOnce(below) && !lines.some((line) => there.has(line.trim())),
  );
  const above = new Map(blocks.map(({ lines, below }) => [below, lines]));
  const comments: string[] = [];
  const result = now.flatMap((line, at) => {
    const lines = above.get(line.trim());
    const isNew = at > 0 && mark.test(now[at - 1] ?? "");
    if (lines === undefined || isNew) return [line];
    comments.push((lines[0] ?? "").trim());
    return [...lines, line];
  });
  return { text: result.join("\n"), comments };
}

interface Block {
  readonly lines: readonly string[];
  /** The line that they stand above, without blanks around it. */
  readonly below: string;
}

function blocksOf(lines: readonly string[], mark: RegExp): readonly Block[] {
  const blocks: Block[] = [];
  let block: string[] = [];
  for (const line of lines) {
    if (mark.test(line)) block.push(line);
    else {
      const below = line.trim();
      if (block.length > 0 && below !== "") blocks.push({ lines: block, below });
      block = [];
    }
  }
  return blocks;
}

/** How often each line is there, without blanks around it. */
function countsOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line.trim(), (counts.get(line.trim()) ?? 0) + 1);
  return counts;
}
