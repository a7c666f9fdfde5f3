/** What the human has laid down for the jobs of the home. */
import { z } from "zod";

import { DEFAULT_KEEPING, type Keeping } from "../queue/keeping.ts";

/** How the jobs of the home are done and kept, as it is written. */
export interface JobsEntry {
  readonly workers?: number | undefined;
  readonly id_seconds?: number | undefined;
  readonly keep_hours?: number | undefined;
  readonly dead_days?: number | undefined;
}

export const jobsSchema: z.ZodType<JobsEntry> = z.strictObject({
  workers: z.int().min(1).max(64).optional(),
  id_seconds: z.int().min(1).max(86_400).optional(),
  keep_hours: z.int().min(1).max(8760).optional(),
  dead_days: z.int().min(1).max(3650).optional(),
});

export interface JobsSettings {
  /** How many run at once, 1 to 64. */
  readonly workers: number;
  /** How long ids and ended jobs are kept. */
  readonly keeping: Keeping;
}

const HOUR_MS = 60 * 60_000;

export function jobsSettings(entry: JobsEntry): JobsSettings {
  const { id_seconds: id, keep_hours: ended, dead_days: dead, workers = 1 } = entry;
  const idMs = id === undefined ? DEFAULT_KEEPING.idMs : id * 1000;
  const endedMs = ended === undefined ? DEFAULT_KEEPING.endedMs : ended * HOUR_MS;
  const deadMs = dead === undefined ? DEFAULT_KEEPING.deadMs : dead * 24 * HOUR_MS;
  return { workers, keeping: { idMs, endedMs: Math.max(idMs, endedMs), deadMs } };
}
