/** The owner of a home and the work of a burst, over the real socket of the home; only the process is this one. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { AsyncQueue } from "#core/async-queue.ts";
import type { LentEngine } from "#core/model-facts.ts";
import { AutonomyStore, type BurstRow } from "#home/autonomy/autonomy-store.ts";
import { turnAutonomy } from "#home/autonomy/autonomy-switch.ts";
import { readReport } from "#home/autonomy/burst-report.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { RunningBurst } from "#ops/autonomy/autonomy.ts";
import { AUTONOMY_ROLE } from "#ops/processes/home-processes.ts";
import { readServices, recordService } from "#platform/process-record.ts";
import { type OwnHome, ownHome } from "#server/socket/open-home.ts";
import { pretendInstalled } from "#test/installed-engine.ts";
import type { TestHome } from "#test/org-process.ts";
import { quietHome, SAID } from "#test/quiet-home.ts";
import { call, hang, say, several } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";
import { App } from "../app.ts";
import { ServeAutonomy } from "./serve-autonomy.ts";
import { workBurst } from "./work-burst.ts";

const INSIGHT = "The shop is deployed with deploy.sh, so every change has to be in by Thursday.";
const BEAT_MS = 100;

let parts: AsyncDisposableStack;
let home: TestHome;
let own: OwnHome;
let server: ScriptedServer;
const failures: unknown[] = [];
const told: string[] = [];
let lent: LentEngine | undefined;
beforeEach(() => {
  parts = new AsyncDisposableStack();
  failures.length = 0;
  told.length = 0;
  lent = undefined;
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  expect(failures).toEqual([]);
});

async function serve(script: Script, config = "", given?: TestHome): Promise<void> {
  home = given ?? parts.use(await quietHome(config));
  server = parts.use(scriptedServer(script));
  const env = { ORG_HOME: home.path, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const app = parts.use(new App({ settings }));
  const worker = parts.use(lent === undefined ? new App({ settings }) : engineWorker());
  const report = (error: unknown): void => void failures.push(error);
  const autonomy = new ServeAutonomy({
    ...{ app: lending(app), name: "current", report, start: (id) => inProcess(worker, id) },
    log: { info: (message) => void told.push(message) },
  });
  own = parts.use(
    await ownHome({
      ...{ paths: home.paths, command: "test", signal: new AbortController().signal },
      ...{ memory: app.memory, rules: app.rules, handlers: autonomy.handlers },
      openRoom: async (id, journal) =>
        (await app.participants()).open(id, autonomy.observed(journal)),
    }),
  );
  parts.use(autonomy.start(own));
}

/** The owner, as if it were the built-in engine that it asked. */
function lending(app: App): ConstructorParameters<typeof ServeAutonomy>[0]["app"] {
  if (lent === undefined) return app;
  const { settings, paths, flags, memory } = app;
  const providers = async () => ({ ...(await app.providers()), lendEngine: async () => lent });
  return { settings, paths, flags, memory, providers, textModel: () => app.textModel() };
}

/** It has no server, and the built-in engine is installed: one that could not be started. */
function engineWorker(): App {
  const folder = join(home.path, "engine");
  pretendInstalled(folder, true);
  const env = { ORG_HOME: home.path, ORG_ENGINE_DIR: folder };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  return new App({ settings, networkOverrides: { endpoints: ["http://127.0.0.1:9"] } });
}

/** What its own process would do. */
function inProcess(worker: App, id: string): RunningBurst {
  const input = new AsyncQueue<Uint8Array>();
  const push = (line: string): void => input.push(new TextEncoder().encode(`${line}\n`));
  const beats = setInterval(() => push("beat"), BEAT_MS);
  const { signal } = new AbortController();
  const work = workBurst(worker, { id, input, signal });
  const gone = work.then(() => clearInterval(beats));
  gone.catch((error: unknown) => void failures.push(error));
  const end = async (why: string): Promise<void> => {
    push(`end ${why}`);
    await gone;
  };
  return { gone, end };
}

async function ended(): Promise<BurstRow> {
  using store = new AutonomyStore(home.paths.autonomy);
  return await until("the end of a burst", async () =>
    store.newest(1).find(({ endedAt }) => endedAt !== undefined),
  );
}

