/** Jobs on a real queue in a folder of their own, with handlers that a test can hold and fail. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { JobHandlers, JobRun } from "#server/jobs/job-handlers.ts";
import type { JobData, JobTraceEvent } from "#server/jobs/job-service.ts";
import { LocalJobs } from "#server/jobs/local-jobs.ts";

export type Handle = (run: JobRun) => Promise<JobData>;

export interface BenchOptions {
  readonly workers?: number;
  readonly leaseMs?: number;
  readonly maxQueued?: number;
  readonly secrets?: readonly string[];
}

export class JobsBench implements AsyncDisposable {
  readonly #folder: string;
  readonly #options: BenchOptions;
  #jobs: LocalJobs | undefined;
  readonly lines: string[] = [];
  readonly reported: unknown[] = [];
  /** What does every job. */
  handle: Handle = async () => null;

  private constructor(folder: string, options: BenchOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  static async with(handle: Handle, options: BenchOptions = {}): Promise<JobsBench> {
    const bench = new JobsBench(await mkdtemp(join(tmpdir(), "org-jobs-")), options);
    bench.handle = handle;
    await bench.open();
    return bench;
  }

  get jobs(): LocalJobs {
    if (this.#jobs === undefined) throw new Error("The jobs are not open");
    return this.#jobs;
  }

  /** A process that begins; @param works whether its workers do. */
  async open(works = true): Promise<void> {
    const { workers = 2, leaseMs, maxQueued, secrets = [] } = this.#options;
    const any: Handle = (run) => this.handle(run);
    const handlers: JobHandlers = { goal: any, message: any, tool: any, workflow: any, task: any };
    this.#jobs = await LocalJobs.open({
      ...{
        handlers,
        workers,
        leaseMs,
        maxQueued,
        cleaner: new TextCleaner(secrets),
        backoff: () => 0,
      },
      openQueue: (observe) => openSqliteQueue(join(this.#folder, "queue.sqlite"), { observe }),
      log: (line) => this.lines.push(line),
      report: (error) => this.reported.push(error),
    });
    if (works) await this.#jobs.start();
  }

  async close(): Promise<void> {
    await this.#jobs?.[Symbol.asyncDispose]();
  }

  /** Submits a goal. */
  async put(requestId: string, about: { readonly maxAttempts?: number } = {}): Promise<void> {
    await this.jobs.submit({ work: { kind: "goal", text: requestId }, requestId, ...about });
  }

  /** The whole trace, once the job has ended. */
  async trace(id: string): Promise<JobTraceEvent[]> {
    return await Array.fromAsync(this.jobs.events(id, 1, new AbortController().signal));
  }

  async types(id: string): Promise<string> {
    return (await this.trace(id)).map(({ type }) => type).join(" ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Resolves when the signal aborts, with its reason thrown, as work that obeys does. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (signal.aborted) reject(signal.reason);
  });
}
