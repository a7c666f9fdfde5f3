/** The signs of life of the process of a burst: a file that it writes again and again, for who looks from outside. */
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { loadText, overwriteFile } from "#platform/files.ts";

const beatSchema = z.object({ pid: z.int().min(1), beat: z.int().min(0) });

/** Absolute path of the file. @param home ORG_HOME */
export function beatFile(home: string): string {
  return join(home, ".org", "run", "autonomy-beat");
}

/**
 * One more sign of life of this process. A disk that takes nothing is not a reason to end: the burst is then ended from
 * outside as one that hangs.
 */
export function writeBeat(path: string, beat: number): void {
  try {
    overwriteFile(path, JSON.stringify({ pid: process.pid, beat }));
  } catch {
    // As said above.
  }
}

/** The last one of this process; absent where it gave none, or is just writing. */
export async function readBeat(path: string, pid: number): Promise<number | undefined> {
  const text = await loadText(path).catch(() => "");
  const found = beatSchema.safeParse(parseJson(text)).data;
  return found?.pid === pid ? found.beat : undefined;
}
