/** `org serve` in this process, and the commands that find it by its home; `test/generations.e2e.test.ts` starts it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ownerPort } from "#app/owner-port.ts";
import { homePaths } from "#home/home-paths.ts";
import { remoteJobs } from "#server/jobs/jobs-wire.ts";
import { askOwner } from "#server/socket/owner-client.ts";
import { CandidateRepository } from "#test/candidate-repository.ts";
import { asked } from "#test/generation-fixture.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { familiesOf, sampleOf } from "#test/prometheus-text.ts";
import { candidate } from "#test/promoting.ts";
import {
  type CommandHome,
  type CommandRan,
  runCommand,
  type StartedCommand,
  startCommand,
} from "#test/run-command.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";

async function urlOf(served: StartedCommand): Promise<string> {
  const line = await served.said("serves on");
  return line.slice(line.indexOf("http://"));
}

describe("a home that is served", () => {
  const parts = new AsyncDisposableStack();
  let home: TestHome;
  let there: CommandHome;
  let served: StartedCommand;
  let url: string;
  beforeAll(async () => {
    home = parts.use(await testHome());
    const model = parts.use(
      scriptedServer(({ body }) =>
        body.tools?.some(({ function: { name } }) => name === "done") === true
          ? call("done", { why: "it is known", text: "Forty-two." })
          : say("Hello there."),
      ),
    );
    there = { path: home.path, environment: { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" } };
    served = parts.use(startCommand(there, "serve", "--port", "0"));
    url = await urlOf(served);
  });
  afterAll(() => parts.disposeAsync());

  const org = async (...words: readonly string[]): Promise<CommandRan> =>
    await runCommand(there, ...words);
  const got = async (path: string): Promise<unknown> => await (await fetch(`${url}${path}`)).json();

  test("is well, as its port, its socket and its record say", async () => {
    const { code, stdout } = await org("healthcheck");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: "ok",
      checks: [
        { name: "current /health", ok: true },
        { name: "current /ready", ok: true },
        { name: "current socket", ok: true },
      ],
    });
    const plan = JSON.parse((await org("healthcheck", "--dry-run")).stdout);
    expect(plan.checks).toEqual([
      { name: "current /health" },
      { name: "current /ready" },
      { name: "current socket" },
    ]);
    expect(await got("/health")).toMatchObject({ generation: "current", commit: "none" });
  });

  test("answers in its rooms, to OpenAI's clients and over MCP", async () => {
    expect((await org("ask", "hi")).stdout).toBe("Hello there.\n");
    const { data } = Object(await got("/v1/models"));
    expect(data.map(({ id }: { readonly id: string }) => id)).toContain("persona:agent");
    const messages = [{ role: "user", content: "hi" }];
    for (const model of ["persona:agent", "room"]) {
      const answer = await asked(`${url}/v1/chat/completions`, { model, messages });
      expect(Object(await answer.json()).choices[0].message.content).toContain("Hello there.");
    }
    const params = { name: "ask_room", arguments: { text: "hi" } };
    const rpc = { jsonrpc: "2.0", id: 1, method: "tools/call", params };
    const accept = { accept: "application/json, text/event-stream" };
    expect(await (await asked(`${url}/mcp`, rpc, accept)).text()).toContain("Hello there.");
    expect(await got("/v1/candidates")).toEqual({ candidates: [] });
    expect((await fetch(`${url}/ui`)).status).toBe(200);
  });

  test("does jobs, which are counted and written down", async () => {
    const goal = await org("goal", "What is known?", "--cycles", "2");
    expect(goal).toMatchObject({ code: 0, stdout: "Forty-two.\n" });
    const id = /job_\w+/.exec(goal.stderr)?.[0] ?? "";
    expect((await org("goal", "list")).stdout).toBe(`${id} done (done): What is known?\n`);
    expect((await org("goal", "show", id)).stdout).toBe("Forty-two.\n");
    expect((await org("jobs", "show", id)).stdout).toContain("Forty-two.");
    const called = { tool: "nothing", args: {} };
    const refused = Object(await (await asked(`${url}/v1/jobs`, called)).json());
    await (await fetch(`${url}/v1/jobs/${refused.id}/events`)).text();
    expect((await org("jobs", "--state", "dead")).stdout).toStartWith(`${refused.id} dead`);

    const shell = await asked(`${url}/v1/tools/sh/call`, { args: { cmd: "echo hi" } });
    expect(await shell.json()).toEqual({ ok: true, value: "hi" });

    const figures = familiesOf(await (await fetch(`${url}/metrics`)).text());
    const counted = (name: string, labels: Record<string, string>) =>
      sampleOf(figures, name, labels);
    expect(counted("org_tool_calls_total", { tool: "sh", result: "ok" })).toBe(1);
    const usage = { persona: "agent", direction: "completion" };
    expect(counted("org_tokens_total", usage)).toBeGreaterThan(0);
    const log = await readFile(join(home.paths.logs, "current.ndjson"), "utf8");
    expect(log).toContain('"msg":"job dead"');
    expect(log).toContain('"msg":"tool ran"');
    expect(log).toContain('"msg":"turn ended"');
  });

  test("is backed up with its jobs while it serves", async () => {
    expect((await org("backup", "now")).code).toBe(0);
    const [, name] = /^(\S+)/.exec((await org("backup", "list")).stdout) ?? [];
    expect((await org("backup", "verify", `${name}`)).stdout).toContain("whole");
  });

  test("does what its supervisor asks of it", async () => {
    const port = ownerPort(home.path);
    const { signal } = new AbortController();
    expect(await port.queue(signal)).toMatchObject({ queued: 0, workers: 1, busy: 0 });
    expect(await port.restartWorkers(signal)).toBe(0);
    await port.checkpoint(signal);
    expect(await port.tryModel(signal)).toBe(true);
    await port.tell("The disk is nearly full", signal);
  });

  test("leaves when it is told to; then its jobs are read from the disk", async () => {
    expect(await served.leave()).toEqual({ code: 0, stdout: "", stderr: expect.any(String) });
    expect(JSON.parse((await org("healthcheck")).stdout)).toMatchObject({ status: "down" });
    expect((await org("jobs", "--state", "dead", "--json")).stdout).toContain('"tool":"nothing"');
    await expect(org("jobs", "show", "job_x")).rejects.toMatchObject({ code: "JOB_UNKNOWN" });
    await expect(org("goal", "work", "--detach")).rejects.toMatchObject({
      ...{ code: "JOB_REFUSED", message: "No process works on goals" },
      remedies: expect.arrayContaining(["org serve --background"]),
    });
  });

  test("goes back to a backup of it, also where what is there cannot be read", async () => {
    const [, name = ""] = /^(\S+)/.exec((await org("backup", "list")).stdout) ?? [];
    await expect(org("backup", "restore")).rejects.toMatchObject({ code: "USAGE" });
    const restored = await org("backup", "restore", name);
    expect(restored).toMatchObject({ code: 0, stdout: `The home is as in ${name}.\n` });
    expect(restored.stderr).toContain("Before that it was backed up as ");
    await Bun.write(home.paths.journal, "no database");
    const mended = await org("backup", "restore", name);
    expect(mended).toMatchObject({ code: 0, stdout: `The home is as in ${name}.\n` });
    expect(mended.stderr).toContain("The present state could not be backed up: ");
    expect((await org("log")).stdout).toContain("Forty-two.");
  });
});

test("a candidate serves its tools alone, beside main, and says what of it is not served", async () => {
  using home = new CandidateRepository();
  await using model = scriptedServer([]);
  const there = { path: home.checkout, environment: { OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" } };
  const words = ["serve", "--generation", "candidate", "--port", "0"];
  await expect(runCommand(there, ...words)).rejects.toMatchObject({ code: "INPUT_MISSING" });
  home.branch("guide").commit("guide", { "docs/guide.md": "Better.\n" });
  const commit = candidate(home);
  const [branch, other] = ["cand/shout", "cand/guide"];
  await using served = startCommand(there, ...words, "--branch", branch);
  const url = await urlOf(served);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({
    ...{ generation: "candidate", commit },
  });
  expect((await fetch(`${url}/v1/models`)).status).toBe(404);
  const { socket } = homePaths(home.checkout, "candidate");
  const { signal } = new AbortController();
  const asks = (name: string, body: unknown) => askOwner(socket, { name, body }, { signal });
  await expect(remoteJobs(asks, signal).list()).rejects.toMatchObject({
    ...{ code: "JOB_REFUSED", message: "This process has no job queue" },
  });
  expect((await served.leave()).code).toBe(0);
  await using aside = startCommand(there, ...words, "--branch", other);
  expect(await aside.said(other)).toBe(
    `${other} changes code of org itself (docs/guide.md). That code is not served before you promote it; its tools are.`,
  );
  await urlOf(aside);
});

test.each([
  ["--port=65536", "USAGE", '--port "65536" is not a port'],
  ["--port=x", "USAGE", '--port "x" is not a port'],
  ["--workers=65", "USAGE", 'Invalid value for --workers: "65" (1 to 64)'],
  ["--host=example.com", "USAGE", '--host "example.com" is not an address'],
  ["--host=0.0.0.0", "TOKEN_MISSING", "Refusing to listen on 0.0.0.0 without a token"],
])("org serve %s is refused", async (option, code, message) => {
  await using home = await testHome();
  const refused = runCommand(
    home,
    "serve",
    ...(option.startsWith("--port") ? [] : ["--port=0"]),
    option,
  );
  await expect(refused).rejects.toMatchObject({ code, message });
});

test("a start that fails is written down for the operator of the home", async () => {
  await using home = await testHome();
  const refused = runCommand(home, "serve", "--port=0", "--host=0.0.0.0");
  await expect(refused).rejects.toMatchObject({ code: "TOKEN_MISSING" });
  const log = await readFile(join(home.paths.logs, "current.ndjson"), "utf8");
  expect(log).toContain('"event":"start-failed"');
  expect(log).toContain("TOKEN_MISSING");
});
