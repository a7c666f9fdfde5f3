import { lineRange, linesOf } from "./text-lines.ts";

/** Most lines of a change that are shown, those around it included. */
const MAX_LINES = 30;
/** Lines that are shown before and after what changed. */
const AROUND = 2;
const MOST_OF_LINE = 200;

export interface LineChanges {
  /** Number of the first line that changed, in the new text. */
  readonly from: number;
  /** Number of the last one; that of the line before where lines only went. */
  readonly to: number;
  readonly added: number;
  readonly removed: number;
  /** The change with the lines around it, marked with "+", "-" and " ". */
  readonly excerpt: string;
}

/** What differs between two texts, as one passage: all between the first and the last line that differs. */
export function lineChanges(before: string, after: string): LineChanges {
  const [old, now] = [before, after].map((text) => linesOf(text).map((line) => line.text));
  return changesOf(old ?? [], now ?? []);
}

function changesOf(old: readonly string[], now: readonly string[]): LineChanges {
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const removed = old.slice(head, old.length - tail);
  const added = now.slice(head, now.length - tail);
  const share = Math.floor((MAX_LINES - 2 * AROUND) / 2);
  const [goes, comes] = [
    Math.max(share, 2 * share - added.length),
    Math.max(share, 2 * share - removed.length),
  ];
  const excerpt = [
    ...marked(" ", now.slice(Math.max(0, head - AROUND), head), AROUND),
    ...marked("-", removed, goes),
    ...marked("+", added, comes),
    ...marked(" ", now.slice(now.length - tail, now.length - tail + AROUND), AROUND),
  ];
  const from = Math.min(head + 1, Math.max(1, now.length));
  return {
    ...{ from, to: Math.max(from, now.length - tail) },
    ...{ added: added.length, removed: removed.length, excerpt: excerpt.join("\n") },
  };
}

/** How many lines a text has that the other one has not, and the reverse, wherever they stand. */
export function linesChanged(before: string, after: string): { added: number; removed: number } {
  const counts = new Map<string, number>();
  for (const { text } of linesOf(before)) counts.set(text, (counts.get(text) ?? 0) + 1);
  let added = 0;
  for (const { text } of linesOf(after)) {
    const count = counts.get(text) ?? 0;
    if (count === 0) added += 1;
    else counts.set(text, count - 1);
  }
  const removed = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { added, removed };
}

/** "src/a.ts, line 4 (+1 −2)", and the lines below it. */
export function changeReport(verb: string, path: string, changes: LineChanges): string {
  const { from, to, added, removed, excerpt } = changes;
  return `${verb} ${path}, ${lineRange(from, to)} (+${added} −${removed})\n${excerpt}`;
}

function marked(mark: string, lines: readonly string[], most: number): readonly string[] {
  const cut = lines
    .slice(0, most)
    .map(
      (line) =>
        `${mark} ${line.length > MOST_OF_LINE ? `${line.slice(0, MOST_OF_LINE).toWellFormed()}…` : line}`,
    );
  const remaining = lines.length - cut.length;
  return remaining > 0 ? [...cut, `${mark} [${remaining} more]`] : cut;
}
