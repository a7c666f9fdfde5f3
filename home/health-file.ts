/** `health.json`: how the owner of a home is, written by it at each beat and read by other programs. */
import { rm } from "node:fs/promises";
import { z } from "zod";
import { loadText, writeFileAtomically } from "#platform/files.ts";
import { monotonicMs } from "#platform/libc.ts";
import {
  identityOf,
  identityShape,
  type ProcessIdentity,
  processOf,
} from "#platform/process-record.ts";

/** Pause between two beats, in milliseconds. */
export const BEAT_MS = 15_000;
/** An owner whose file is older does not live, in milliseconds: three beats may be missed. */
export const STALE_MS = 60_000;

/** A database of the home. */
interface DatabaseHealth {
  /** Size of the file in bytes. */
  readonly bytes: number;
  /** Size of its log in bytes; 0 without one. */
  readonly wal: number;
  /** Result of its last check: at the start of its owner, or by the last backup. */
  readonly check: "ok" | "failed" | "unknown";
}

interface QueueHealth {
  readonly queued: number;
  /** How long the oldest that could run has waited, in seconds. */
  readonly oldest_s: number;
  readonly dead: number;
}

interface ProviderHealth {
  /** By its last answer in this process. */
  readonly state: "up" | "down" | "unknown";
  /** Since when, in milliseconds since the epoch. */
  readonly since: number;
}

interface TaskHealth {
  /** When it is due, in milliseconds since the epoch; null when it is switched off. */
  readonly next: number | null;
  /** When it was due last; null before its first run. */
  readonly last: number | null;
  /** How the last run ended; null before the first end. */
  readonly outcome: "done" | "failed" | "running" | "skipped" | null;
}

interface BackupHealth {
  /** When the newest was made, in milliseconds since the epoch; null without one. */
  readonly at: number | null;
  /** Whether it was restored once, to see that it is whole. */
  readonly verified: boolean;
}

/** What a process can say of its home. Its own parts of the file, such as `pid` and `rss`, are added by the writer. */
export interface HealthReport {
  /** "current" or "candidate". */
  readonly generation: string;
  /** What it was started from; empty where it is not known. */
  readonly commit: string;
  readonly db: Readonly<Record<string, DatabaseHealth>>;
  /** null where no queue is open: this process does no jobs. */
  readonly queue: QueueHealth | null;
  readonly provider: ProviderHealth;
  /** Free bytes for this user where the home lies. */
  readonly disk_free: number;
  readonly tasks: Readonly<Record<string, TaskHealth>>;
  readonly backup: BackupHealth;
}

/** The file as a whole. */
export interface Health extends HealthReport, ProcessIdentity {
  readonly v: 1;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
  /** The same on the monotonic clock of the machine; see `monotonicMs`. Of another boot it means nothing. */
  readonly mono: number;
  /** Beats since the process began, from 1. */
  readonly beat: number;
  /** Memory of the process in bytes. */
  readonly rss: number;
}

const count = z.number().min(0);
const instant = z.number().nullable();

/** For programs that read the file. Unknown fields are let pass: a later version may say more. */
export const healthSchema: z.ZodType<Health> = z.object({
  v: z.literal(1),
  ...identityShape,
  ...{ at: count, mono: count, generation: z.string(), commit: z.string(), beat: z.int().min(1) },
  db: z.record(
    z.string(),
    z.object({ bytes: count, wal: count, check: z.enum(["ok", "failed", "unknown"]) }),
  ),
  queue: z.object({ queued: count, oldest_s: count, dead: count }).nullable(),
  provider: z.object({ state: z.enum(["up", "down", "unknown"]), since: count }),
  ...{ rss: count, disk_free: count },
  tasks: z.record(
    z.string(),
    z.object({
      ...{ next: instant, last: instant },
      outcome: z.enum(["done", "failed", "running", "skipped"]).nullable(),
    }),
  ),
  backup: z.object({ at: instant, verified: z.boolean() }),
});

/** @returns undefined where there is none, or what is there is not such a file. */
export async function readHealth(path: string): Promise<Health | undefined> {
  try {
    return healthSchema.safeParse(JSON.parse(await loadText(path))).data;
  } catch {
    return undefined;
  }
}

/** Whether the process that wrote a file runs, and wrote it so shortly ago that it can be taken to work. */
export async function isAlive(health: Health, nowMs: number = monotonicMs()): Promise<boolean> {
  return (await processOf(health)) !== undefined && nowMs - health.mono <= STALE_MS;
}

/** Writes the file of this process, beat after beat; disposing takes it away. */
export class HealthFile implements AsyncDisposable {
  readonly #path: string;
  readonly #identity: Promise<ProcessIdentity> = identityOf();
  #beat = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws {OrgError} `FILE_FAILED`; the file of the beat before is then still there. */
  async write(report: HealthReport): Promise<void> {
    this.#beat += 1;
    const health: Health = {
      ...{ v: 1, at: Date.now(), mono: monotonicMs(), ...(await this.#identity) },
      ...{ beat: this.#beat, rss: process.memoryUsage.rss(), ...report },
    };
    await writeFileAtomically(this.#path, `${JSON.stringify(health)}\n`);
  }

  /** Only its own: the next owner may have written there meanwhile. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { pid, startTime } = await this.#identity;
    const there = await readHealth(this.#path);
    if (there?.pid === pid && there.startTime === startTime) await rm(this.#path, { force: true });
  }
}
