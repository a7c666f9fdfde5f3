/** Every candidate that the gate is tried with. */
import { ANSWER_ATTACKS } from "./answer-attacks.ts";
import type { Candidate } from "./candidate.ts";
import { CONTRACT_ATTACKS } from "./contract-attacks.ts";
import { GOOD } from "./good.ts";
import { GOOD_CHANGES } from "./good-changes.ts";
import { GOOD_DOCUMENTS } from "./good-documents.ts";
import { HISTORY_ATTACKS } from "./history-attacks.ts";
import { HONEST, HONEST_WORLDS } from "./honest-tools.ts";
import { PROGRAM_ATTACKS } from "./program-attacks.ts";
import { PYTHON_ATTACKS } from "./python-attacks.ts";
import { TREE_ATTACKS } from "./tree-attacks.ts";
import { WORLD_ATTACKS } from "./world-attacks.ts";

/** What a scan of the program finds, and a sandbox may meet. */
export const CODE_ATTACKS: readonly Candidate[] = [...PROGRAM_ATTACKS, ...PYTHON_ATTACKS];

export const ATTACKS: readonly Candidate[] = [
  ...TREE_ATTACKS,
  ...HISTORY_ATTACKS,
  ...CODE_ATTACKS,
  ...CONTRACT_ATTACKS,
  ...ANSWER_ATTACKS,
];

/** Those that must pass, and those that a human must be shown. */
export const HONEST_ONES: readonly Candidate[] = [
  ...GOOD,
  ...HONEST,
  ...GOOD_CHANGES,
  ...GOOD_DOCUMENTS,
];

/** Those that see more than their arguments: good ones with a bomb and without. They take long. */
export const OF_WORLDS: readonly Candidate[] = [...WORLD_ATTACKS, ...HONEST_WORLDS];

export const CANDIDATES: readonly Candidate[] = [...ATTACKS, ...HONEST_ONES, ...OF_WORLDS];
