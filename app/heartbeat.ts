/** The heartbeat of the process that owns a home: at each beat it hands over what is due, and says how it is. */
import { stat, statfs } from "node:fs/promises";
import { findDatabases } from "#home/databases.ts";
import { BEAT_MS, type Health, HealthFile } from "#home/health-file.ts";
import type { HomePaths } from "#home/home-paths.ts";
import type { ProviderWatch } from "#home/provider-watch.ts";
import type { TaskPlan } from "#home/settings/heartbeat-settings.ts";
import { TaskTable } from "#home/tasks/task-table.ts";
import { NewestBackup } from "#ops/backup/newest-backup.ts";
import { TaskScheduler } from "#server/heartbeat/task-scheduler.ts";
import type { JobService } from "#server/jobs/job-service.ts";

export interface HeartbeatOptions {
  readonly paths: HomePaths;
  readonly generation: string;
  /** What the process was started from; empty where it is not known. */
  readonly commit: string;
  /** Takes what is due; without it this process does no jobs, and no tasks. */
  readonly jobs?: JobService | undefined;
  readonly plans?: readonly TaskPlan[] | undefined;
  /** What the disk answered when nothing more could be written; `undefined` while all is well. */
  readonly broken: () => unknown;
  /** What was met in the journal that cannot be read; `undefined` while all is well. */
  readonly damaged: () => unknown;
  readonly provider: ProviderWatch;
  /** Told of a beat that failed. */
  readonly report: (error: unknown) => void;
}

export class Heartbeat implements AsyncDisposable {
  readonly #options: HeartbeatOptions;
  readonly #file: HealthFile;
  readonly #table: TaskTable | undefined;
  readonly #tasks: TaskScheduler | undefined;
  readonly #backups: NewestBackup;
  #timer: ReturnType<typeof setInterval> | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: HeartbeatOptions) {
    const { paths, jobs, plans = [], report } = options;
    this.#options = options;
    this.#file = new HealthFile(paths.health);
    this.#backups = new NewestBackup(paths.backups);
    if (jobs === undefined) return;
    // biome-ignore lint/nursery/useDisposables: the heartbeat disposes of it
    const table = new TaskTable(paths.tasks);
    this.#table = table;
    this.#tasks = new TaskScheduler({ home: paths.root, plans, table, jobs, report });
  }

  /**
   * Beats from now on, on the clock of the machine that no one sets.
   *
   * @param isAtOnce whether the first beat is now; else a process that ends sooner leaves no trace.
   */
  start(isAtOnce: boolean): void {
    this.#timer ??= setInterval(() => this.#begin(), BEAT_MS);
    this.#timer.unref();
    if (isAtOnce) this.#begin();
  }

  /** Once more than the clock asks for. */
  async beat(): Promise<void> {
    const { paths, generation, commit, jobs, provider } = this.#options;
    const tasks = (await this.#tasks?.beat()) ?? {};
    const newest = await this.#backups.look(Date.now());
    const [db, stats, disk] = await Promise.all([
      this.#databases(newest?.databases ?? NONE),
      jobs?.stats(),
      statfs(paths.root),
    ]);
    await this.#file.write({
      ...{ generation, commit, db, tasks, provider: provider.state },
      queue:
        stats === undefined
          ? null
          : {
              ...{ queued: stats.depth.queued, dead: stats.depth.dead },
              oldest_s: stats.oldestMs / 1000,
            },
      disk_free: disk.bavail * disk.bsize,
      backup: newest === undefined ? NO_BACKUP : { at: newest.at, verified: newest.isWhole },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#file[Symbol.asyncDispose]();
    this.#table?.[Symbol.dispose]();
  }

  /** One at a time: a beat that waits for a slow disk is not overtaken. */
  #begin(): void {
    this.#beating ??= this.beat()
      .catch(this.#options.report)
      .finally(() => {
        this.#beating = undefined;
      });
  }

  async #databases(verified: ReadonlySet<string>): Promise<Health["db"]> {
    const { paths, broken, damaged, jobs } = this.#options;
    const owned = new Set([paths.journal, ...(jobs === undefined ? [] : [paths.queue])]);
    const isBroken = broken() !== undefined;
    const isDamaged = damaged() !== undefined;
    const found = await findDatabases(paths.root);
    const entries = found.map(async ({ name, path }) => {
      // Those that the owner keeps open were checked when it opened them, others by the last backup.
      const isChecked = owned.has(path) || verified.has(name);
      const hasFailed = (owned.has(path) && isBroken) || (path === paths.journal && isDamaged);
      const check = hasFailed ? "failed" : isChecked ? "ok" : "unknown";
      const [bytes, wal] = await Promise.all([sizeOf(path), sizeOf(`${path}-wal`)]);
      return [name, { bytes, wal, check }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
}

const NO_BACKUP: Health["backup"] = { at: null, verified: false };
const NONE: ReadonlySet<string> = new Set();

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}
