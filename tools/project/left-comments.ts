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

export interface Kept {
  readonly text: string;
  /** The comments that were put back, each as its first line. */
  readonly comments: readonly string[];
}

/**
 * The new text of a file with the comments that stood above a line which stays as it is: of that line there is one in both
 * texts, and no other comment above it. Where nothing but comments goes, they are to go.
 */
export function withComments(path: string, before: string, after: string): Kept {
  const mark = MARKS.find(([endings]) => endings.test(path))?.[1];
  const asIs = { text: after, comments: [] };
  if (mark === undefined || before === "") return asIs;
  const [old, now] = [before.split("\n"), after.split("\n")];
  const code = (lines: readonly string[]) =>
    lines.flatMap((line) => (line.trim() === "" || mark.test(line) ? [] : [line.trim()]));
  if (JSON.stringify(code(old)) === JSON.stringify(code(now))) return asIs;
  const there = new Set(now.map((line) => line.trim()));
  const comments: string[] = [];
  const result = [...now];
  for (const { lines, below } of blocksOf(old, mark)) {
    if (lines.some((line) => there.has(line.trim())) || countOf(old, below) !== 1) continue;
    const at = result.findIndex((line) => line.trim() === below);
    const isNew = at > 0 && mark.test(result[at - 1] ?? "");
    if (at === -1 || isNew || countOf(result, below) !== 1) continue;
    result.splice(at, 0, ...lines);
    comments.push((lines[0] ?? "").trim());
  }
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

function countOf(lines: readonly string[], text: string): number {
  return lines.filter((line) => line.trim() === text).length;
}
