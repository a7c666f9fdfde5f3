/** Reads what was added to the logs of a home since the last look, over rotations, each line once. */
import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { logFamilies } from "#platform/log/log-files.ts";
import type { ObservedCall, ObservedLine, ObservedTurn } from "./observation.ts";
import type { SupervisorStore } from "./supervisor-store.ts";

/** Most bytes of one file that are read at one look; what a flood leaves behind is read at the next ones. */
const MOST_BYTES = 4 * 1024 * 1024;
/** Of a new log only the end is read. */
const FIRST_BYTES = 256 * 1024;
/** Of the text of an error. */
const MOST_CHARACTERS = 200;
/** The reason of a turn that ended with an answer. */
const COMPLETE = "complete";
/** Older lines are the past. */
const OLD_MS = 10 * 60_000;

// Only what our logger sets. Messages are in other fields, and nothing is decided by them.
const lineSchema = z.object({
  level: z.enum(["info", "warn", "error"]),
  time: z.iso.datetime(),
  pid: z.int(),
  startTime: z.int().min(0).optional().catch(undefined),
  code: z.string().max(64).optional().catch(undefined),
  errno: z.string().max(64).optional().catch(undefined),
  event: z.string().max(64).optional().catch(undefined),
  kind: z.string().max(64).optional().catch(undefined),
  error: z.string().optional().catch(undefined),
  tool: z.string().max(64).optional().catch(undefined),
  ok: z.boolean().optional().catch(undefined),
  ms: z.number().min(0).optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  in: z.int().min(0).optional().catch(undefined),
  out: z.int().min(0).optional().catch(undefined),
});

/** A clock that no user sets, and what the machine believes, in milliseconds. */
export interface Clock {
  readonly at: number;
  readonly wall: number;
}

export interface LogTailOptions {
  /** Where the logs of the home lie. */
  readonly folder: string;
  readonly store: Pick<SupervisorStore, "offsets" | "keepOffsets">;
  /** The log of the supervisor itself, by name: it is left out. */
  readonly own: string;
}

export interface NewLines {
  readonly lines: readonly ObservedLine[];
  /** Names of the logs of which more was written than is read at once. */
  readonly unread: ReadonlySet<string>;
}

/** @returns the new lines of all logs; how far each was read is on disk afterwards. */
export async function readNewLines(
  { folder, store, own }: LogTailOptions,
  clock: Clock,
): Promise<NewLines> {
  const families = await logFamilies(folder).catch(() => []);
  const found: ObservedLine[] = [];
  const unread = new Set<string>();
  for (const { path, active, rotated } of families) {
    const source = basename(path, ".ndjson");
    if (!path.endsWith(".ndjson") || source === own) continue;
    const offsets = store.offsets(source);
    const next = new Map<number, number>();
    for (const file of [...rotated, ...(active === undefined ? [] : [active])]) {
      const isKnown = offsets.size > 0;
      const read = await readFrom(file.path, (ino, size) => {
        const offset = offsets.get(ino);
        // A file that shrank was written anew.
        if (offset !== undefined) return offset <= size ? offset : 0;
        return isKnown ? 0 : Math.max(0, size - FIRST_BYTES);
      });
      if (read === undefined) continue;
      next.set(read.ino, read.offset);
      if (read.isCut) unread.add(source);
      found.push(...read.lines.flatMap((line) => parseLogLine(line, source, clock)));
    }
    store.keepOffsets(source, next);
  }
  return { lines: found, unread };
}

interface ReadLines {
  readonly ino: number;
  /** Behind the last whole line. */
  readonly offset: number;
  readonly lines: readonly string[];
  /** There is more than was read. */
  readonly isCut: boolean;
}

/** @param from where to begin, by inode and size. @returns nothing for a file that has gone. */
async function readFrom(
  path: string,
  from: (ino: number, size: number) => number,
): Promise<ReadLines | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { ino, size } = await file.stat();
    const start = from(ino, size);
    const bytes = Buffer.alloc(Math.min(MOST_BYTES, Math.max(0, size - start)));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
    // A line that is longer than all of this is none of ours.
    const consumed = end === 0 && bytesRead === MOST_BYTES ? bytesRead : end;
    const lines = bytes.toString("utf8", 0, end).split("\n");
    return { ino, offset: start + consumed, lines, isCut: size - start > MOST_BYTES };
  } catch {
    return (await stat(path).catch(() => undefined)) && undefined;
  }
}

function parseLogLine(json: string, source: string, { at, wall }: Clock): readonly ObservedLine[] {
  const line = lineSchema.safeParse(parseJson(json)).data;
  if (line === undefined) return [];
  const age = Math.max(0, wall - Date.parse(line.time));
  if (age >= OLD_MS) return [];
  const { level, pid, startTime, code, errno, event, kind, error } = line;
  // The logger has cleaned it; a model is shown no more than its beginning.
  const text = level === "error" ? error?.slice(0, MOST_CHARACTERS) : undefined;
  const about = { code, errno, event, kind, text, call: callOf(line), turn: turnOf(line) };
  return [{ at: at - age, source, level, pid, startTime, ...about }];
}

type LogLine = z.infer<typeof lineSchema>;

function callOf({ tool, ok, ms }: LogLine): ObservedCall | undefined {
  return tool === undefined || ok === undefined || ms === undefined
    ? undefined
    : { tool, ok, ms: Math.round(ms) };
}

function turnOf({ event, reason, in: prompt = 0, out = 0 }: LogLine): ObservedTurn | undefined {
  if (event !== "turn-end") return undefined;
  return { isComplete: reason === COMPLETE, tokens: prompt + out };
}
