import { expect, test } from "bun:test";
import type { JobEventType, JobRecord } from "#core/queue.ts";
import type { WorkerLine } from "../fixtures/queue-worker.ts";
import { type EndedJob, judge } from "./history.ts";

function ended(state: JobRecord["state"], ...types: readonly JobEventType[]): EndedJob {
  const events = types.map((type, index) => ({ seq: index + 1, at: 0, type, attempt: 1 }));
  const about = { queue: "q", id: "a", kind: "", body: "", priority: 0, attempt: 1 };
  const times = { maxAttempts: 1, createdAt: 0, changedAt: 0, events: types.length };
  return { record: { ...about, ...times, state }, events };
}

const line = (node: string, what: WorkerLine["what"], token = 1): WorkerLine => {
  return { node, what, token, id: "a" };
};

const DONE = ended("done", "queued", "started", "done");
const AGAIN = ended("done", "queued", "started", "expired", "started", "done");

function faults(job: EndedJob | undefined, ...lines: readonly WorkerLine[]): readonly string[] {
  const jobs = new Map(job === undefined ? [] : [["a", job]]);
  const { refused: _, ...found } = judge({ confirmed: ["a"], jobs, lines, well: new Set(["w"]) });
  return Object.entries(found).flatMap(([name, ids]) => (ids.length > 0 ? [name] : []));
}

test("a history without faults has none, also where a late worker was turned away", () => {
  expect(faults(DONE, line("w", "acked"))).toEqual([]);
  expect(faults(AGAIN, line("x", "refused"), line("w", "acked", 2))).toEqual([]);
});

test.each([
  ["lost", undefined, []],
  ["lost", ended("queued", "queued"), []],
  ["twice", ended("done", "queued", "started", "done", "done"), []],
  ["twice", DONE, [line("x", "acked"), line("w", "acked")]],
  ["late", AGAIN, [line("x", "acked")]],
  ["robbed", DONE, [line("w", "refused")]],
  ["gaps", { ...DONE, events: DONE.events.slice(1) }, []],
] as const)("finds what is %s", (name, job, lines) => {
  expect(faults(job, ...lines)).toContain(name);
});
