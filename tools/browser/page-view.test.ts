import { expect, test } from "bun:test";
import fc from "fast-check";
import type { OutlineItem } from "./outline.ts";
import {
  changedRows,
  type LineRange,
  linesOf,
  MOST_CHARACTERS,
  type ViewLine,
  viewOf,
} from "./page-view.ts";

const leaf = (text: string): OutlineItem => ({ text, children: [] });
const rows = (count: number, word: string): readonly OutlineItem[] =>
  Array.from({ length: count }, (_, at) => leaf(`${word} ${at}`));

/** What is shown, and the ranges that were given names. */
function view(lines: readonly ViewLine[], range: LineRange = { from: 0, to: lines.length }) {
  const rest: LineRange[] = [];
  const text = viewOf(lines, range, (one) => `m${rest.push(one)}`);
  return { text, left: rest };
}

test("a page that fits is shown whole, what belongs together is set in", () => {
  const nav = { text: "navigation", landmark: "navigation", children: rows(2, "link") };
  const main = { text: "main", landmark: "main", children: [leaf("h1 News")] };
  expect(view(linesOf([nav, main]))).toEqual({
    text: "navigation\n link 0\n link 1\nmain\nh1 News",
    left: [],
  });
});

test("of a long page the parts around the content are left out first, each with a name", () => {
  const nav = {
    text: "navigation",
    landmark: "navigation",
    children: rows(600, "a long menu item"),
  };
  const foot = { text: "contentinfo", landmark: "contentinfo", children: rows(3, "small print") };
  const lines = linesOf([nav, leaf("h1 News"), foot]);
  const { text, left } = view(lines);
  expect(text).toBe(
    "navigation … 600 more: read m1\nh1 News\ncontentinfo\n small print 0\n small print 1\n small print 2",
  );
  expect(left).toEqual([{ from: 1, to: 601 }]);
});

test("what is left out is read to its end, row by row and each once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3000 }),
      fc.integer({ min: 1, max: 600 }),
      (count, length) => {
        const lines = linesOf(
          Array.from({ length: count }, (_, at) => leaf(`${at} ${"x".repeat(length)}`)),
        );
        const seen: string[] = [];
        let range: LineRange | undefined = { from: 0, to: lines.length };
        while (range !== undefined) {
          const { text, left }: { text: string; left: readonly LineRange[] } = view(lines, range);
          expect(text.length).toBeLessThan(MOST_CHARACTERS + 100);
          [range] = left;
          const rows = text === "" ? [] : text.split("\n");
          seen.push(...(range === undefined ? rows : rows.slice(0, -1)));
        }
        expect(seen).toEqual(lines.map(({ text }) => text));
      },
    ),
    { numRuns: 30 },
  );
});

test("a row of any length is broken into rows that fit, and nothing of it is lost", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.boolean(), (length, hasSpaces) => {
      const text = (hasSpaces ? "word " : "wordy").repeat(length).trim();
      const lines = linesOf([leaf(text)]);
      for (const line of lines) expect(line.text.length).toBeLessThanOrEqual(402);
      const joined = lines.map((line) => line.text.trim()).join(hasSpaces ? " " : "");
      expect(joined).toBe(text);
    }),
    { numRuns: 50 },
  );
});

test("after an action what changed is enough, unless nearly all did", () => {
  const before = linesOf(rows(10, "row"));
  const one = linesOf([...rows(10, "row"), leaf("[e3] button")]);
  expect(changedRows(before, one)?.map(({ text }) => text)).toEqual(["[e3] button"]);
  expect(changedRows(before, before)).toEqual([]);
  expect(changedRows(before, linesOf(rows(10, "other")))).toBeUndefined();
  // A row that stands there twice now is new once.
  expect(changedRows(before, linesOf([...rows(10, "row"), leaf("row 1")]))).toHaveLength(1);
  const long = linesOf([...rows(900, "row"), ...rows(300, "x".repeat(90))]);
  expect(changedRows(linesOf(rows(900, "row")), long)).toBeUndefined();
});
