import { linesOf } from "./text-lines.ts";

/** Most lines that are shown of a file. */
const MOST_LINES = 12;
const MOST_OF_LINE = 200;

export interface Passage {
  /** Number of its first line. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The passage of a file that is most like a search which does not stand in it; `undefined` where no word of it does. Lines
 * count by the words they share, a word the more the fewer lines have it. Linear in both lengths.
 */
export function similarPassage(file: string, search: string): Passage | undefined {
  const lines = linesOf(file).map(({ text }) => text);
  const searchLines = search.split("\n").filter((line) => line.trim() !== "");
  const scores = scoresOf(lines, searchLines);
  const length = Math.min(MOST_LINES, Math.max(1, searchLines.length), lines.length);
  const at = bestWindow(scores, length);
  if (at === undefined) return undefined;
  const excerpt = lines.slice(at, at + length).map(cutLine);
  return { from: at + 1, to: at + length, text: excerpt.join("\n") };
}

function scoresOf(lines: readonly string[], searchLines: readonly string[]): readonly number[] {
  const wholes = new Set(searchLines.map((line) => line.trim()));
  const words = new Set(searchLines.flatMap(wordsOf));
  const sharedOf = once((line) => [...new Set(wordsOf(line))].filter((word) => words.has(word)));
  const shared = lines.map(sharedOf);
  const counts = new Map<string, number>();
  for (const found of shared)
    for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
  return shared.map((found, index) => {
    const weight = found.reduce((sum, word) => sum + 1 / (counts.get(word) ?? 1), 0);
    return weight === 0 || !wholes.has(lines[index]?.trim() ?? "") ? weight : weight * 2;
  });
}

/** The first window of so many lines whose scores sum up highest. */
function bestWindow(scores: readonly number[], length: number): number | undefined {
  let [best, at] = [0, -1];
  let sum = 0;
  for (const [index, score] of scores.entries()) {
    sum += score - (scores[index - length] ?? 0);
    if (index < length - 1 || sum <= best + 1e-9) continue;
    [best, at] = [sum, index - length + 1];
  }
  return at < 0 ? undefined : at;
}

/** Files repeat their lines: each is taken apart once. */
function once<Result>(compute: (line: string) => Result): (line: string) => Result {
  const results = new Map<string, Result>();
  return (line) => {
    const result = results.get(line) ?? compute(line);
    results.set(line, result);
    return result;
  };
}

function wordsOf(line: string): readonly string[] {
  return line.toLowerCase().match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]+/gu) ?? [];
}

function cutLine(line: string): string {
  return line.length > MOST_OF_LINE ? `${line.slice(0, MOST_OF_LINE).toWellFormed()}…` : line;
}
