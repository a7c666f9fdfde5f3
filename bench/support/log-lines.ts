/** What a home wrote down at a time: for a benchmark whose request got no answer. */
import { z } from "zod";
import { logFamilies } from "#platform/log/log-files.ts";

const lineSchema = z.object({ time: z.iso.datetime() });

export interface TimeSpan {
  /** In milliseconds since 1970, both included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * @param folder of logs; one that is not there has no lines.
 * @returns lines of all its logs that were written in that time, as they are; what is not a line of a log is left out.
 */
export async function logLines(
  folder: string,
  { fromMs, toMs }: TimeSpan,
): Promise<readonly string[]> {
  const families = await logFamilies(folder);
  const files = families.flatMap(({ active, rotated }) => [
    ...rotated,
    ...(active ? [active] : []),
  ]);
  const found: string[] = [];
  for (const { path } of files) {
    const text = await Bun.file(path)
      .text()
      .catch(() => "");
    const inTime = text.split("\n").filter((line) => {
      const atMs = timeOf(line);
      return atMs !== undefined && atMs >= fromMs && atMs <= toMs;
    });
    found.push(...inTime);
  }
  return found;
}

function timeOf(line: string): number | undefined {
  try {
    return Date.parse(lineSchema.parse(JSON.parse(line)).time);
  } catch {
    // The last line may be half a line.
    return;
  }
}
