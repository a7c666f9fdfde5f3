/** Alarms of the watch over promoted tools, kept beside the gate's verdicts: one line of JSON each. */
import { constants } from "node:fs";
import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { promotionPaths } from "#fitness/gate/paths.ts";
import { errnoOf, fileFailed, fileUnreadable, loadText } from "#platform/files.ts";

const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK } = constants;

export interface Alarm {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** For a person, with the numbers. */
  readonly why: string;
  /** Tag of the promotion that is reverted for it; null when there was none to blame. */
  readonly reverts: string | null;
}

/** What a Date can hold, in milliseconds since the epoch. */
const LAST_TIME = 8.64e15;

const alarmSchema: z.ZodType<Alarm> = z.object({
  at: z.int().min(0).max(LAST_TIME),
  why: z.string(),
  reverts: z.string().nullable(),
});

/** Beside the ledger of promotions and rollbacks. */
export function alarmsPath(orgHome: string): string {
  return join(dirname(promotionPaths(orgHome).ledger), "alarms.jsonl");
}

/** @throws {OrgError} `FILE_FAILED` */
export async function keepAlarm(orgHome: string, alarm: Alarm): Promise<void> {
  const path = alarmsPath(orgHome);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A line that a loss of power has cut ends without a line end, and would take this one with it.
    const flag = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK;
    await appendFile(path, `\n${JSON.stringify(alarm)}\n`, { mode: 0o600, flag });
  } catch (error) {
    throw fileFailed(path, error);
  }
}

/** Oldest first; what is not a whole line, as after a loss of power, is left out. @throws {OrgError} `FILE_FAILED` */
export async function readAlarms(orgHome: string): Promise<readonly Alarm[]> {
  const path = alarmsPath(orgHome);
  try {
    const lines = (await loadText(path)).split("\n");
    return lines.flatMap((line) => alarmSchema.safeParse(parseJson(line)).data ?? []);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw fileUnreadable(path, error);
  }
}
