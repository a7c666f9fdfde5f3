/** Moments and shares of chance that a program names: where it decides by them, they show it. */
import { linesOf, numbersIn, textsInSource } from "./source-literals.ts";

const DAY_MS = 86_400_000;
/** Milliseconds since 1970 in the years from 2023 to 2100, and the same in seconds. */
const MOMENT = { least: 1.7e12, most: 4.2e12 } as const;
/** Of a year that is named so many moments are looked at, each at another hour. */
const OF_A_YEAR = 24;
const MOST = 400;

/** Moments beside those that a program names, in milliseconds since 1970. */
export function namedMoments(source: string): readonly number[] {
  const numbers = numbersIn(source);
  const all = numbers.flatMap((value) => [value, value * 1000]);
  const exact = [...all, ...textsInSource(source).map((text) => Date.parse(text))]
    .filter((value) => value >= MOMENT.least && value <= MOMENT.most)
    .flatMap((value) => [value - DAY_MS, value - 1, value, value + 1, value + DAY_MS]);
  const years = [...numbers, ...textsInSource(source).map((text) => Number(text.slice(0, 4)))]
    .filter((value) => value >= 2027 && value <= 2101)
    .flatMap((year) => [year - 1, year, year + 1])
    .flatMap((year) => Array.from({ length: OF_A_YEAR }, (_, part) => momentIn(year, part)));
  return [...new Set([...exact, ...years])].slice(0, MOST);
}

/** One of its days, two in each month. */
function momentIn(year: number, part: number): number {
  const day = 1 + ((part * 11) % 28);
  return Date.UTC(year, part >> 1, day, part % 24, (part * 7) % 60, (part * 13) % 60);
}

/** Numbers between nothing and one, and their neighbours. */
export function namedShares(source: string): readonly number[] {
  const found = linesOf(source).flatMap((line) => line.match(/(?<![\w.])0?\.\d+/g) ?? []);
  return [...new Set(found.map(Number))]
    .slice(0, 20)
    .flatMap((share) => [share - 1e-9, share, share + 1e-9])
    .filter((share) => share >= 0 && share < 1);
}