test("a burst asks the owner what the user is about, searches, and keeps an insight that waits for a review", async () => {
  await serve([
    call("memory_search", { why: "what is known", query: "deploy the shop" }),
    call("tools_search", { why: "what there is", query: "deploy the shop" }),
    call("reflect", { why: "worth knowing", text: INSIGHT }),
  ]);
  const row = await ended();
  const report = readReport(row);
  expect(row).toMatchObject({ end: "cycles", isEmpty: false });
  expect(report?.did.map(({ outcome }) => outcome)).toEqual(["done", "done", "done"]);
  expect(report?.did[0]?.result).toContain(`user: ${SAID}`);
  expect(report?.did[1]?.result).toBe("No tool matches that.");
  const asked = String(server.requests[0]?.body.messages.at(-1)?.content);
  expect(asked).toContain("for them now, and do it. In this order: try tools");
  expect(asked).toContain(`- ${SAID}`);
  const { signal } = new AbortController();
  const { notes } = await own.memory({ kind: "list", states: ["staged"] }, signal);
  expect(notes).toMatchObject([{ text: INSIGHT, kind: "insight", trust: "model" }]);
  await until("the owner tells", async () => told.length === 2);
  expect(told).toEqual(["a burst began", "a burst ended"]);
  expect(await readServices(home.path)).toEqual([]);
});

test("what the policy asks a person about is refused, and so is a tool that is not without effects", async () => {
  const rule =
    '[[permissions.rules]]\ntool = "memory_search"\npersona = "autonomy"\npermission = "ask"\n';
  await serve(
    [
      call("memory_search", { why: "", query: "deploy the shop" }),
      call("sh", { why: "", cmd: "ls" }),
      call("done", { why: "", text: "No more." }),
    ],
    `allow = ["memory_search", "sh"]\n${rule}`,
  );
  const report = readReport(await ended());
  expect(report?.refused).toHaveLength(1);
  expect(report?.refused[0]).toStartWith("memory_search: ");
  expect(report?.did[1]?.result).toStartWith(
    'There is no action "sh". There are: memory_search, reflect, done.',
  );
});

test("a line of a person ends it, and nothing of it is kept any more", async () => {
  await serve(({ index }) => (index === 0 ? several(say("Let me "), hang()) : say("Hello.")));
  await server.request(0);
  using client = await own.service.openClient({ kind: "open" });
  const { done } = await client.room.say("hello");
  expect((await ended()).end).toBe("human");
  await done;
});

test("while it is switched off nothing begins, and once it is switched on something does", async () => {
  const quiet = parts.use(await quietHome());
  await turnAutonomy(quiet.path, "off");
  await serve([call("done", { why: "", text: "" })], "", quiet);
  const before = Date.now();
  await turnAutonomy(home.path, "on");
  expect((await ended()).startedAt).toBeGreaterThanOrEqual(before);
});

test("a burst asks the built-in engine of the owner, and starts none beside it", async () => {
  await using engine = scriptedServer([
    call("memory_search", { why: "what is known", query: "deploy the shop" }),
    call("done", { why: "", text: "That is all." }),
  ]);
  lent = { url: engine.url, token: "of-the-owner", contextTokens: 8192, slots: 3, parameters: 7e9 };
  await serve(() => say("nothing is asked here"));
  expect((await ended()).end).toBe("done");
  expect((await engine.request(0)).headers.get("authorization")).toBe("Bearer of-the-owner");
  expect(server.requests).toEqual([]);
});

test("what still runs of a burst of another owner is ended, and nothing else is", async () => {
  const quiet = parts.use(await quietHome());
  const [left, other] = [Bun.spawn(["sleep", "300"]), Bun.spawn(["sleep", "300"])];
  parts.defer(() => [left, other].forEach((child) => void child.kill("SIGKILL")));
  for (const [role, { pid }] of [
    ["engine", other],
    [AUTONOMY_ROLE, left],
  ] as const) {
    parts.use(await recordService(quiet.path, { role, command: "sleep", pid }));
  }
  {
    using store = new AutonomyStore(quiet.paths.autonomy);
    store.begin("burst_left", Date.now());
  }
  await serve([], "", quiet);
  expect(await ended()).toMatchObject({ id: "burst_left", end: "killed" });
  expect([await left.exited, left.signalCode]).toEqual([143, "SIGTERM"]);
  expect(other.exitCode ?? other.signalCode).toBeNull();
});

test("without a burst that the owner began nothing is worked on", async () => {
  await serve([call("done", { why: "", text: "" })]);
  await ended();
  const env = { ORG_HOME: home.path, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await using worker = new App({ settings });
  const input = new AsyncQueue<Uint8Array>();
  const { signal } = new AbortController();
  const work = workBurst(worker, { id: "burst_none", input, signal });
  await expect(work).rejects.toMatchObject({ code: "USAGE" });
});
