/** The dashboard of docs/grafana, held against what is exported. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { z } from "zod";
import type { JobStats } from "#server/jobs/job-service.ts";
import { HomeMetrics } from "#server/metrics/home-metrics.ts";
import { familiesOf } from "./prometheus-text.ts";

const dashboardSchema = z.object({
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string().min(1),
      targets: z.array(z.object({ expr: z.string() })).optional(),
    }),
  ),
});

const stats: JobStats = {
  depth: { queued: 0, running: 0, done: 0, dead: 0, cancelled: 0 },
  ...{ oldestMs: 0, leasedMs: [], workers: 1, busy: 0 },
};

/** Every metric that there is, with the labels that it can have. */
async function exported(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = new HomeMetrics({
    build: { version: "1", commit: "c", generation: "current" },
    verdicts: () => [{ verdict: "hold", stage: "S1", count: 1 }],
  });
  using _jobs = metrics.observeJobs({
    stats: () => Promise.resolve(stats),
    observe: (see) => {
      const change = { id: "j", requestId: "j", kind: "goal", attempt: 1 } as const;
      see({ ...change, type: "done", waitedMs: 1, ranMs: 1 });
      return { [Symbol.dispose]: () => undefined };
    },
  });
  const turn = { turn: "t", persona: "agent" };
  metrics.observe({ ...turn, type: "tool-result", id: "1", name: "sh", ok: true, ms: 1, size: 0 });
  const usage = { promptTokens: 1, completionTokens: 1 };
  metrics.observe({ ...turn, type: "turn-end", reason: "complete", usage });
  metrics.observeRequest({ method: "GET", route: "/health", status: 200 });
  const samples = familiesOf(await metrics.text()).flatMap((family) => family.samples);
  const labels = new Map<string, Set<string>>();
  for (const { name, labels: own } of samples) {
    labels.set(name, new Set([...(labels.get(name) ?? []), ...Object.keys(own)]));
  }
  return labels;
}

test("every expression of the dashboard names a metric that is exported, and labels that it has", async () => {
  const text = await Bun.file(join(import.meta.dir, "../docs/grafana/org.json")).text();
  const { panels } = dashboardSchema.parse(JSON.parse(text));
  const known = await exported();
  const shown = new Set<string>();
  const wrong: string[] = [];
  for (const { title, targets = [] } of panels) {
    for (const { expr } of targets) {
      const names = expr.match(/\b(?:org|process)_\w+/g) ?? [];
      if (names.length === 0) wrong.push(`${title}: no metric in ${expr}`);
      const selected = [...expr.matchAll(/(\w+)\s*(?:=~|!=|=)\s*"/g)].map(
        ([, label = ""]) => label,
      );
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
        list.split(", "),
      );
      for (const name of names) {
        shown.add(name.replace(/_(?:bucket|count|sum)$/, ""));
        const labels = known.get(name);
        if (labels === undefined) wrong.push(`${title}: ${name} is not exported`);
        // The instance is added by the scraper.
        const missing = [...selected, ...grouped].filter(
          (label) => label !== "instance" && labels?.has(label) === false,
        );
        wrong.push(...missing.map((label) => `${title}: ${name} has no label ${label}`));
      }
    }
  }
  expect(wrong).toEqual([]);
  const families = [...known.keys()].map((name) => name.replace(/_(?:bucket|count|sum)$/, ""));
  expect(new Set(families).difference(shown)).toEqual(new Set());
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});
