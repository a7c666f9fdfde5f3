import { OrgError, unreachable } from "#core/errors.ts";
import { newId } from "#core/ids.ts";
import type { Job, Queue, Transition } from "#core/queue.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import { inRequest } from "#platform/log/request-context.ts";
import { failureOf, JobFailure } from "./job-failure.ts";
import type { JobHandlers, JobRun } from "./job-handlers.ts";
import { kindOf, pausedOf, storedKind } from "./job-kinds.ts";
import { bodyOf, readJobRequest, workOf } from "./job-request.ts";
import type {
  JobChange,
  JobData,
  JobList,
  JobListOptions,
  JobObserver,
  JobRequest,
  JobService,
  JobStats,
  JobTraceEvent,
  JobView,
  Submitted,
} from "./job-service.ts";
import { noteText, traceOf, viewOf } from "./job-view.ts";
import { WorkerPool } from "./worker-pool.ts";

export interface LocalJobsOptions {
  /** Opens the queue; what is observed is to be told before the call that changed it resolves. */
  readonly openQueue: (
    observe: (transition: Transition) => void,
  ) => Promise<Queue & AsyncDisposable>;
  readonly handlers: JobHandlers;
  readonly cleaner: TextCleaner;
  /** 1 to 64. */
  readonly workers: number;
  /** Takes one line about a job that did not go well. */
  readonly log: (line: string) => void;
  /** Told of bugs of ours, and of what went wrong here and belongs to no job. */
  readonly report: (error: unknown) => void;
  /** Most jobs that wait; further ones are refused. @default 200,000 */
  readonly maxQueued?: number | undefined;
  /** Kinds of jobs that are not taken, asked before each. @default none */
  readonly paused?: (() => readonly string[]) | undefined;
  /** This machine among those that share the queue. @default it is the only one */
  readonly node?: string | undefined;
  /** Stored kinds that its workers take; see `kindsOfNode`. @default all */
  readonly kinds?: readonly string[] | undefined;
  /** @default see `WorkerPool` */
  readonly leaseMs?: number | undefined;
  /** @default see `WorkerPool` */
  readonly backoff?: ((attempt: number) => number) | undefined;
}

/** The only queue there is. */
const JOBS = "jobs";
const MAX_QUEUED = 200_000;
const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1000;
/** How long jobs may go on when the process leaves, in milliseconds. */
const DRAIN_MS = 5000;

/** The jobs of the home that this process owns, and the workers that do them. */
export class LocalJobs implements JobService, AsyncDisposable {
  readonly #options: LocalJobsOptions;
  readonly #queue: Queue & AsyncDisposable;
  readonly #pool: WorkerPool;
  readonly #observers = new Set<JobObserver>();
  /** When the running attempts of this process began, by job, in milliseconds since the epoch. */
  readonly #began = new Map<string, number>();
  #isLeaving: boolean = false;

