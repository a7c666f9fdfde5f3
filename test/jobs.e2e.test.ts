/** Jobs of a home that is served: what they do, how they fail, and what a kill leaves of them. */
import { describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { JobTraceEvent, JobView, JobWork } from "#server/jobs/job-service.ts";
import { type TestHome, testHome } from "./org-process.ts";
import { sleeper } from "./sandboxed.ts";
import { cut, hang, say, several } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { type ServedJobs, serveJobs } from "./served-jobs.ts";

const { signal } = new AbortController();
const UNREACHABLE = "http://127.0.0.1:9";

const sh = (cmd: string): JobWork => ({ kind: "tool", tool: "sh", args: { cmd } });

/** Submits, and waits for the end. */
async function done({ jobs }: ServedJobs, work: JobWork, requestId: string): Promise<JobView> {
  await jobs.submit({ work, requestId });
  await Array.fromAsync(jobs.events(requestId, 1, signal));
  return await jobs.get(requestId);
}

/** Waits until something is in the trace. */
async function seen(
  { jobs }: ServedJobs,
  id: string,
  fits: (event: JobTraceEvent) => boolean,
): Promise<JobTraceEvent> {
  for await (const event of jobs.events(id, 1, signal)) if (fits(event)) return event;
  throw new Error(`It never came in the job ${id}`);
}

async function kill({ process }: ServedJobs): Promise<void> {
  process.signal("SIGKILL");
  await process.ended;
}

async function addWorkflow(home: TestHome, name: string, text: string): Promise<void> {
  const folder = join(home.path, "workflows");
  await mkdir(folder, { recursive: true });
  await Bun.write(join(folder, `${name}.yaml`), text);
}

describe("a tool", () => {
  test("is called once, and its result kept; what cannot be called fails at once", async () => {
    await using home = await testHome();
    const rule =
      '[[permissions.rules]]\ntool = "sh"\narguments = {cmd = "rm*"}\npermission = "deny"\n';
    await Bun.write(join(home.path, "org.config"), rule);
    const served = await serveJobs(home, { url: UNREACHABLE, workers: 4 });
    const [good, unknown, wrong, refused, failing] = await Promise.all([
      done(served, sh("echo hello"), "good"),
      done(served, { kind: "tool", tool: "shh", args: {} }, "unknown"),
      done(served, { kind: "tool", tool: "sh", args: { cmd: 7 } }, "wrong"),
      done(served, sh("rm x"), "refused"),
      served.jobs
        .submit({ work: sh("exit 3"), requestId: "failing", maxAttempts: 1 })
        .then(() => done(served, sh("exit 3"), "failing")),
    ]);
    expect(good).toMatchObject({ state: "done", attempts: 1, result: "hello" });
    expect(unknown).toMatchObject({ state: "dead", attempts: 1, error: { code: "TOOL_UNKNOWN" } });
    expect(wrong).toMatchObject({ state: "dead", attempts: 1, error: { code: "INPUT_INVALID" } });
    expect(refused).toMatchObject({
      state: "dead",
      attempts: 1,
      error: { code: "APPROVAL_NEEDED" },
    });
    expect(failing).toMatchObject({ state: "dead", error: { code: "PROCESS_FAILED" } });
    expect(
      await served.process.stderr.line((line) => line.includes("job wrong (tool): dead")),
    ).toContain("INPUT_INVALID");
  });

  test("that was running when org was killed does not run again, and the job says so", async () => {
    await using home = await testHome();
    const program = sleeper();
    const first = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
    await first.jobs.submit({ work: sh(program.cmd), requestId: "slow" });
    await program.started();
    await kill(first);
    await program.gone();
    const next = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
    const job = await done(next, sh(program.cmd), "slow");
    expect(job).toMatchObject({ state: "dead", error: { code: "TOOL_INTERRUPTED" } });
    expect(await program.runs()).toBe(false);
  });

  test("is ended with its processes when the job is cancelled", async () => {
    await using home = await testHome();
    const program = sleeper();
    const served = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
    await served.jobs.submit({ work: sh(program.cmd), requestId: "slow" });
    await program.started();
    expect(await served.jobs.cancel("slow")).toMatchObject({ state: "cancelled" });
    await program.gone();
    expect(await done(served, sh("echo next"), "next")).toMatchObject({ result: "next" });
  });
});

describe("a workflow", () => {
  test("that was killed in the middle goes on, and does no step twice", async () => {
    await using home = await testHome();
    await addWorkflow(
      home,
      "two",
      `steps:
  - {id: first, tool: sh, args: {cmd: "echo $RANDOM$RANDOM$RANDOM"}}
  - {id: second, tool: sh, args: {cmd: "test ! -e /workspace/slow || sleep 60"}}
output: $first.output
`,
    );
    await Bun.write(join(home.paths.workspace, "slow"), "");
    const work = { kind: "workflow", workflow: "two", inputs: {} } as const;
    const first = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
    await first.jobs.submit({ work, requestId: "w" });
    const isSecond = ({ data }: JobTraceEvent) =>
      Object(data).type === "step-start" && Object(data).path === "second";
    const drawn = await seen(first, "w", ({ data }) => Object(data).type === "step-end");
    await seen(first, "w", isSecond);
    await kill(first);
    await Bun.file(join(home.paths.workspace, "slow")).delete();
    const next = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
    expect(await done(next, work, "w")).toMatchObject({
      state: "done",
      attempts: 2,
      // It was drawn by chance: the one from before the kill counts.
      result: Object(drawn.data).output,
    });
    const unknown = { ...work, workflow: "../two" };
    expect(await done(next, unknown, "x")).toMatchObject({ error: { code: "WORKFLOW_UNKNOWN" } });
  });
});

describe("a message", () => {
  test("whose answer broke off is asked again", async () => {
    await using model = scriptedServer(({ index }) =>
      index === 0 ? several(say("He"), cut()) : say("Here."),
    );
    await using home = await testHome();
    const served = await serveJobs(home, { url: model.url, workers: 1 });
    const work = { kind: "message", text: "hi", persona: "python" } as const;
    const job = await done(served, work, "m");
    const answers = [{ persona: "python", text: "Here.", reason: "complete" }];
    expect(job).toMatchObject({ state: "done", attempts: 2, result: { answers } });
  });
});

describe("leaving", () => {
  test("gives back what does not end in time; the next start asks again and keeps the line", async () => {
    await using model = scriptedServer(({ index }) =>
      index === 0 ? several(say("Half"), hang()) : say("Whole."),
    );
    await using home = await testHome();
    const first = await serveJobs(home, { url: model.url, workers: 1 });
    const work = { kind: "message", text: "think" } as const;
    await first.jobs.submit({ work, requestId: "g" });
    await model.request(0);
    first.process.signal("SIGTERM");
    expect((await first.process.ended).exitCode).toBe(143);
    const next = await serveJobs(home, { url: model.url, workers: 1 });
    const job = await done(next, work, "g");
    // It was given back, which is not a failed attempt.
    expect(job).toMatchObject({
      state: "done",
      attempts: 1,
      result: { answers: [{ text: "Whole." }] },
    });
  });
});

test("org jobs tells of jobs, whether or not a worker does them", async () => {
  await using home = await testHome();
  expect((await home.run(["jobs"])).stderr).toContain("No job was ever submitted");
  const served = await serveJobs(home, { url: UNREACHABLE, workers: 1 });
  await done(served, { kind: "tool", tool: "shh", args: {} }, "bad");
  expect((await home.run(["jobs"])).stdout).toContain("bad dead since");
  await kill(served);
  expect((await home.run(["jobs", "show", "bad"])).stdout).toContain(
    "dead, attempt 1: There is no",
  );
  expect((await home.run(["jobs", "requeue", "bad"])).stdout).toContain("bad queued since");
  expect(await home.run(["jobs", "cancel", "bad"])).toMatchObject({ exitCode: 0 });
  expect(await home.run(["jobs", "cancel", "bad"])).toMatchObject({ exitCode: 1 });
  expect(await home.run(["jobs", "show", "none"])).toMatchObject({ exitCode: 66 });
});

test.each(["0", "65"])("--workers %s is refused", async (workers) => {
  await using home = await testHome();
  const { exitCode, stderr } = await home.run(["serve", `--workers=${workers}`]);
  expect(exitCode).toBe(64);
  expect(stderr).toContain("a number from 1 to 64");
});
