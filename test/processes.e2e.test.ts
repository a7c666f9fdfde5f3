/** `org ps`, `stop`, `restart` and `healthcheck` on real processes of a home, and on those of others. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { readProcessInfo } from "#platform/process-info.ts";
import { identityOf, recordService } from "#platform/process-record.ts";
import { type OrgProcess, type TestHome, testHome } from "./org-process.ts";
import { call, say } from "./scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { until } from "./until.ts";

let home: TestHome;
let model: ScriptedServer;
beforeEach(async () => {
  home = await testHome();
  model = scriptedServer(({ body }) =>
    body.messages.at(-1)?.role === "tool"
      ? say("Done.")
      : call("sh", { cmd: "sleep 60", timeout_s: 50 }),
  );
});
afterEach(async () => {
  await home.run(["stop", "--grace", "0"]);
  await home[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

const shownSchema = z.object({
  processes: z.array(
    z.object({
      role: z.string(),
      pid: z.number(),
      port: z.number().optional(),
      what: z.string().optional(),
      outcome: z.string().optional(),
      before: z.number().optional(),
      children: z.array(z.object({ pid: z.number(), name: z.string() })).optional(),
    }),
  ),
});
const healthSchema = z.object({
  status: z.enum(["ok", "failing", "down"]),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
});

async function shown(
  ...args: readonly string[]
): Promise<z.infer<typeof shownSchema>["processes"]> {
  const { stdout } = await home.run([...args, "--json"]);
  return shownSchema.parse(JSON.parse(stdout)).processes;
}

async function health(): Promise<readonly [z.infer<typeof healthSchema>, number]> {
  const { stdout, exitCode } = await home.run(["healthcheck"]);
  return [healthSchema.parse(JSON.parse(stdout)), exitCode];
}

async function served(): Promise<OrgProcess> {
  const process = home.start(["serve", "--port", "0"], { url: model.url });
  await process.stderr.line((text) => text.includes("serves on"));
  return process;
}

test("what serves is shown, asked, started anew where it was, and ended", async () => {
  const process = await served();
  const [current] = await shown("ps");
  expect(current).toMatchObject({ role: "current", pid: process.pid });
  const [well, done] = await health();
  expect(well.checks.map(({ name }) => name)).toEqual([
    ...["current /health", "current /ready", "current socket"],
  ]);
  expect([well.status, done]).toEqual(["ok", 0]);
  const plan = await home.run(["healthcheck", "--dry-run"]);
  expect(JSON.parse(plan.stdout)).toEqual({
    ...{ dryRun: true, home: home.path },
    checks: well.checks.map(({ name }) => ({ name })),
  });
  expect(plan.exitCode).toBe(0);

  const [planned] = await shown("restart", "--dry-run");
  expect(planned).toMatchObject({ role: "current", pid: process.pid, outcome: "would-restart" });
  const [again] = await shown("restart");
  expect(again).toMatchObject({ role: "current", port: current?.port, before: process.pid });
  expect((await process.ended).exitCode).toBe(143);
  expect((await health())[0].status).toBe("ok");

  const [kept] = await shown("stop", "--dry-run");
  expect(kept).toMatchObject({ pid: again?.pid, outcome: "would-end" });
  expect(await readProcessInfo(again?.pid ?? 0)).toBeDefined();
  const stopped = await home.run(["stop"]);
  expect(stopped.stdout).toMatch(/^current, process \d+ on port \d+: has left\n$/);
  expect(await readProcessInfo(again?.pid ?? 0)).toBeUndefined();
  expect(await shown("ps")).toEqual([]);
  const [down, failed] = await health();
  expect([down.status, failed]).toEqual(["down", 1]);
  expect((await home.run(["stop"])).exitCode).toBe(0);
  expect((await home.run(["restart"])).exitCode).toBe(1);
});

test("what it has started is shown with it, and ends with it although an answer is under way", async () => {
  const process = await served();
  const [current] = await shown("ps");
  const answer = fetch(`http://127.0.0.1:${current?.port}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "sleep" }),
  });
  const children = await until("a sandbox", async () => {
    const [one] = await shown("ps");
    return (one?.children?.some(({ name }) => name === "sleep") ?? false) && one?.children;
  });
  expect((await home.run(["ps"])).stdout).toMatch(/└ sleep\n/);
  expect(await shown("stop", "--grace", "0.1")).toMatchObject([{ outcome: "killed" }]);
  await process.ended;
  await answer.then((response) => response.text()).catch(() => undefined);
  const infos = await Promise.all(children.map(({ pid }) => readProcessInfo(pid)));
  expect(infos.filter((info) => info !== undefined)).toEqual([]);
});

test("a process that has only got the id of one of ours is never signalled", async () => {
  await using foreign = Bun.spawn(["sleep", "300"]);
  const real = await identityOf(foreign.pid);
  const forged = [
    { ...real, startTime: real.startTime - 1 },
    { ...real, boot: "an earlier boot" },
  ];
  for (const identity of forged) {
    const generation = { ...identity, name: "current", port: 1, commit: "c" };
    const owner = { ...identity, command: "org", since: "today" };
    const engine = { ...identity, role: "engine", command: "serve" };
    const run = dirname(home.paths.socket);
    await mkdir(run, { recursive: true });
    await Bun.write(join(run, "generation-current.json"), JSON.stringify(generation));
    await Bun.write(join(run, "owner.json"), JSON.stringify(owner));
    await Bun.write(join(run, "service-engine.json"), JSON.stringify(engine));
    expect(await shown("ps")).toEqual([]);
    expect(await shown("stop", "--grace", "0")).toEqual([]);
    expect(await readProcessInfo(foreign.pid)).toMatchObject({ startTime: real.startTime });
  }
  // And the same with the true start: what was written down is what is ended.
  await recordService(home.path, { role: "engine", command: "serve", pid: foreign.pid });
  expect(await shown("stop", "engine")).toMatchObject([{ role: "engine", outcome: "left" }]);
  await foreign.exited;
  expect(foreign.signalCode).toBe("SIGTERM");
});

test("what does not leave in time is killed with its children", async () => {
  const script = "trap '' TERM; sh -c \"trap '' TERM; echo up; sleep 300; :\"; :";
  await using stubborn = Bun.spawn(["sh", "-c", script], { stdout: "pipe" });
  await stubborn.stdout.getReader().read();
  await recordService(home.path, { role: "engine", command: "stubborn", pid: stubborn.pid });
  const [one] = await shown("ps");
  expect(one).toMatchObject({ role: "engine", what: "stubborn", pid: stubborn.pid });
  const [killed] = await shown("stop", "--grace", "0.1");
  expect(killed).toMatchObject({ role: "engine", outcome: "killed" });
  const pids = [stubborn.pid, ...(one?.children ?? []).map(({ pid }) => pid)];
  expect(pids.length).toBeGreaterThan(1);
  const infos = await Promise.all(pids.map(readProcessInfo));
  expect(infos.filter((info) => info !== undefined)).toEqual([]);
});

test("one that hangs fails its checks, and leaves all the same when it is told to", async () => {
  const process = await served();
  process.signal("SIGSTOP");
  const [failing, exit] = await health();
  expect([failing.status, exit]).toEqual(["failing", 1]);
  expect(failing.checks.filter(({ ok }) => ok)).toEqual([]);
  expect(await shown("stop")).toMatchObject([{ role: "current", outcome: "left" }]);
  expect((await process.ended).exitCode).toBe(143);
});

test("names and times that make no sense are refused, and nothing is ended", async () => {
  const process = await served();
  const wrong = await home.run(["stop", "curent"]);
  expect(wrong.exitCode).toBe(64);
  expect(wrong.stderr).toContain("→ org stop current");
  expect((await home.run(["stop", "--grace", "soon"])).exitCode).toBe(64);
  expect(await readProcessInfo(process.pid)).toBeDefined();
});

test("org status says what runs and waits, with an owner and without one, and makes no home", async () => {
  await using server = scriptedServer(() => say("All right."));
  const status = async () => {
    const { stdout, exitCode } = await home.run(["status", "--json"]);
    expect(exitCode).toBe(0);
    return JSON.parse(stdout);
  };
  expect((await home.run(["status"])).stdout).toContain(
    "owner       none runs\nrooms       none\n",
  );
  expect(existsSync(home.paths.journal)).toBe(false);
  const org = home.start(["chat", "--plain"], {
    ...{ url: server.url, stdin: "/memory add The shop is red.\nHello\n", keepsTyping: true },
  });
  await org.stdout.shows("All right.");
  expect(await status()).toMatchObject({
    processes: [{ role: "room", pid: org.pid }],
    rooms: { known: { count: 1 } },
    approvals: { known: [] },
    toReview: { known: 0 },
    jobs: { known: null },
  });
  await org.close();
  await org.ended;
  expect(await status()).toMatchObject({ processes: [], rooms: { known: { count: 1 } } });
});
