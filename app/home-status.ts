/** What `org status` tells: what runs for a home, what waits for its user, and what was spent today. */
import { existsSync } from "node:fs";
import type { Finding } from "#core/check.ts";
import { dayOf } from "#core/day-of.ts";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { JobState } from "#core/queue.ts";
import { type Health, isAlive, readHealth } from "#home/health-file.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { supervisorCheck } from "#ops/doctor/supervisor-check.ts";
import { type HomeProcess, processesOf } from "#ops/processes/home-processes.ts";
import { hasJobs, type JobsLook, jobsOfHome } from "#server/jobs/jobs-of-home.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { MemoryService } from "#server/socket/memory-service.ts";

/** A part that could not be looked at says why. */
export type Part<T> = { readonly known: T } | { readonly unknown: string };

export interface HomeStatus {
  readonly home: string;
  /** In the order in which they would be ended. */
  readonly processes: readonly HomeProcess[];
  readonly rooms: Part<{
    readonly count: number;
    /** The one in which something was said last. */
    readonly newest: { readonly id: string; readonly at: number } | null;
  }>;
  readonly jobs: Part<Readonly<Record<JobState, number>> | null>;
  /** null where no process writes it. */
  readonly heartbeat:
    | (Pick<Health, "at" | "provider" | "backup"> & { readonly ok: boolean })
    | null;
  readonly supervisor: Pick<Finding, "state" | "detail">;
  /** Ids of calls that wait for an approval, as `org approve` takes them. */
  readonly approvals: Part<readonly string[]>;
  /** How many notes wait for a review. */
  readonly toReview: Part<number>;
  /** Of this day in UTC. */
  readonly budget: Part<{
    readonly tokens: number;
    readonly micros: number;
    readonly mostTokens: number | null;
    readonly mostMicros: number | null;
  }>;
}

/** The home, in this process or in its owner. */
interface LookedAt {
  readonly service: Pick<HomeService, "rooms" | "questions">;
  readonly memory: MemoryService;
}

/** Counted so far: more is a home in need of attention, whatever their number. */
const MOST_JOBS = 1000;

/** @param opened absent where nothing was ever said in the home. */
export async function homeStatus(look: JobsLook, opened?: LookedAt): Promise<HomeStatus> {
  const { settings, signal } = look;
  const { home, budget: limits } = settings;
  const paths = homePaths(home);
  const supervisor = await supervisorCheck(home).run(signal);
  return {
    home,
    processes: await processesOf(home),
    rooms: await part(async () => {
      const all = (await opened?.service.rooms(signal)) ?? [];
      const [newest] = all;
      const at = newest && { id: newest.room, at: newest.lastAt };
      return { count: all.length, newest: at ?? null };
    }),
    jobs: await part(() => jobCounts(look)),
    heartbeat: await heartbeatOf(paths.health),
    supervisor: { state: supervisor.state, detail: supervisor.detail },
    approvals: await part(async () =>
      ((await opened?.service.questions(signal)) ?? []).map(({ asked }) => asked.id),
    ),
    toReview: await part(async () => {
      // One that was never opened is not made for a look at it.
      if (opened === undefined || !existsSync(paths.memory)) return 0;
      return (await opened.memory({ kind: "list", states: ["staged"] }, signal)).notes.length;
    }),
    budget: await part(async () => ({
      ...spentToday(paths.spending),
      mostTokens: limits.day.tokens ?? null,
      mostMicros: limits.day.micros ?? null,
    })),
  };
}

async function part<T>(work: () => Promise<T>): Promise<Part<T>> {
  try {
    return { known: await work() };
  } catch (error) {
    // One part that cannot be looked at hides none of the others.
    if (!(error instanceof OrgError)) throw error;
    return { unknown: `${reasonOf(error)} [${error.code}]` };
  }
}

async function jobCounts(look: JobsLook): Promise<Readonly<Record<JobState, number>> | null> {
  if (!hasJobs(look)) return null;
  await using parts = new AsyncDisposableStack();
  const jobs = await jobsOfHome(look, parts);
  const count = async (state: JobState): Promise<number> =>
    (await jobs.list({ state, limit: MOST_JOBS })).jobs.length;
  return {
    queued: await count("queued"),
    running: await count("running"),
    done: await count("done"),
    dead: await count("dead"),
    cancelled: await count("cancelled"),
  };
}

async function heartbeatOf(path: string): Promise<HomeStatus["heartbeat"]> {
  const health = await readHealth(path);
  if (health === undefined) return null;
  const { at, provider, backup } = health;
  return { at, provider, backup, ok: await isAlive(health) };
}

function spentToday(path: string): { readonly tokens: number; readonly micros: number } {
  if (!existsSync(path)) return { tokens: 0, micros: 0 };
  using store = openSpendStore(path);
  const today = dayOf(Date.now());
  return store.between(today, today);
}
