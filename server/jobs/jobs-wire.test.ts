import { expect, test } from "bun:test";
import { JobsBench } from "#test/local-jobs.ts";
import type { Call } from "../socket/home-wire.ts";
import { jobHandlers, remoteJobs, type SharedJobs } from "./jobs-wire.ts";

const { signal } = new AbortController();

/** Another process's view of the same jobs: everything travels as JSON. */
function remote(bench: JobsBench): SharedJobs {
  const handlers = jobHandlers(() => bench.jobs);
  const call: Call = async function* (name, body, stop) {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`No handler of "${name}"`);
    for await (const line of handler(JSON.parse(JSON.stringify(body)), stop)) {
      yield JSON.parse(JSON.stringify(line));
    }
  };
  return remoteJobs(call, signal);
}

test("another process sees the same jobs, and the same refusals", async () => {
  await using bench = await JobsBench.with(async ({ note }) => {
    await note({ step: 1 });
    return { ok: true };
  });
  const jobs = remote(bench);
  const work = { kind: "workflow", workflow: "daily", inputs: { n: [1, null] } } as const;
  expect(await jobs.submit({ work, requestId: "r" })).toEqual({ id: "r", dup: false });
  const trace = await Array.fromAsync(jobs.events("r", 1, signal));
  expect(trace).toEqual(JSON.parse(JSON.stringify(await bench.trace("r"))));
  expect(await jobs.get("r")).toMatchObject({ state: "done", work, result: { ok: true } });
  expect((await jobs.list()).jobs.map(({ id }) => id)).toEqual(["r"]);
  expect(await jobs.list({ state: "dead", limit: 3 })).toEqual({ jobs: [] });
  await expect(jobs.cancel("r")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
  await expect(jobs.requeue("r")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
  await expect(jobs.get("x")).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
});
