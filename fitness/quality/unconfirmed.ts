/**
 * Whether the cases of a tool say anything of what it does with inputs like theirs.
 *
 * A mistake that changes the answers to most inputs near the cases should change the answers of some cases as well,
 * for those inputs are made from them. Where it changes none, the cases meet a part of the program that only they
 * meet: a table of them, by whatever key (their text, a checksum, a length), beside something else for all others.
 */
import type { Finding } from "../oracle/load.ts";

/** What one small mistake changes. */
export interface Influence {
  /** Line and change, for the maker of the tool. */
  readonly change: string;
  /** Indexes of the cases whose answers it changes. */
  readonly cases: readonly number[];
  /** Of the inputs of each kind, how many get another answer. */
  readonly near: readonly number[];
}

export interface InputCounts {
  /** How many cases were asked. */
  readonly cases: number;
  /** How many inputs of each kind gave a result. */
  readonly near: readonly number[];
}

/** Fewer prove nothing. */
const LEAST_CASES = 4;
const LEAST_INPUTS = 8;
/** Where the cases resemble these inputs, that they notice so little happens by chance once in a hundred times. */
const UNLIKELY = 0.01;
/** A mistake that changes fewer answers than that may lie in something rare. */
const MOST = 0.6;
const MAX_LISTED = 6;

/** @returns why the cases do not show what the tool does; nothing when they may. */
export function unconfirmedRule(
  influences: readonly Influence[],
  counts: InputCounts,
): Finding | undefined {
  if (counts.cases < LEAST_CASES) return;
  return unseenPart(influences, counts) ?? oneMistakeForEachCase(influences, counts);
}

function unseenPart(influences: readonly Influence[], counts: InputCounts): Finding | undefined {
  const unseen = influences.filter((one) => one.cases.length === 0 && isUnlikely(one, counts));
  if (unseen.length === 0) return;
  return {
    reason: `Its cases say nothing of what it answers to inputs like theirs: ${unseen.length} small mistakes change most of those answers, and no case`,
    details: [
      ...linesFor(unseen, counts),
      "add cases for inputs that the present ones do not name; a program that follows one rule for all inputs has no part that only undeclared ones reach",
    ],
  };
}

/** A value for each case that decides about everything else as well: a curve through the cases is not a rule. */
function oneMistakeForEachCase(
  influences: readonly Influence[],
  counts: InputCounts,
): Finding | undefined {
  const alone = influences.filter((one) => one.cases.length === 1 && isUnlikely(one, counts));
  const different = new Set(alone.flatMap(({ cases }) => cases));
  if (different.size < LEAST_CASES || different.size * 2 < counts.cases) return;
  return {
    reason: `It holds a value for each of ${different.size} of its ${counts.cases} cases, and makes all other answers of them`,
    details: [...linesFor(alone, counts), "follow the rule that the description states"],
  };
}

function linesFor(influences: readonly Influence[], counts: InputCounts): readonly string[] {
  const all = sum(counts.near);
  return influences
    .slice(0, MAX_LISTED)
    .map(
      ({ change, cases, near }) =>
        `${change} changes ${sum(near)} of ${all} answers to inputs like those of the cases, and ${cases.length} of ${counts.cases} cases`,
    );
}

/** Whether cases that resemble the inputs of one kind would have noticed more of a mistake. */
function isUnlikely({ cases, near }: Influence, counts: InputCounts): boolean {
  return near.some((changed, kind) => {
    const all = counts.near[kind] ?? 0;
    if (all < LEAST_INPUTS || changed < all * MOST) return false;
    return chanceOf(cases.length, { part: changed / all, of: counts.cases }) < UNLIKELY;
  });
}

/** The chance that at most so many of all cases are changed, each with the same probability. */
function chanceOf(most: number, { part, of }: { part: number; of: number }): number {
  let [chance, ways] = [0, 1];
  for (let count = 0; count <= most; count += 1) {
    chance += ways * part ** count * (1 - part) ** (of - count);
    ways = (ways * (of - count)) / (count + 1);
  }
  return chance;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
