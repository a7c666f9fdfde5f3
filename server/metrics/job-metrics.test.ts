import { expect, test } from "bun:test";
import { complaintsOf, familiesOf, sampleOf } from "#test/prometheus-text.ts";
import type { JobChange, JobObserver, JobStats } from "../jobs/job-service.ts";
import { HomeMetrics } from "./home-metrics.ts";

const STATS: JobStats = {
  depth: { queued: 3, running: 2, done: 7, dead: 1, cancelled: 0 },
  oldestMs: 1500,
  leasedMs: [4000, 1000],
  workers: 4,
  busy: 2,
};

/** As much of the jobs of a home as a metric sees them. */
class Jobs {
  readonly #observers = new Set<JobObserver>();
  stats(): Promise<JobStats> {
    return Promise.resolve(STATS);
  }
  observe(observer: JobObserver): Disposable {
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => this.#observers.delete(observer) };
  }
  tell(change: Pick<JobChange, "type"> & Partial<JobChange>): void {
    const whole = { id: "j", requestId: "j", kind: "goal", attempt: 1, ...change } as const;
    for (const observer of this.#observers) observer(whole);
  }
}

test("jobs are counted by outcome, and how many wait is asked at every scrape", async () => {
  const build = { version: "1", commit: "c", generation: "current" };
  const metrics = new HomeMetrics({ build });
  const jobs = new Jobs();
  {
    using _observed = metrics.observeJobs(jobs);
    jobs.tell({ type: "queued" });
    jobs.tell({ type: "started", waitedMs: 200 });
    jobs.tell({ type: "retry", ranMs: 300 });
    jobs.tell({ type: "started", waitedMs: 9000 });
    jobs.tell({ type: "done", ranMs: 400 });
    jobs.tell({ type: "dead", kind: "tool" });
  }
  jobs.tell({ type: "done" });
  const families = familiesOf(await metrics.text());
  expect(complaintsOf(families)).toEqual([]);
  const value = (name: string, labels?: Record<string, string>) => sampleOf(families, name, labels);
  expect(value("org_jobs_total", { kind: "goal", outcome: "done" })).toBe(1);
  expect(value("org_jobs_total", { kind: "tool", outcome: "dead" })).toBe(1);
  expect(value("org_job_setbacks_total", { kind: "goal", cause: "retry" })).toBe(1);
  expect(value("org_job_wait_seconds_count", { kind: "goal" })).toBe(2);
  expect(value("org_job_wait_seconds_bucket", { kind: "goal", le: "0.5" })).toBe(1);
  expect(value("org_job_run_seconds_sum", { kind: "goal" })).toBeCloseTo(0.7);
  expect(value("org_jobs", { state: "queued" })).toBe(3);
  expect(value("org_jobs", { state: "dead" })).toBe(1);
  expect(value("org_job_oldest_seconds")).toBe(1.5);
  expect(value("org_job_lease_seconds")).toBe(4);
  expect(value("org_job_workers", { state: "idle" })).toBe(2);
});
