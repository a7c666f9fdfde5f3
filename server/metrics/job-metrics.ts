/** What is counted of the jobs of a home. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { JOB_STATES } from "#core/queue.ts";
import type { JobChange, JobKind, JobService, JobStats } from "../jobs/job-service.ts";

/** In seconds: from a tool at once to a workflow of an hour. */
const JOB_BUCKETS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600];

const KINDS: Readonly<Record<JobKind, 0>> = { goal: 0, message: 0, tool: 0, workflow: 0, task: 0 };
const OUTCOMES = ["done", "dead", "cancelled"] as const;
const SETBACKS = ["retry", "expired", "released"] as const;

/** Disposing ends the counting. */
export interface JobMetrics extends Disposable {
  /** Asks how many jobs wait and run; to be called before the figures are read. */
  refresh(): Promise<void>;
}

/** Counts from now on what becomes of jobs. */
export function countJobs(
  registry: Registry,
  service: Pick<JobService, "stats" | "observe">,
): JobMetrics {
  const registers = [registry];
  const ended = new Counter({
    name: "org_jobs_total",
    help: "Jobs that have ended, by kind and outcome.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const setBack = new Counter({
    name: "org_job_setbacks_total",
    help: "Attempts at jobs that did not end them: to be tried again, lost by their worker, or given back.",
    labelNames: ["kind", "cause"],
    registers,
  });
  const waited = new Histogram({
    name: "org_job_wait_seconds",
    help: "How long jobs waited before an attempt at them began.",
    labelNames: ["kind"],
    buckets: JOB_BUCKETS,
    registers,
  });
  const ran = new Histogram({
    name: "org_job_run_seconds",
    help: "How long attempts at jobs took.",
    labelNames: ["kind"],
    buckets: JOB_BUCKETS,
    registers,
  });
  for (const kind of Object.keys(KINDS)) {
    for (const outcome of OUTCOMES) ended.inc({ kind, outcome }, 0);
    for (const cause of SETBACKS) setBack.inc({ kind, cause }, 0);
  }
  // biome-ignore lint/nursery/useDisposables: the caller disposes of it
  const observed = service.observe(({ kind, type, waitedMs, ranMs }: JobChange) => {
    const outcome = OUTCOMES.find((one) => one === type);
    const cause = SETBACKS.find((one) => one === type);
    if (outcome !== undefined) ended.inc({ kind, outcome });
    if (cause !== undefined) setBack.inc({ kind, cause });
    if (waitedMs !== undefined) waited.observe({ kind }, waitedMs / 1000);
    if (ranMs !== undefined) ran.observe({ kind }, ranMs / 1000);
  });
  const show = gauges(registry);
  return {
    refresh: async () => show(await service.stats()),
    [Symbol.dispose]: () => observed[Symbol.dispose](),
  };
}

function gauges(registry: Registry): (stats: JobStats) => void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const depth = gauge("org_jobs", "Jobs that there are, by state.", ["state"]);
  const oldest = gauge(
    "org_job_oldest_seconds",
    "How long the oldest job that could begin has waited; 0 when there is none.",
  );
  const leased = gauge(
    "org_job_lease_seconds",
    "How long the longest running job has been with its worker; 0 when none runs.",
  );
  const workers = gauge("org_job_workers", "How many jobs could run at once, by state.", ["state"]);
  return (stats) => {
    for (const state of JOB_STATES) depth.set({ state }, stats.depth[state]);
    oldest.set(stats.oldestMs / 1000);
    leased.set((stats.leasedMs[0] ?? 0) / 1000);
    workers.set({ state: "busy" }, stats.busy);
    workers.set({ state: "idle" }, stats.workers - stats.busy);
  };
}
