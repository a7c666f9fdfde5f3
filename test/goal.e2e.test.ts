/** Goals: with nothing running, over HTTP, within their limits whatever the model does, and over a kill. */
import { describe, expect, test } from "bun:test";
import type { JobTraceEvent, JobView } from "#server/jobs/job-service.ts";
import { testHome } from "./org-process.ts";
import { sleeper } from "./sandboxed.ts";
import { call, respond, say, several, usage } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { type ServedJobs, serveJobs } from "./served-jobs.ts";

const { signal } = new AbortController();
const NOWHERE = "http://127.0.0.1:9";

const done = (text: string) => call("done", { why: "", text });
const sh = (cmd: string) => call("sh", { why: "to look", cmd });

async function ended({ jobs }: ServedJobs, id: string): Promise<JobView> {
  await Array.fromAsync(jobs.events(id, 1, signal));
  return await jobs.get(id);
}

async function seen({ jobs }: ServedJobs, id: string, phase: string): Promise<JobTraceEvent> {
  for await (const event of jobs.events(id, 1, signal)) {
    if (Object(event.data).phase === phase) return event;
  }
  throw new Error(`It never came to ${phase}`);
}

test("org goal works by itself where nothing serves, and prints what the model reports", async () => {
  await using model = scriptedServer([sh("echo $((6 * 7))"), done("It is 42.")]);
  await using home = await testHome();
  const ran = await home.run(["goal", "Work it out."], { url: model.url });
  expect(ran).toMatchObject({ exitCode: 0, stdout: "It is 42.\n" });
  expect(ran.stderr).toContain("1. sh: to look");
  expect(ran.stderr).toContain("ended: done; 2 cycles (1 successful), 2 calls");
  const [, second] = model.requests;
  expect(JSON.stringify(second?.body.messages)).toContain("(done):\\n42");
  expect(await home.run(["goal", "list"])).toMatchObject({
    stdout: expect.stringMatching(/^job_\w+ done \(done\): Work it out\.\n$/),
  });
});

test("an attempt that fails is shown once, with its reason", async () => {
  // The provider itself repeats a call twice that a busy server refuses; the third refusal ends the attempt.
  const answerTo = ({ index }: { readonly index: number }) =>
    index < 3 ? respond(503, "busy") : done("It is 42.");
  await using model = scriptedServer(answerTo);
  await using home = await testHome();
  const { stderr } = await home.run(["goal", "Work it out."], { url: model.url });
  expect(stderr.split("\n").filter((line) => line.includes("status 503"))).toEqual([
    expect.stringMatching(/^this attempt failed, and org tries again: The server \S+ is busy/),
  ]);
  expect(stderr).toContain("ended: done; 1 cycle (0 successful), 4 calls");
});

describe("over HTTP", () => {
  test("a goal is queued, followed as a stream, looked at and stopped", async () => {
    await using model = scriptedServer(({ index }) => sh(`echo ${index}`));
    await using home = await testHome();
    const served = await serveJobs(home, { url: model.url, workers: 2 });
    const post = async (body: object) =>
      await fetch(`${served.address}/v1/jobs`, {
        ...{ method: "POST", headers: { "content-type": "application/json" } },
        body: JSON.stringify(body),
      });
    const wish = { goal: "Count.", limits: { cycles: 2 }, tools: ["sh"], request_id: "two" };
    expect((await post(wish)).status).toBe(202);
    const stream = await (await fetch(`${served.address}/v1/jobs/two/events`)).text();
    const phases = [...stream.matchAll(/"phase":"(\w+)"/g)].map(([, phase]) => phase);
    expect(phases).toEqual([
      "intent",
      "execution",
      "summary",
      "intent",
      "execution",
      "summary",
      "goal",
    ]);
    const job = Object(await (await fetch(`${served.address}/v1/jobs/two`)).json());
    expect(job).toMatchObject({ state: "done", result: { end: "cycles", cycles: 2, text: "1" } });
    expect(model.requests).toHaveLength(2);
    expect(model.requests[0]?.body.tools?.map((tool) => tool.function.name)).toEqual([
      "sh",
      "done",
    ]);
    expect((await post({ goal: "x", limits: { cycles: 0 } })).status).toBe(400);
    expect((await post({ message: "x", limits: { cycles: 1 } })).status).toBe(400);
    const { id } = Object(await (await post({ goal: "Wait." })).json());
    await seen(served, id, "intent");
    expect((await fetch(`${served.address}/v1/jobs/${id}`, { method: "DELETE" })).status).toBe(200);
    expect(await ended(served, id)).toMatchObject({ state: "cancelled" });
  });
});

test("a model that writes without an end is cut, and what its server counts is not believed", async () => {
  const flood = several(say("x".repeat(30_000), { chunk: 500 }), usage(1, 1));
  await using model = scriptedServer(() => flood);
  await using home = await testHome();
  const words = ["goal", "Say something.", "--tokens", "3000", "--json"];
  const { stdout, exitCode } = await home.run(words, { url: model.url });
  const report: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  const { result } = Object(report);
  expect(exitCode).toBe(1);
  expect(result).toMatchObject({ end: "tokens" });
  expect(result.spent.tokens).toBeGreaterThan(2500);
  expect(result.spent.tokens).toBeLessThanOrEqual(3000);
  const asked = model.requests.map(({ body }) => Number(body["max_tokens"]));
  expect(asked.every((tokens) => tokens > 0 && tokens <= 1024)).toBe(true);
});

test("killed in a tool with effects, a goal goes on behind it, and does not call it again", async () => {
  const program = sleeper();
  await using model = scriptedServer([sh(program.cmd), done("It broke off.")]);
  await using home = await testHome();
  const first = await serveJobs(home, { url: model.url, workers: 1 });
  await first.jobs.submit({ work: { kind: "goal", text: "Sleep." }, requestId: "g" });
  await program.started();
  first.process.signal("SIGKILL");
  await first.process.ended;
  await program.gone();
  const next = await serveJobs(home, { url: model.url, workers: 1 });
  const job = await ended(next, "g");
  expect(job).toMatchObject({ state: "done", result: { end: "done", text: "It broke off." } });
  expect(Object(job.result).steps).toMatchObject([{ action: "sh", outcome: "interrupted" }]);
  expect(await program.runs()).toBe(false);
  expect(model.requests).toHaveLength(2);
});

test("what needs an approval is refused, and stands in the report", async () => {
  await using model = scriptedServer([
    call("web_fetch", { why: "", url: "http://example.org" }),
    sh("rm x"),
    done("No."),
  ]);
  await using home = await testHome();
  const rule =
    '[[permissions.rules]]\ntool = "sh"\narguments = {cmd = "rm*"}\npermission = "ask"\n';
  await Bun.write(`${home.path}/org.config`, rule);
  const ran = await home.run(["goal", "Tidy up."], { url: model.url });
  expect(ran.stdout).toBe("No.\n");
  expect(ran.stderr).toContain('refused: sh: Not run: "sh" needs an approval');
});

test("without a model the simple lines are answered, and others say what is missing", async () => {
  await using home = await testHome();
  const help = await home.run(["goal", "Help"], { url: NOWHERE });
  expect(help).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("list files") });
  expect((await home.run(["goal", "list files"], { url: NOWHERE })).stdout).toBe(
    "There are no files.\n",
  );
  expect((await home.run(["goal", "tools"], { url: NOWHERE })).stdout).toContain("sh: ");
  expect((await home.run(["goal", "jobs"], { url: NOWHERE })).stdout).toContain(" running since");
});