  private constructor(options: LocalJobsOptions, queue: Queue & AsyncDisposable) {
    const { workers, report, node, kinds, paused = () => [], leaseMs, backoff } = options;
    this.#options = options;
    this.#queue = queue;
    this.#pool = new WorkerPool({
      ...{ queue, name: JOBS, workers, report, only: kinds, leaseMs, backoff },
      paused: () => pausedOf(paused(), node),
      run: (job, signal, close) => this.#run(job, signal, close),
    });
  }

  /** Opens the queue; nothing is worked on before {@link start}. @throws as `openQueue` does. */
  static async open(options: LocalJobsOptions): Promise<LocalJobs> {
    const opened: LocalJobs[] = [];
    // biome-ignore lint/nursery/useDisposables: the jobs dispose of it
    const queue = await options.openQueue((transition) => {
      for (const jobs of opened) jobs.#see(transition);
    });
    const jobs = new LocalJobs(options, queue);
    opened.push(jobs);
    return jobs;
  }

  get node(): string | undefined {
    return this.#options.node;
  }

  /** Begins to work, first on what a process before this one had not finished. */
  async start(): Promise<void> {
    await this.#pool.start();
  }

  async submit(input: JobRequest): Promise<Submitted> {
    const whole = readJobRequest(input);
    const request = (await this.#options.cleaner.ahead(whole)).cleanData(whole);
    const { work, requestId: id = newId("job"), priority, maxAttempts, delayMs } = request;
    if (this.#isLeaving) throw refused("this org is leaving");
    const { maxQueued = MAX_QUEUED } = this.#options;
    const { queued } = (await this.#queue.stats(JOBS)).depth;
    if (queued >= maxQueued && (await this.#queue.get(JOBS, id)) === undefined) {
      throw refused(`${queued} jobs wait already`);
    }
    const kind = storedKind(work, this.#options.node);
    const about = { id, kind, priority, maxAttempts, delayMs };
    const { dup, isSame } = await this.#queue.enqueue(JOBS, bodyOf(work), about);
    if (!isSame) throw conflict(`The request id "${id}" was used for another job`, id);
    return { id, dup };
  }

  async get(id: string): Promise<JobView> {
    const record = await this.#queue.get(JOBS, id);
    if (record === undefined) throw unknownJob(id);
    return viewOf(record);
  }

  async list({ state, after, limit = DEFAULT_PAGE }: JobListOptions = {}): Promise<JobList> {
    const most = Math.max(1, Math.min(LARGEST_PAGE, limit));
    const { jobs, next } = await this.#queue.list(JOBS, { state, after, limit: most });
    return { jobs: jobs.map(viewOf), next };
  }

  async cancel(id: string): Promise<JobView> {
    const done = await this.#queue.cancel(JOBS, id);
    // At once here; a worker elsewhere learns of it at its next sign of life.
    if (done) this.#pool.abort(id);
    const job = await this.get(id);
    if (!done) throw conflict(`The job "${id}" cannot be cancelled: it is ${job.state}`, id);
    return job;
  }

  async requeue(id: string): Promise<JobView> {
    const done = await this.#queue.requeue(JOBS, id);
    const job = await this.get(id);
    if (!done) throw conflict(`The job "${id}" is not dead: it is ${job.state}`, id);
    return job;
  }

  async *events(
    id: string,
    from: number,
    signal: AbortSignal,
  ): AsyncGenerator<JobTraceEvent, void> {
    await this.get(id);
    for await (const event of this.#queue.events(JOBS, id, { from, signal })) {
      yield traceOf(id, event);
    }
  }

  async stats(): Promise<JobStats> {
    const { workers } = this.#options;
    return { ...(await this.#queue.stats(JOBS)), workers, busy: this.#pool.busy };
  }

  /** How long no running job has given a sign of life, in milliseconds; 0 while none runs. */
  get silentMs(): number {
    return this.#pool.silentMs;
  }

  /** Takes jobs that hang away from their work. @returns how many. */
  async dropSilent(silentMs: number): Promise<number> {
    return await this.#pool.dropSilent(silentMs);
  }

  observe(observer: JobObserver): Disposable {
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => this.#observers.delete(observer) };
  }

  /** Takes no jobs any more, and lets those that run come to an end or gives them back. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#pool.drain(DRAIN_MS);
  }

  /** Leaves, and closes the queue. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.leave();
    await this.#queue[Symbol.asyncDispose]();
  }

  async #run(job: Job, signal: AbortSignal, close: (note: string) => void): Promise<string> {
    const { id, attempt, createdAt } = job;
    const { cleaner } = this.#options;
    const work = workOf(job.body);
    const alive = (): void => this.#pool.alive(id);
    const note = async (data: JobData): Promise<void> => {
      alive();
      const clean = (await cleaner.ahead(data)).cleanData(data);
      const isHeld = await this.#queue.note(job, noteText(clean));
      // Who has lost the job is told so by the signal; it must not go on until then.
      if (!isHeld)
        throw new JobFailure("It is not ours any more", { code: "LOST", isFinal: false });
    };
    const earlier = async () => (job.token === 1 ? [] : await this.#notesOf(job));
    const closing = (data: JobData): void => close(noteText(cleaner.cleanData(data)));
    const run = { id, work, attempt, createdAt, signal, alive, note, closing, earlier };
    try {
      const result = await inRequest(id, () => this.#handle(run));
      return JSON.stringify((await cleaner.ahead(result)).cleanData(result));
    } catch (cause) {
      const { error, isFinal } = failureOf(cause);
      const { code, message } = error;
      // The job keeps one line of it; where a bug is, only the stack tells.
      if (code === "BUG" && !signal.aborted) this.#options.report(cause);
      throw new JobFailure(cleaner.clean(message), { code, isFinal, cause });
    }
  }

  #handle(run: JobRun): Promise<JobData> {
    const { handlers } = this.#options;
    const { work } = run;
    switch (work.kind) {
      case "goal":
        return handlers.goal({ ...run, work });
      case "message":
        return handlers.message({ ...run, work });
      case "tool":
        return handlers.tool({ ...run, work });
      case "workflow":
        return handlers.workflow({ ...run, work });
      case "task":
        return handlers.task({ ...run, work });
      default:
        return unreachable(work);
    }
  }

  async #notesOf({ id }: Job): Promise<readonly JobData[]> {
    let notes: JobData[] = [];
    const { events = 0 } = (await this.#queue.get(JOBS, id)) ?? {};
    for await (const event of this.#queue.events(JOBS, id, { from: 1 })) {
      const { type, data } = traceOf(id, event);
      if (type === "requeued") notes = [];
      if (data !== undefined) notes.push(data);
      if (event.seq >= events) break;
    }
    return notes;
  }

  #see({ id, kind, createdAt, event }: Transition): void {
    const { type, attempt, at, error, delayMs } = event;
    if (type === "note") return;
    const began = this.#began.get(id);
    if (type === "started") this.#began.set(id, at);
    else this.#began.delete(id);
    const change: JobChange = {
      ...{ id, requestId: id, kind: kindOf(kind), type, attempt, error },
      waitedMs: type === "started" ? at - createdAt : undefined,
      ranMs: type === "started" || began === undefined ? undefined : at - began,
    };
    for (const observer of this.#observers) observer(change);
    const next = delayMs === undefined ? "" : `; again in ${(delayMs / 1000).toFixed(1)} s`;
    if (error === undefined) return;
    this.#options.log(
      `job ${id} (${kind}): ${type} after attempt ${attempt}: ${error.message} [${error.code}]${next}`,
    );
  }
}

function unknownJob(id: string): OrgError {
  return new OrgError(`There is no job "${id.slice(0, 128)}"`, {
    code: "JOB_UNKNOWN",
    why: "it was never submitted here, or it ended so long ago that it was cleared away",
    remedies: ["submit it again if you still need it"],
    unchanged: "Nothing was changed.",
  });
}

function conflict(message: string, id: string): OrgError {
  return new OrgError(message, {
    code: "JOB_CONFLICT",
    remedies: [`look at the job "${id}" as it is`, "or take another request id"],
    unchanged: "Nothing was changed.",
  });
}

function refused(why: string): OrgError {
  return new OrgError("No jobs are accepted now", {
    code: "JOB_REFUSED",
    why,
    remedies: ["try again in a moment, with the same request id"],
    unchanged: "Nothing was queued.",
  });
}
