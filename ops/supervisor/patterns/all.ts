import type { Pattern } from "../pattern.ts";
import {
  burstHung,
  crashLoop,
  engineOom,
  generationDown,
  leak,
  ownerGone,
  portOccupied,
} from "./serving.ts";
import { backupStale, databaseCorrupt, diskLow, logFlood, walGrown } from "./storage.ts";
import {
  approvalsWaiting,
  clockJump,
  deadLetters,
  lockDead,
  providerDown,
  queueStuck,
  worktreeZombie,
} from "./work.ts";

/** Everything that is known to go wrong, the most urgent first: one fix is applied at a time. */
export const PATTERNS: readonly Pattern[] = [
  ...[
    burstHung,
    crashLoop,
    portOccupied,
    databaseCorrupt,
    lockDead,
    ownerGone,
    generationDown,
    diskLow,
  ],
  ...[walGrown, queueStuck, providerDown, engineOom, leak, logFlood, deadLetters],
  ...[backupStale, worktreeZombie, clockJump, approvalsWaiting],
];
