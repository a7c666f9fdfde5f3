/** The jobs of a process that serves: a queue beside its journal, and workers that do what this home can do. */

import { explain, OrgError } from "#core/errors.ts";
import type { FrozenFile } from "#core/frozen-file.ts";
import type { Journal } from "#core/journal.ts";
import type { GenerationName, HomePaths } from "#home/home-paths.ts";
import { pausedKinds } from "#home/paused-kinds.ts";
import type { HomeQueue } from "#home/queue/home-queue.ts";
import type { SqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { PgClient } from "#platform/postgres/pg-client.ts";
import { kindsOfNode } from "#server/jobs/job-kinds.ts";
import { jobHandlers } from "#server/jobs/jobs-wire.ts";
import { LocalJobs } from "#server/jobs/local-jobs.ts";
import type { OwnHome } from "#server/socket/open-home.ts";
import type { Handlers } from "#server/socket/owner-server.ts";
import type { QueueFigures } from "#server/socket/upkeep-service.ts";
import type { AppContext, AppParts } from "./context.ts";
import type { SeeCall } from "./home-tools.ts";
import { jobHandlersOf } from "./job-handlers.ts";
import type { RoomObserver } from "./room-observer.ts";
import type { Participants } from "./rooms.ts";
import type { SharedContext } from "./shared-jobs.ts";

export interface ServeJobsOptions {
  readonly name: GenerationName;
  readonly context: AppContext;
  readonly paths: HomePaths;
  /** Owned by this process, and so is the queue. */
  readonly home: Pick<OwnHome, "service" | "journal">;
  readonly workers: number;
  /** The models of its participants work on goals. */
  readonly app: AppParts & {
    participants(): Promise<Participants>;
    database(): Promise<PgClient | undefined>;
    readonly queue: HomeQueue;
  };
  /** Told how each call of a tool went that no room has made. */
  readonly see: SeeCall;
  /** Told of each attempt that failed, as a sentence. @default it is printed on standard error */
  readonly log?: (line: string) => void;
}

/** The jobs of a process, which others may ask for as soon as they are open. */
export class JobsEndpoint {
  #jobs: LocalJobs | undefined;
  #queue: SqliteQueue | undefined;
  /** For callers on the socket of the home. */
  readonly handlers: Handlers = jobHandlers(() => this.#open());

  #open(): LocalJobs {
    if (this.#jobs === undefined) throw noJobs();
    return this.#jobs;
  }

  /** Keeps the queue's file as it is for a backup. */
  readonly freeze = (): readonly FrozenFile[] =>
    this.#queue === undefined ? [] : [this.#queue.freeze()];

  /** Figures of the jobs; absent until they are open, and for a candidate. */
  async figures(): Promise<QueueFigures | undefined> {
    const jobs = this.#jobs;
    if (jobs === undefined) return undefined;
    const { depth, oldestMs, workers, busy } = await jobs.stats();
    return { queued: depth.queued, oldestMs, workers, busy, unsettledMs: jobs.silentMs };
  }

  /** Takes jobs away from work that has given no sign of life for so long. @returns how many. */
  async dropSilent(silentMs: number): Promise<number> {
    return (await this.#jobs?.dropSilent(silentMs)) ?? 0;
  }

  /** Moves the log of the queue into it. */
  checkpoint(): void {
    this.#queue?.checkpoint();
  }

  /** What the disk answered when the queue took nothing more from then on; `undefined` while all is well. */
  get broken(): unknown {
    return this.#queue?.broken;
  }

  /**
   * Begins to work, and has rooms that fall silent observed by jobs of the same queue; a candidate does neither.
   *
   * @param report told of what ended the observer.
   * @returns ends the observer; the jobs are told to leave by themselves.
   */
  async start(
    observer: RoomObserver,
    { journal }: { readonly journal: Journal },
    report: (error: unknown) => void,
  ): Promise<AsyncDisposable | undefined> {
    await this.#jobs?.start();
    const queue = this.#queue;
    if (queue === undefined) return undefined;
    // It stays open for the other jobs.
    const openQueue = () =>
      Promise.resolve({ queue, [Symbol.asyncDispose]: () => Promise.resolve() });
    return observer.start({ journal, openQueue, report });
  }

  /**
   * Opens the queue. Nothing is worked on before {@link start}; disposing gives back what is not done in time.
   *
   * @param parts disposes of what the work needs.
   * @returns `undefined` for a candidate: it is looked at, and what has to be done is done by main.
   * @throws {OrgError} `HOME_BUSY`, `JOURNAL_CORRUPT`, `JOURNAL_FAILED`.
   */
  async open(
    { name, context, workers, ...options }: ServeJobsOptions,
    parts: AsyncDisposableStack,
  ): Promise<LocalJobs | undefined> {
    if (name === "candidate") return undefined;
    const { cleaner, output, settings } = context;
    const { keeping } = settings.jobs;
    const { queue } = options.app;
    const report = (error: unknown): void => {
      output.say(`${cleaner.clean(explain(error, true))}\n`);
    };
    const shared = await this.#share({ context, report, app: options.app }, parts);
    const home = shared === undefined ? options.home : { ...options.home, journal: shared.journal };
    // That of this machine stays for its rooms, which no other one observes.
    if (shared !== undefined) this.#queue = parts.use(await queue.open({ keeping }));
    this.#jobs = await LocalJobs.open({
      ...{ cleaner, workers, report, node: shared?.node },
      handlers: jobHandlersOf({ ...options, home, jobs: () => this.#open() }, parts),
      paused: () => pausedKinds(options.paths.root),
      kinds: shared && kindsOfNode(shared.node),
      openQueue:
        shared?.openQueue ??
        (async (observe) => {
          this.#queue = await queue.open({ observe, keeping });
          return this.#queue;
        }),
      log: options.log ?? ((line) => output.say(`${cleaner.clean(line)}\n`)),
    });
    return this.#jobs;
  }

  async #share(
    { context, app, report }: Pick<ServeJobsOptions, "context" | "app"> & Reporting,
    parts: AsyncDisposableStack,
  ): Promise<SharedContext | undefined> {
    const client = await app.database();
    if (client === undefined) return undefined;
    const { shareJobs } = await import("./shared-jobs.ts");
    // Another process works under our name: ours must do nothing any more.
    const onLost = (error: Error): void => {
      report(error);
      void this.#jobs?.leave().catch(report);
    };
    return await shareJobs({ settings: context.settings, client, onLost }, parts);
  }
}

interface Reporting {
  readonly report: (error: unknown) => void;
}

function noJobs(): OrgError {
  return new OrgError("This process has no job queue", {
    code: "JOB_REFUSED",
    why: "it is still starting, or it serves a candidate",
    remedies: ["try again in a moment", "org serve   # does the jobs of this home"],
    unchanged: "Nothing was changed.",
  });
}
