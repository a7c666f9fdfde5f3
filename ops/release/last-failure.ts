/** Why the newest promotion or rollback failed: a process of its own does it, whose output is not shown to the user. */
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "#core/json.ts";
import { homePaths } from "#home/home-paths.ts";
import { loadEnd } from "#platform/files.ts";
import { BEGAN, FAILED, GATE_LOG } from "./gate-log.ts";

export interface FailedRun {
  /** "promote" or "rollback". */
  readonly what: string;
  /** Branch, commit or tag; empty: none was named. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Several lines: what failed, why, and what to do. */
  readonly why: string;
}

/** So much of the end of the log is looked through: a run writes a few lines. */
const MOST_BYTES = 128 * 1024;

const lineSchema = z.object({
  time: z.string(),
  msg: z.string(),
  request_id: z.string(),
  subject: z.string().optional(),
  error: z.string().optional(),
  details: z.string().optional(),
});

const FIRST = new RegExp(`^(promote|rollback) ${BEGAN}$`);

/** @returns undefined where the newest one did what it was to do or is doing it, and where there was none. */
export async function lastFailure(home: string): Promise<FailedRun | undefined> {
  const path = join(homePaths(home).logs, `${GATE_LOG}.ndjson`);
  const bytes = await loadEnd(path, MOST_BYTES).catch(() => Buffer.alloc(0));
  const lines = bytes
    .toString("utf8")
    .split("\n")
    .flatMap((line) => lineSchema.safeParse(parseJson(line)).data ?? []);
  const begun = lines.findLast(({ msg }) => FIRST.test(msg));
  const [, what = ""] = FIRST.exec(begun?.msg ?? "") ?? [];
  const end = lines.findLast(
    ({ msg, request_id: id }) => id === begun?.request_id && msg.startsWith(`${what} ${FAILED}`),
  );
  if (begun === undefined || end === undefined) return undefined;
  const why = end.details ?? end.error ?? end.msg;
  return { what, subject: begun.subject ?? "", at: Date.parse(end.time), why };
}
