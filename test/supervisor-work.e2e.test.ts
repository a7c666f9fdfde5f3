/** What a home works on goes wrong for real: jobs that fail again and again, and a question that no person answers. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { testHome } from "./org-process.ts";
import { RawScreen } from "./raw-screen.ts";
import { call, say } from "./scripted-answers.ts";
import { scriptedServer } from "./scripted-server.ts";
import { serveJobs } from "./served-jobs.ts";
import { SupervisedHome } from "./supervised-home.ts";
import { until } from "./until.ts";

/** Looks in 30 and in 60 seconds. */
const FOUND = 6;
const FIXED = 12;
const UNREACHABLE = "http://127.0.0.1:9";
const MINUTE = 60_000;

test("a tool that always fails: its kind is paused once a person approves it, also over a restart, until a person resumes it", async () => {
  await using home = await testHome();
  const { jobs } = await serveJobs(home, { url: UNREACHABLE, workers: 2 });
  await using supervised = await SupervisedHome.open(home.path);
  const submit = async (requestId: string): Promise<void> => {
    const work = { kind: "tool", tool: "no-such-tool", args: {} } as const;
    await jobs.submit({ work, requestId });
  };
  const dead = async (requestId: string): Promise<void> => {
    await until(
      `${requestId} to be dead`,
      async () => (await jobs.get(requestId)).state === "dead",
    );
  };
  await supervised.beats(2);
  for (let count = 0; count < 10; count += 1) await submit(`job-${count}`);
  for (let count = 0; count < 10; count += 1) await dead(`job-${count}`);
  await supervised.beats(FOUND);
  expect(supervised.records()).toEqual([]);
  await submit("job-10");
  await dead("job-10");
  const isProposed = () => supervised.stateOf("dead-letters") === "proposed";
  expect(await supervised.beats(FOUND, isProposed)).toBeLessThanOrEqual(FOUND);
  const id = String(supervised.records()[0]?.id);
  expect((await home.run(["fixes", "approve", id])).exitCode).toBe(0);
  const isPaused = () => supervised.stateOf("dead-letters") === "verified";
  expect(await supervised.beats(FIXED, isPaused)).toBeLessThanOrEqual(FIXED);
  expect((await home.run(["restart", "current"])).exitCode).toBe(0);
  await submit("later");
  // It is looked at whether something is to be done by the start, and by each job that comes.
  const other = { kind: "workflow", workflow: "none", inputs: {} } as const;
  await jobs.submit({ work: other, requestId: "other" });
  await dead("other");
  expect((await jobs.get("later")).state).toBe("queued");
  expect((await home.run(["jobs", "resume", "tool"])).exitCode).toBe(0);
  await submit("last");
  await Promise.all(["later", "last"].map(dead));
  await home.run(["stop", "--grace", "0"]);
}, 600_000);

test("a question that no person answers is told once after a quarter of an hour, and never answered", async () => {
  await using server = scriptedServer([call("sh", { cmd: "echo one" }), say("It did not.")]);
  await using home = await testHome();
  await Bun.write(join(home.path, "org.config"), '[permissions]\nmode = "supervised"\n');
  await using screen = new RawScreen(home, [], { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" });
  await screen.shows("[group → agent] >");
  screen.type("go");
  await screen.shows("/approve A1 or /deny A1");
  await using supervised = await SupervisedHome.open(home.path);
  await supervised.beats(2);
  const wait = (ms: number): void => {
    supervised.at += ms;
    supervised.wallOffset += ms;
  };
  wait(14 * MINUTE);
  await supervised.beats(3);
  expect(supervised.told).toEqual([]);
  wait(2 * MINUTE);
  const isTold = () => supervised.stateOf("approvals-waiting") === "told";
  expect(await supervised.beats(FOUND, isTold)).toBeLessThanOrEqual(FOUND);
  await supervised.beats(20);
  expect(supervised.told.map(({ pattern }) => pattern)).toEqual(["approvals-waiting"]);
  expect((await home.run(["approvals", "--json"])).stdout).toContain('"A1"');
  screen.type("/deny A1");
  await screen.shows("It did not.");
  wait(11 * MINUTE);
  await supervised.beats(2, () => supervised.stateOf("approvals-waiting") === "over");
  expect(supervised.stateOf("approvals-waiting")).toBe("over");
}, 600_000);
