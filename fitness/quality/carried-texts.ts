/**
 * What all cases of a tool carry from their texts into their results, and one result does not.
 *
 * That `caesar` gives as many characters as it gets stands in no schema; each of its cases shows it. A tool that is right on
 * its cases and drops what lies behind a length, in another script or on a second line breaks that rule, however it is written.
 */
import type { HeldText } from "#tools/contract/validation.ts";
import { showJson } from "../oracle/compare.ts";
import { leavesOf } from "../oracle/near-inputs.ts";
import type { ToolUnderTest } from "../oracle/tool-under-test.ts";

/** An input, and the result that it brought. */
export interface Brought {
  readonly input: unknown;
  readonly value: unknown;
}

/** Fewer cases, or cases of fewer lengths, may fit by chance. */
const LEAST = { cases: 4, changed: 3, lengths: 3, letters: 3 } as const;
/** Who says that only those are meant drops the others openly. */
const OF_ASCII = /\b(?:a(?:-| to |–| through )z|ascii|latin)\b/i;
const ASCII = /^[\0-\x7f]*$/;

/** @returns what a human has to decide, at most one thing. */
export function carriedTexts(
  { contract }: Pick<ToolUnderTest, "contract">,
  cases: readonly Brought[],
  others: readonly Brought[],
): readonly HeldText[] {
  // What comes out as it went in keeps everything, whatever the tool does.
  const changed = cases.filter(({ input, value }) => textOf(input) !== textOf(value));
  if (changed.length < LEAST.changed) return [];
  const isOpen = OF_ASCII.test(JSON.stringify([contract.description, contract.failures]));
  for (const { holds, rule, lost, isLearned, isOfLetters } of LAWS) {
    if (!isLearned(cases) || !cases.every(holds)) continue;
    const broken = others.find(
      (one) => !holds(one) && !(isOfLetters && isOpen && !ASCII.test(textOf(one.input))),
    );
    if (broken === undefined) continue;
    const text = `${rule} in all its cases`;
    const got = `${showJson(broken.input)} brings ${showJson(broken.value)}`;
    return [
      {
        text,
        message: `${text}, but ${got}, and ${lost}: a human decides; add a case that shows that this is right`,
        input: broken.input,
      },
    ];
  }
  return [];
}

interface Law {
  readonly rule: string;
  readonly lost: string;
  readonly isOfLetters: boolean;
  readonly holds: (one: Brought) => boolean;
  readonly isLearned: (cases: readonly Brought[]) => boolean;
}

const LAWS: readonly Law[] = [
  {
    rule: "a result has as many characters as the input",
    lost: "there are fewer",
    isOfLetters: false,
    holds: ({ input, value }) => lengthOf(textOf(value)) >= lengthOf(textOf(input)),
    // What only ever grows says nothing of what it keeps.
    isLearned: (cases) => {
      const lengths = cases.map(({ input }) => lengthOf(textOf(input)));
      const isEqual = cases.every(({ value }, index) => lengthOf(textOf(value)) === lengths[index]);
      return isEqual && areEnough(lengths);
    },
  },
  {
    rule: "all letters of the input are in the result",
    lost: "some are not",
    isOfLetters: true,
    holds: ({ input, value }) => isWithin(lettersOf(textOf(input)), lettersOf(textOf(value))),
    isLearned: (cases) => {
      const letters = cases.map(({ input }) => lettersOf(textOf(input)).size);
      return areEnough(letters.filter((count) => count >= LEAST.letters));
    },
  },
];

function areEnough(sizes: readonly number[]): boolean {
  return sizes.length >= LEAST.cases && new Set(sizes).size >= LEAST.lengths;
}

/** All texts of a value, one behind the other. */
function textOf(value: unknown): string {
  return leavesOf(value)
    .flatMap(({ value: leaf }) => (typeof leaf === "string" ? [leaf] : []))
    .join("");
}

/** Composed or not, a letter is one; its marks may be meant to go. */
function lengthOf(text: string): number {
  return [...text.normalize("NFC").replace(/\p{M}/gu, "")].length;
}

/** How often each letter and digit stands there, whatever its case and marks. */
function lettersOf(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [letter] of text
    .normalize("NFKD")
    .toUpperCase()
    .matchAll(/[\p{L}\p{N}]/gu)) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return counts;
}

function isWithin(some: ReadonlyMap<string, number>, all: ReadonlyMap<string, number>): boolean {
  return [...some].every(([letter, count]) => (all.get(letter) ?? 0) >= count);
}
