import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteQueue, type SqliteQueue } from "#home/queue/sqlite-queue.ts";
import type { JobHandlers } from "#server/jobs/job-handlers.ts";
import type { JobData, JobInputs } from "#server/jobs/job-service.ts";
import { LocalJobs } from "#server/jobs/local-jobs.ts";
import type { JsonSchema } from "#tools/contract/spec.ts";
import type { ToolAnswer } from "#tools/workflow/tool-port.ts";
import type { HomeTools } from "./home-tools.ts";
import { toolJob } from "./tool-job.ts";

type Called = Omit<HomeTools, "offered">;

/** A tool with effects that counts its calls. */
class Counter implements Called {
  readonly names: readonly string[] = ["count"];
  calls = 0;
  readonly #answer: ToolAnswer;

  constructor(answer: ToolAnswer) {
    this.#answer = answer;
  }

  schemaOf(name: string): JsonSchema | undefined {
    return name === "count"
      ? { type: "object", properties: { most: { type: "integer" } } }
      : undefined;
  }

  isRepeatable(): Promise<boolean> {
    return Promise.resolve(false);
  }

  call(): Promise<ToolAnswer> {
    this.calls += 1;
    return Promise.resolve(this.#answer);
  }
}

/** As a process that is killed: from one write on nothing reaches the disk any more. */
function killedAfter(queue: SqliteQueue, writes: number): SqliteQueue {
  let left = writes;
  return new Proxy(queue, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (!WRITES.has(String(name))) return value.bind(target);
      return (...given: unknown[]): unknown => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error("killed")) : Reflect.apply(value, target, given);
      };
    },
  });
}

const WRITES: ReadonlySet<string> = new Set(["enqueue", "note", "ack", "nak", "release", "extend"]);

async function open(
  folder: string,
  tools: Called,
  wrap: (queue: SqliteQueue) => SqliteQueue = (queue) => queue,
): Promise<LocalJobs> {
  const queue = await openSqliteQueue(join(folder, "queue.sqlite"));
  const tool: JobHandlers["tool"] = (run) => toolJob(tools, run);
  const none = () => Promise.reject(new Error("not asked for here"));
  const jobs = await LocalJobs.open({
    openQueue: () => Promise.resolve(wrap(queue)),
    handlers: { tool, goal: none, message: none, workflow: none, task: none },
    ...{ cleaner: new TextCleaner(), workers: 1, backoff: () => 0 },
    log: () => undefined,
    report: () => undefined,
  });
  await jobs.start();
  return jobs;
}

const work = { kind: "tool", tool: "count", args: {} } as const;

const ANSWERS: readonly ToolAnswer[] = [
  { kind: "done", value: { text: "x".repeat(20_000) } },
  { kind: "done", value: null },
  { kind: "refused", message: "not here" },
];

// The writes of a job that goes well: enqueue, note of the call, end with the note of the result.
test.each([0, 1, 2, 3].flatMap((writes) => ANSWERS.map((answer) => [writes, answer] as const)))(
  "a call that ended is never made again by a process that starts after a kill behind %i writes",
  async (writes, answer) => {
    const folder = await mkdtemp(join(tmpdir(), "org-tool-job-"));
    const tools = new Counter(answer);
    try {
      for (const each of [writes, 1]) {
        await using killed = await open(folder, tools, (queue) => killedAfter(queue, each));
        await killed.submit({ work, requestId: "one" }).catch(() => undefined);
        await settled();
      }
      await using jobs = await open(folder, tools);
      await jobs.submit({ work, requestId: "one" });
      await Array.fromAsync(jobs.events("one", 1, new AbortController().signal));
      const { state, result, error } = await jobs.get("one");
      expect(tools.calls).toBeLessThanOrEqual(1);
      if (state === "done" && answer.kind === "done") expect(result).toEqual(answer.value);
      else expect(["TOOL_INTERRUPTED", "APPROVAL_NEEDED"]).toContain(error?.code ?? "");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);

/** One run of a job, as a worker gives it. */
function runOf(of: {
  readonly tool?: string;
  readonly args?: JobInputs;
  readonly notes?: JobData[];
}) {
  return {
    ...{ id: "one", work: { ...work, ...of }, attempt: 2, createdAt: 0 },
    signal: new AbortController().signal,
    note: () => Promise.resolve(),
    alive: () => undefined,
    closing: () => undefined,
    earlier: () => Promise.resolve(of.notes ?? []),
  };
}

test("a call whose result an older org wrote and lost is not made again", async () => {
  const tools = new Counter({ kind: "done", value: 1 });
  const notes = [
    { type: "tool-call", tool: "count", args: {} },
    { type: "tool-result", tool: "count", kind: "done" },
  ];
  await expect(toolJob(tools, runOf({ notes }))).rejects.toMatchObject({
    code: "TOOL_INTERRUPTED",
  });
  expect(tools.calls).toBe(0);
});

test("a call that cannot be made says why and what to do, and calls nothing", async () => {
  const tools = new Counter({ kind: "done", value: 1 });
  await expect(toolJob(tools, runOf({ tool: "cuont" }))).rejects.toMatchObject({
    code: "TOOL_UNKNOWN",
    why: "there is count",
    remedies: ["org tools list"],
    unchanged: "Nothing was called.",
  });
  await expect(toolJob(tools, runOf({ tool: "quite another" }))).rejects.toMatchObject({
    why: "there are count",
  });
  await expect(toolJob(tools, runOf({ args: { most: "ten" } }))).rejects.toMatchObject({
    code: "INPUT_INVALID",
    why: expect.stringContaining("most: "),
    remedies: ["org tools show count"],
    unchanged: "Nothing was called.",
  });
  expect(tools.calls).toBe(0);
});

test("a call that is refused or fails ends the job with its reason", async () => {
  const refused = new Counter({ kind: "refused", message: "sh is supervised" });
  await expect(toolJob(refused, runOf({}))).rejects.toMatchObject({
    code: "APPROVAL_NEEDED",
    why: "sh is supervised",
    remedies: ["org config show   # your policy"],
    unchanged: "Nothing was called.",
  });
  const failed = new Counter({ kind: "failed", message: "exit code 3" });
  await expect(toolJob(failed, runOf({}))).rejects.toMatchObject({
    code: "PROCESS_FAILED",
    why: "exit code 3",
    remedies: ["look at what it printed"],
  });
});

/** Until nothing moves any more: the queue commits within two turns of the loop of events and a write of the disk. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    await Bun.file("/proc/self/stat").text();
  }
}
