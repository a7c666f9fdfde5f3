/** `kill -9` of `org serve` while 50 producers submit jobs and its workers do them, again and again. */
import { expect, test } from "bun:test";
import type { JobTraceEvent, JobView } from "#server/jobs/job-service.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { hang, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { type ServedJobs, serveJobs } from "./served-jobs.ts";

const ROUNDS = 10;
/** Kills of a process that calls tools; `FC_RUNS=300` for the figure of docs/benchmarks.md. */
const KILLS = Number(Bun.env["FC_RUNS"] ?? 10);
/** Against what hangs alone: a kill takes 2 s on a quiet machine, the first test 30 s. */
const LIMIT_MS = 180_000 + KILLS * 30_000;
const PRODUCERS = 50;
const WORKERS = 4;

const { signal } = new AbortController();

/** Submits a job. @returns whether that was confirmed: the process may be gone before. */
async function submit({ address }: ServedJobs, id: string): Promise<boolean> {
  try {
    const answer = await fetch(`${address}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: `job ${id}.`, request_id: id, max_attempts: 50 }),
    });
    expect(await answer.json()).toEqual({ id, dup: false });
    return answer.status === 202;
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Kills the process in the middle of its work. */
async function killAfter({ process }: ServedJobs, begun: Promise<unknown>): Promise<void> {
  await begun;
  process.signal("SIGKILL");
  await process.ended;
}

async function traceOf({ jobs }: ServedJobs, id: string): Promise<JobTraceEvent[]> {
  return await Array.fromAsync(jobs.events(id, 1, signal));
}

/** All that there are: some were submitted, and their producers were never told. */
async function allJobs({ jobs }: ServedJobs): Promise<readonly JobView[]> {
  const all: JobView[] = [];
  for (let after: string | undefined; ; ) {
    const page = await jobs.list({ limit: 1000, after });
    all.push(...page.jobs);
    if (page.next === undefined) return all;
    after = page.next;
  }
}

/** The ids of the messages in a room. */
async function messagesIn(home: TestHome, room: string): Promise<string[]> {
  const { stdout } = await home.run(["log", room, "--json"]);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { type, id } = JSON.parse(line);
    return type === "message" ? [id] : [];
  });
}

test("50 producers, killed ten times: no confirmed job is lost, and none is done twice", async () => {
  // Of one request in every other round the answer never comes: the kill meets that job in the middle for certain.
  let held: number | undefined;
  await using model = scriptedServer(({ index }) => (index === held ? hang() : say("Done.")));
  await using home = await testHome();
  const confirmed: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const served = await serveJobs(home, { url: model.url, workers: WORKERS });
    const { promise: midway, resolve } = Promise.withResolvers<void>();
    const wanted = confirmed.length + 5 + round * 4;
    const producers = Array.from({ length: PRODUCERS }, async (_, n) => {
      const id = `r${round}-${n}`;
      if ((await submit(served, id)) && confirmed.push(id) >= wanted) resolve();
    });
    // In turns while jobs are submitted, and while some are done and others have not begun.
    held = round % 2 === 0 ? undefined : model.requests.length + round;
    await killAfter(served, held === undefined ? midway : model.request(held));
    await Promise.all(producers);
  }
  expect(confirmed.length).toBeGreaterThan((ROUNDS / 2) * PRODUCERS);

  const served = await serveJobs(home, { url: model.url, workers: 16 });
  const triedAgain: [id: string, room: string][] = [];
  for (const id of confirmed) {
    const trace = await traceOf(served, id);
    const types = trace.map(({ type }) => type);
    expect(types.filter((type) => type === "done")).toHaveLength(1);
    expect(types.at(-1)).toBe("done");
    expect(trace.map(({ seq }) => seq)).toEqual(trace.map((_event, index) => index + 1));
    expect(new Set(trace.map(({ requestId }) => requestId))).toEqual(new Set([id]));
    const { result, attempts, work } = await served.jobs.get(id);
    expect(result).toMatchObject({ answers: [{ persona: "agent", text: "Done." }] });
    if (attempts > 1) triedAgain.push([id, String(Object(result).room)]);
    expect(await served.jobs.submit({ work, requestId: id })).toEqual({ id, dup: true });
  }
  // Killed in the middle, they were done again; what they had said by then was not said again.
  const all = await allJobs(served);
  expect(all.filter(({ attempts }) => attempts > 1).length).toBeGreaterThanOrEqual(ROUNDS / 2);
  for (const [id, room] of triedAgain) expect(await messagesIn(home, room)).toEqual([id]);
  // No persona was asked once more that had answered: each kill meets at most so many answers under way.
  const { length: asked } = model.requests;
  expect(asked).toBeLessThanOrEqual(all.length + ROUNDS * WORKERS);
  served.process.signal("SIGTERM");
  expect((await served.process.ended).exitCode).toBe(143);
});

test(
  "tools with effects, killed again and again: none is called twice, and each job says what became of it",
  async () => {
    await using model = scriptedServer(() => say("Done."));
    await using home = await testHome();
    const all: string[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const served = await serveJobs(home, { url: model.url, workers: WORKERS });
      const ids = Array.from({ length: 6 }, (_, n) => `t${round}-${n}`);
      all.push(...ids);
      for (const id of ids) {
        const work = { kind: "tool", tool: "sh", args: { cmd: `echo ${id}` } } as const;
        await served.jobs.submit({ work, requestId: id, maxAttempts: 50 });
      }
      // Behind the end of another job each time: most kills meet calls between their beginning and their end.
      await killAfter(served, traceOf(served, ids[round % ids.length] ?? ""));
    }
    const served = await serveJobs(home, { url: model.url, workers: 16 });
    for (const id of all) {
      const trace = await traceOf(served, id);
      const calls = trace.filter(({ data }) => Object(data).type === "tool-call");
      expect(calls.length).toBeLessThanOrEqual(1);
      const { state, result, error } = await served.jobs.get(id);
      if (state === "done") expect(result).toBe(id);
      else expect(error?.code).toBe("TOOL_INTERRUPTED");
    }
    served.process.signal("SIGTERM");
    await served.process.ended;
  },
  LIMIT_MS,
);
