/**
 * The candidates by class, and a part of each: all of them take two hours of one processor.
 *
 * An ordinary run takes the same part each time: a verdict on a candidate that this change has nothing to do with must not
 * turn a run red. `ORG_CANDIDATES` takes another part, or all.
 */
import { ANSWER_ATTACKS } from "./answer-attacks.ts";
import { APART_ATTACKS, APART_HONEST } from "./apart.ts";
import type { Candidate } from "./candidate.ts";
import { CONTRACT_ATTACKS } from "./contract-attacks.ts";
import { GOOD } from "./good.ts";
import { GOOD_CHANGES } from "./good-changes.ts";
import { GOOD_DOCUMENTS } from "./good-documents.ts";
import { HISTORY_ATTACKS } from "./history-attacks.ts";
import { HONEST, HONEST_WORLDS } from "./honest-tools.ts";
import { LATER_ATTACKS, LATER_HONEST } from "./later.ts";
import { PROGRAM_ATTACKS } from "./program-attacks.ts";
import { PYTHON_ATTACKS } from "./python-attacks.ts";
import { SILENT_ATTACKS } from "./silent-attacks.ts";
import { THIRD_ATTACKS, THIRD_HONEST } from "./third.ts";
import { TREE_ATTACKS } from "./tree-attacks.ts";
import { UNSEEN_ATTACKS } from "./unseen-attacks.ts";
import { WORLD_ATTACKS } from "./world-attacks.ts";

/** What three blind sets are made of: their names say what each of them changes. */
const BLIND = ["silent", "told", "documents", "refactored", "tests", "grows", ""] as const;

/** Each candidate stands in one of them; one that is noticed late costs ten seconds and more. */
export const CLASSES: Readonly<Record<string, readonly Candidate[]>> = {
  tree: TREE_ATTACKS,
  history: HISTORY_ATTACKS,
  program: PROGRAM_ATTACKS,
  python: PYTHON_ATTACKS,
  contract: CONTRACT_ATTACKS,
  answer: ANSWER_ATTACKS,
  unseen: UNSEEN_ATTACKS,
  silent: SILENT_ATTACKS,
  world: WORLD_ATTACKS,
  ...blindOf("apart", APART_ATTACKS),
  ...blindOf("later", LATER_ATTACKS),
  ...blindOf("third", THIRD_ATTACKS),
  good: GOOD,
  honest: HONEST,
  "good change": GOOD_CHANGES,
  "good document": GOOD_DOCUMENTS,
  "honest in a world": HONEST_WORLDS,
  "honest, apart": APART_HONEST,
  "honest, later": LATER_HONEST,
  "honest, third": THIRD_HONEST,
};

/** One in so many is judged, and at least one; of a class that is not named, one. */
const ONE_IN: Readonly<Record<string, number>> = {
  tree: 8,
  history: 8,
  program: 12,
  python: 12,
  contract: 12,
  answer: 12,
  good: 16,
  honest: 40,
  "good document": 4,
  "apart documents": 4,
  "later documents": 4,
};

/** @param part its number; all parts of a class together are all of it. */
export function partOf(name: string, part: number): readonly Candidate[] {
  const all = CLASSES[name] ?? [];
  const oneIn = Math.min(ONE_IN[name] ?? all.length, all.length);
  return all.filter((_one, index) => index % oneIn === part % oneIn);
}

function blindOf(set: string, attacks: readonly Candidate[]): Record<string, readonly Candidate[]> {
  const kindOf = ({ id }: Candidate): string =>
    BLIND.find((kind) => id.startsWith(`${kind}-${set}-`) || id.startsWith(`${set}-${kind}-`)) ??
    "";
  const kinds = Map.groupBy(attacks, kindOf);
  return Object.fromEntries([...kinds].map(([kind, some]) => [`${set} ${kind}`.trim(), some]));
}
