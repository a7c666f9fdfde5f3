import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { GoalStep } from "#core/goal-step.ts";
import type { Journal } from "#core/journal.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import type { JobRun, WorkOf } from "#server/jobs/job-handlers.ts";
import type { JobData } from "#server/jobs/job-service.ts";
import { JobCancelled } from "#server/jobs/worker-pool.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { call, hang } from "#test/scripted-answers.ts";
import { type Script, type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { until } from "#test/until.ts";
import { App } from "./app.ts";
import { goalJob } from "./goal-job.ts";
import { goalTools } from "./goal-tools.ts";

let home: TestHome;
let parts: AsyncDisposableStack;
let journal: Journal;
let notes: JobData[] = [];
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
  notes = [];
  await createHome(home.paths);
  journal = parts.use(await openSqliteJournal(home.paths.journal));
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

type Work = WorkOf<"goal">;

function runOf(work: Omit<Work, "kind">, signal = new AbortController().signal): JobRun<Work> {
  return {
    ...{
      id: "g",
      work: { kind: "goal", ...work },
      attempt: 1,
      createdAt: 1_700_000_000_000,
      signal,
    },
    alive: () => undefined,
    note: async (data) => void notes.push(data),
    closing: () => undefined,
    earlier: () => Promise.resolve([]),
  };
}

/** @param config what a person has written into the configuration. */
async function start(url: string, run: JobRun<Work>, config = ""): Promise<JobData> {
  await Bun.write(join(home.path, "org.config"), config);
  const env = { ORG_HOME: home.path, OLLAMA_BASE: url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await using app = new App({ settings, cleaner: new TextCleaner(["correct-horse"]) });
  const tools = await goalTools({ app, journal, persona: "job" });
  const model = async () => {
    const [first] = (await app.participants()).models;
    if (first === undefined) throw new Error("A home has personas");
    return first;
  };
  const jobs = () => ({ list: () => Promise.resolve({ jobs: [] }) });
  const builtIn = { app, journal, jobs };
  return await goalJob({ app, journal, tools, budget: await app.budget(), model, builtIn }, run);
}

let model: ScriptedServer;
function server(script: Script): string {
  model = parts.use(scriptedServer(script));
  return model.url;
}

async function steps(): Promise<readonly GoalStep[]> {
  const rooms = await journal.rooms();
  const all = await Promise.all(
    rooms.map(({ room }) => Array.fromAsync(journal.read(room, 1), ({ event }) => event)),
  );
  return all.flat().filter((event) => event.type === "goal");
}

const sh = (cmd: string) => call("sh", { why: "to look", cmd });
const done = (text: string) => call("done", { why: "", text });

test("a goal stands in a room of its own, phase by phase, and its trace says what was done", async () => {
  const url = server([sh("echo it is correct-horse"), done("Found.")]);
  const result = await start(url, runOf({ text: "Look." }));
  expect(result).toMatchObject({
    ...{ end: "done", text: "Found.", cycles: 2, refused: [] },
    steps: [{ cycle: 1, action: "sh", outcome: "done" }],
  });
  const all = await steps();
  expect(all.at(-1)).toMatchObject({ phase: "goal", state: "done", end: "done" });
  expect(JSON.stringify([all, notes])).not.toContain("correct-horse");
  expect(notes).toMatchObject([
    { phase: "intent", action: { name: "sh", why: "to look" } },
    { phase: "execution", outcome: "done" },
    { phase: "summary" },
    { phase: "intent", action: { name: "done" } },
    { phase: "goal", end: "done", text: "Found." },
  ]);
});

test("another attempt goes on where one was left, and a report is given once more as it was", async () => {
  const url = server(({ index }) =>
    index === 0 ? sh("echo one") : index === 1 ? hang() : done("Two."),
  );
  const leaving = new AbortController();
  const first = start(url, runOf({ text: "Look." }, leaving.signal));
  const left = first.catch((error: unknown) => String(error));
  await model.request(1);
  leaving.abort(new Error("we leave"));
  expect(await left).toContain("we leave");
  const report = await start(url, runOf({ text: "Look." }));
  expect(report).toMatchObject({
    end: "done",
    text: "Two.",
    spent: { cycles: 2, calls: 3, actions: 1 },
  });
  expect(await start("http://127.0.0.1:9", runOf({ text: "Look." }))).toEqual(report);
  const keys = (await steps()).map(
    ({ cycle, phase, state, attempt }) => `${cycle} ${phase} ${state} ${attempt}`,
  );
  expect(keys).toContain("2 intent begun 2");
  expect(new Set(keys).size).toBe(keys.length);
});

test("a goal that is cancelled says so in its room, and takes no more notes", async () => {
  const stopping = new AbortController();
  const url = server(() => hang());
  const run = start(url, runOf({ text: "Look." }, stopping.signal));
  await until("the first question", async () => (await steps()).length >= 2);
  stopping.abort(new JobCancelled("it was cancelled"));
  expect(await run).toMatchObject({ end: "stopped" });
  expect((await steps()).at(-1)).toMatchObject({ phase: "goal", end: "stopped" });
  expect(notes).toEqual([]);
});

test("limits come from the job, then the settings, then the profile; money needs a price", async () => {
  const url = server(({ index }) => sh(`echo ${index}`));
  const config = "[goals]\ncycles = 3\nactions = 1\n";
  expect(await start(url, runOf({ text: "Look." }), config)).toMatchObject({
    end: "actions",
    cycles: 2,
  });
  const priced = `${config}[prices."*"]\ninput = 10\noutput = 10\n`;
  const run = { ...runOf({ text: "Look.", limits: { money: 0.000_001 } }), id: "h" };
  expect(await start(url, run, priced)).toMatchObject({
    end: "money",
    spent: { calls: 0, micros: 0 },
  });
});

test("a budget of the home that is spent ends a goal, and a tool that there is not is named", async () => {
  const url = server([]);
  const config = "[budget.day]\ntokens = 1\n";
  expect(await start(url, runOf({ text: "Look." }), config)).toMatchObject({
    ...{ end: "budget", text: expect.stringContaining("BUDGET_SPENT") },
  });
  const unknown = { ...runOf({ text: "Look.", tools: ["shh"] }), id: "h" };
  await expect(start(url, unknown)).rejects.toMatchObject({ code: "TOOL_UNKNOWN" });
});

test("a simple goal needs no model, and another one says that there is none", async () => {
  const nowhere = "http://127.0.0.1:9";
  expect(await start(nowhere, runOf({ text: "List the files." }))).toMatchObject({
    ...{ end: "done", text: "There are no files.", cycles: 0, spent: { calls: 0 } },
  });
  expect((await steps()).map(({ state }) => state)).toEqual(["begun", "done"]);
});

test("a simple goal is the model's where a server has one, and not where a server has none", async () => {
  const url = server([done("Seen by the model.")]);
  expect(await start(url, runOf({ text: "List the files." }))).toMatchObject({
    ...{ end: "done", text: "Seen by the model.", spent: { calls: 1 } },
  });
  const empty = parts.use(scriptedServer([], { models: [] }));
  const other = { ...runOf({ text: "List the files." }), id: "h" };
  expect(await start(empty.url, other)).toMatchObject({ text: "There are no files." });
});
