import { describe, expect, test } from "bun:test";
import { OrgError } from "#core/errors.ts";
import { type Handle, JobsBench, untilAborted } from "#test/local-jobs.ts";
import { JobFailure } from "./job-failure.ts";
import type { JobChange, JobData } from "./job-service.ts";

const busy = new OrgError("The server is busy", { code: "PROVIDER_BUSY", remedies: [] });
const unknown = new OrgError("No such tool", { code: "TOOL_UNKNOWN", remedies: [] });

describe("a job", () => {
  test("is done, and gives its result and its trace", async () => {
    await using bench = await JobsBench.with(async ({ id, work, attempt, note }) => {
      await note({ type: "step", attempt });
      return { id, kind: work.kind };
    });
    const work = { kind: "tool", tool: "sh", args: { cmd: "ls" } } as const;
    expect(await bench.jobs.submit({ work, requestId: "r-1" })).toEqual({ id: "r-1", dup: false });
    const trace = await bench.trace("r-1");
    expect(trace.map(({ seq, type, requestId }) => [seq, type, requestId])).toEqual([
      ...[[1, "queued", "r-1"]],
      ...[[2, "started", "r-1"]],
      ...[[3, "note", "r-1"]],
      ...[[4, "done", "r-1"]],
    ]);
    expect(trace[2]?.data).toEqual({ type: "step", attempt: 1 });
    expect(await bench.jobs.get("r-1")).toMatchObject({
      ...{ id: "r-1", requestId: "r-1", state: "done", work, attempts: 1, maxAttempts: 5 },
      ...{ result: { id: "r-1", kind: "tool" }, error: undefined, events: 4 },
    });
  });

  test("under an id that is there is the same job; with other content it is refused", async () => {
    await using bench = await JobsBench.with(async () => null);
    const put = (text: string) =>
      bench.jobs.submit({ work: { kind: "goal", text }, requestId: "r" });
    expect(await put("one")).toEqual({ id: "r", dup: false });
    expect(await put("one")).toEqual({ id: "r", dup: true });
    await expect(put("two")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
    await bench.trace("r");
    expect(await put("one")).toEqual({ id: "r", dup: true });
    expect((await bench.jobs.list()).jobs).toHaveLength(1);
    const { id } = await bench.jobs.submit({ work: { kind: "goal", text: "x" } });
    expect(id).toMatch(/^job_[0-9a-f]{15}$/);
  });

  test("is refused while too many wait; one that is there already is not", async () => {
    const gate = Promise.withResolvers<null>();
    await using bench = await JobsBench.with(() => gate.promise, { workers: 1, maxQueued: 1 });
    await bench.put("runs");
    await bench.jobs.events("runs", 2, new AbortController().signal).next();
    await bench.put("waits");
    await expect(bench.put("third")).rejects.toMatchObject({
      ...{ code: "JOB_REFUSED", why: "1 jobs wait already" },
    });
    await bench.put("waits");
    gate.resolve(null);
    expect(await bench.types("waits")).toBe("queued started done");
    await bench.put("third");
  });

  test("shows no error of an earlier attempt once it is done", async () => {
    let tries = 0;
    await using bench = await JobsBench.with(() => {
      tries += 1;
      return tries === 1 ? Promise.reject(busy) : Promise.resolve("at last");
    });
    await bench.put("r", { maxAttempts: 2 });
    expect(await bench.types("r")).toBe("queued started retry started done");
    const { state, error } = await bench.jobs.get("r");
    expect([state, error]).toEqual(["done", undefined]);
  });

  test.each([
    [{ work: { kind: "nap" } }, "work"],
    [{ work: { kind: "goal", text: "" } }, "text"],
    [{ work: { kind: "goal", text: "x", room: "r" } }, "room"],
    [{ work: { kind: "goal", text: "x" }, requestId: "../x" }, "requestId"],
    [{ work: { kind: "goal", text: "x" }, requestId: "" }, "requestId"],
    [{ work: { kind: "goal", text: "x" }, maxAttempts: 0 }, "maxAttempts"],
    [{ work: { kind: "goal", text: "x" }, priority: 101 }, "priority"],
    [{ work: { kind: "goal", text: "x" }, delayMs: -1 }, "delayMs"],
    [{ work: { kind: "goal", text: "x".repeat(300_000) } }, "262144 are allowed"],
  ])("is refused when it is none: %#", async (request, why) => {
    await using bench = await JobsBench.with(async () => null);
    // As it comes from outside, where no compiler has looked at it.
    const refused = bench.jobs.submit(JSON.parse(JSON.stringify(request)));
    await expect(refused).rejects.toMatchObject({
      ...{ code: "INPUT_INVALID", why: expect.stringContaining(why) },
    });
  });

  test("holds no secret that the program knows, wherever it comes from", async () => {
    const secret = "hunter2hunter2";
    const handle: Handle = async ({ id, note }) => {
      if (id === "fails") throw new Error(`no ${secret}`);
      await note({ type: "step", text: secret });
      return { given: [secret] };
    };
    await using bench = await JobsBench.with(handle, { secrets: [secret] });
    const work = { kind: "tool", tool: "sh", args: { cmd: `echo ${secret}` } } as const;
    for (const requestId of ["works", "fails"]) {
      await bench.jobs.submit({ work, requestId, maxAttempts: 1 });
      const seen = JSON.stringify([await bench.trace(requestId), await bench.jobs.get(requestId)]);
      expect(seen).toContain(requestId === "works" ? "given" : "BUG");
      expect(seen).not.toContain(secret);
    }
    expect(bench.lines.join()).not.toContain(secret);
  });
});

describe("what fails", () => {
  test("is tried again as often as was asked for, then it is dead and can be requeued", async () => {
    await using bench = await JobsBench.with(() => Promise.reject(busy));
    await bench.put("r", { maxAttempts: 2 });
    expect(await bench.types("r")).toBe("queued started retry started dead");
    expect(await bench.jobs.get("r")).toMatchObject({
      ...{ state: "dead", attempts: 2 },
      error: { code: "PROVIDER_BUSY", message: "The server is busy" },
    });
    expect(bench.lines).toEqual([
      "job r (goal): retry after attempt 1: The server is busy [PROVIDER_BUSY]; again in 0.0 s",
      "job r (goal): dead after attempt 2: The server is busy [PROVIDER_BUSY]",
    ]);
    expect((await bench.jobs.list({ state: "dead" })).jobs).toHaveLength(1);
    bench.handle = async () => "at last";
    const requeued = await bench.jobs.requeue("r");
    expect([requeued.attempts, requeued.error]).toEqual([0, undefined]);
    await bench.trace("r");
    expect(await bench.jobs.get("r")).toMatchObject({ state: "done", result: "at last" });
    await expect(bench.jobs.requeue("r")).rejects.toMatchObject({ code: "JOB_CONFLICT" });
  });

  test.each([
    ["an unknown tool", unknown],
    ["what says so itself", new JobFailure("no", { code: "X", isFinal: true })],
  ])("is not tried again where that cannot help: %s", async (_name, error) => {
    await using bench = await JobsBench.with(() => Promise.reject(error));
    await bench.put("r");
    expect(await bench.types("r")).toBe("queued started dead");
  });

  test("a bug of ours is tried again, and told as one", async () => {
    await using bench = await JobsBench.with(() => Promise.reject(new TypeError("no function")));
    await bench.put("r", { maxAttempts: 2 });
    expect((await bench.trace("r")).at(-1)).toMatchObject({
      ...{ type: "dead", error: { code: "BUG", message: "no function" } },
    });
    expect(bench.reported).toEqual([new TypeError("no function"), new TypeError("no function")]);
  });

  test("an attempt sees what those before it noted, since the job began", async () => {
    const seen: (readonly JobData[])[] = [];
    await using bench = await JobsBench.with(async ({ attempt, note, earlier }) => {
      seen.push(await earlier());
      await note({ attempt });
      throw busy;
    });
    await bench.put("r", { maxAttempts: 2 });
    await bench.trace("r");
    await bench.jobs.requeue("r");
    await bench.trace("r");
    expect(seen).toEqual([[], [{ attempt: 1 }], [], [{ attempt: 1 }]]);
  });

  test("a note that is too long keeps what is short in it", async () => {
    await using bench = await JobsBench.with(async ({ note }) => {
      await note({ type: "answer", text: "x".repeat(20_000), hop: 0 });
      return null;
    });
    await bench.put("r");
    expect((await bench.trace("r"))[2]?.data).toEqual({ type: "answer", hop: 0, truncated: true });
  });
});

describe("cancelling", () => {
  test("takes a job out of the queue", async () => {
    const gate = Promise.withResolvers<null>();
    await using bench = await JobsBench.with(() => gate.promise, { workers: 1 });
    await bench.put("first");
    await bench.put("second");
    expect(await bench.jobs.cancel("second")).toMatchObject({ state: "cancelled" });
    gate.resolve(null);
    expect(await bench.types("second")).toBe("queued cancelled");
    const again = bench.jobs.cancel("second");
    await expect(again).rejects.toMatchObject({ code: "JOB_CONFLICT" });
    await expect(bench.jobs.cancel("stranger")).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
  });

  test("ends what runs at once, and keeps nothing that it still gives", async () => {
    const ended = Promise.withResolvers<unknown>();
    await using bench = await JobsBench.with(async ({ signal }) => {
      await untilAborted(signal).catch(ended.resolve);
      return "too late";
    });
    await bench.put("r");
    for await (const { type } of bench.jobs.events("r", 1, new AbortController().signal)) {
      if (type === "started") await bench.jobs.cancel("r");
    }
    expect(await ended.promise).toMatchObject({ name: "JobLost" });
    expect(await bench.types("r")).toBe("queued started cancelled");
    expect((await bench.jobs.get("r")).result).toBeUndefined();
    expect(bench.reported).toEqual([]);
  });
});

describe("leaving", () => {
  test("waits for what runs, and begins nothing else; the next process does the rest", async () => {
    const gate = Promise.withResolvers<null>();
    await using bench = await JobsBench.with(() => gate.promise, { workers: 1 });
    await bench.put("first");
    await bench.put("second");
    const started = bench.jobs.events("first", 2, new AbortController().signal);
    await started.next();
    const left = bench.close();
    await expect(bench.put("third")).rejects.toMatchObject({ code: "JOB_REFUSED" });
    gate.resolve(null);
    await left;
    await bench.open();
    expect(await bench.types("first")).toBe("queued started done");
    expect(await bench.types("second")).toBe("queued started done");
    await started.return();
  });

  test("what was running when a process ended without a word is done by the next one", async () => {
    const runs: number[] = [];
    await using bench = await JobsBench.with(async ({ attempt }) => {
      runs.push(attempt);
      return attempt;
    });
    await bench.close();
    await bench.open(false);
    await bench.put("r");
    await bench.close();
    await bench.open();
    await bench.trace("r");
    expect(runs).toEqual([1]);
  });
});

test("observers see every change with its times, figures the workers", async () => {
  const gate = Promise.withResolvers<null>();
  await using bench = await JobsBench.with(() => gate.promise, { workers: 3 });
  const changes: JobChange[] = [];
  using _ = bench.jobs.observe((change) => changes.push(change));
  await bench.put("r");
  const events = bench.jobs.events("r", 2, new AbortController().signal);
  await events.next();
  expect(await bench.jobs.stats()).toMatchObject({
    ...{ workers: 3, busy: 1, oldestMs: 0, leasedMs: [expect.any(Number)] },
    depth: { queued: 0, running: 1 },
  });
  gate.resolve(null);
  for await (const { type } of events) expect(type).toBe("done");
  expect(changes.map(({ type, kind, id }) => [type, kind, id])).toEqual([
    ["queued", "goal", "r"],
    ["started", "goal", "r"],
    ["done", "goal", "r"],
  ]);
  expect(changes[1]?.waitedMs).toBeGreaterThanOrEqual(0);
  expect(changes[2]?.ranMs).toBeGreaterThanOrEqual(0);
});

test("lists pages, and tells of no caller", async () => {
  await using bench = await JobsBench.with(async () => null);
  for (const id of ["a", "b", "c"]) await bench.put(id);
  const first = await bench.jobs.list({ limit: 2 });
  expect(first.jobs.map(({ id }) => id)).toEqual(["c", "b"]);
  const rest = await bench.jobs.list({ limit: 2, after: first.next });
  expect(rest).toMatchObject({ jobs: [{ id: "a" }], next: undefined });
  await expect(bench.jobs.get("x")).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
  const events = Array.fromAsync(bench.jobs.events("x", 1, new AbortController().signal));
  await expect(events).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
});
