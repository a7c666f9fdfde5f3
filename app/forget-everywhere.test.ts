/** What was forgotten stands in no file of a home: jobs, runs of workflows, what tools keep, logs, rules, damaged copies. */
import { expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { openRules } from "#home/rules/open-rules.ts";
import { openPrivateDatabase } from "#platform/private-database.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { filesBelow } from "#test/files-below.ts";
import { besideMemory } from "#test/memory/beside-memory.ts";
import { ToolMemoryStore } from "#tools/registry/memory-store.ts";
import { RunStore } from "#tools/workflow/run-store.ts";
import { HomeMemory } from "./memory.ts";

const TEXT = "The vault of Zorbulon opens with a brass key.";
const SAID = "Noted: the vault of ZORBULON opens\nwith a brass key!";
const OTHER = "The shop is deployed on Fridays.";
const { signal } = new AbortController();

async function fillQueue(path: string): Promise<void> {
  let now = 1;
  await using queue = await openSqliteQueue(path, { now: () => now });
  const body = (text: string) => JSON.stringify({ kind: "message", text, room: "r" });
  for (const id of ["gone", "done", "dead", "other", "waits"]) {
    await queue.enqueue("jobs", body(id === "other" ? OTHER : TEXT), { id });
    if (id === "waits") continue;
    const [job] = await queue.lease("jobs", { max: 1, leaseMs: 1000 });
    if (job === undefined) throw new Error("No job was leased");
    await queue.note(job, JSON.stringify({ type: "answer", text: SAID }));
    if (id !== "dead") await queue.ack(job, JSON.stringify({ answer: SAID }));
    else await queue.nak(job, { delayMs: 0, isFinal: true, error: { code: "BUG", message: TEXT } });
    // The first one is thrown away by the next lease: its words stand in pages that nothing uses.
    if (id === "gone") now += 2 * 86_400_000;
  }
}

async function fillDatabases(paths: HomePaths): Promise<void> {
  using runs = new RunStore(paths.workflowRuns);
  runs.create({
    ...{ id: "w1", workflow: "keep", texts: new Map([["keep", `say: ${TEXT}`]]), startedAt: 1 },
    inputs: { what: TEXT, other: OTHER },
  });
  using tools = new ToolMemoryStore(paths.toolMemory);
  await tools.of("diary").set("today", { lines: [SAID, OTHER] });
  using telegram = openPrivateDatabase(
    paths.telegram,
    "create table outgoing (id integer primary key, body text not null) strict",
  );
  telegram.run("insert into outgoing (body) values (?), (?)", [SAID, OTHER]);
  using autonomy = openPrivateDatabase(
    paths.autonomy,
    "create table search (key text primary key, at integer not null) strict, without rowid",
  );
  autonomy.run("insert into search values (?, 1), (?, 2)", [TEXT.toLowerCase(), OTHER]);
}

async function fillFiles(paths: HomePaths): Promise<void> {
  const room = join(paths.projects, "p1", "rooms", "r");
  const damaged = join(dirname(paths.memory), "memory-damaged-1a2b", "memory.sqlite");
  for (const [path, text] of [
    [
      join(paths.logs, "serve.ndjson"),
      `{"msg":"a"}\n${JSON.stringify({ msg: SAID })}\n{"msg":"b"}\n`,
    ],
    [join(paths.forgeLogs, "run.jsonl"), `${JSON.stringify({ goal: TEXT })}\n`],
    [join(room, "attempts.json"), JSON.stringify({ task: TEXT, start: "t1" })],
    [join(room, "copy", "notes.json"), JSON.stringify("The user's own file.")],
    [damaged, `\0\0not a database any more ${TEXT}\0${OTHER}`],
  ] as const) {
    await Bun.write(path, text);
  }
}

async function fillRules(path: string): Promise<void> {
  await using book = await openRules(path);
  for (const head of ["vault of zorbulon opens with brass key", "jobs"]) {
    const template = { tool: "ls", argument: undefined, fixed: "{}" };
    const lesson = {
      ...{ persona: "agent", place: "workspace" as const, template },
      pattern: { head, slot: undefined },
    };
    await book.observe({ outcomes: [], lesson, tools: "x" });
  }
}

test("a note that is forgotten goes from everything that a home keeps, and nothing else does", async () => {
  await using folder = await temporaryFolder("forget-everywhere");
  const paths = homePaths(folder.path);
  await createHome(paths);
  await fillQueue(paths.queue);
  await fillDatabases(paths);
  await fillFiles(paths);
  await fillRules(paths.rules);
  const cleaner = new TextCleaner();
  const candidate = homePaths(folder.path, "candidate").memory;
  const beside = besideMemory(paths, signal);
  const memory = new HomeMemory({ paths, cleaner, recall: "auto", beside, candidate });
  await using owner = await ownHome({
    ...{ paths, command: "org serve", memory, signal },
    openRoom: () => Promise.reject(new Error("No room is opened here")),
  });
  await owner.memory({ kind: "add", draft: { text: TEXT, kind: "fact" } }, signal);
  const log = join(paths.logs, "serve.ndjson");
  const before = { files: filesBelow(folder.path, OTHER), bytes: statSync(log).size };
  expect(filesBelow(folder.path, "Zorbulon").length).toBeGreaterThan(8);
  await owner.memory({ kind: "forget", id: 1 }, signal);
  expect(filesBelow(folder.path, "Zorbulon")).toEqual([]);
  expect(filesBelow(folder.path, OTHER)).toEqual(before.files);
  expect(statSync(log).size).toBe(before.bytes);
  expect(
    readFileSync(log, "utf8")
      .split("\n")
      .map((line) => line.trimEnd()),
  ).toEqual([...['{"msg":"a"}', '{"forgotten":true}', '{"msg":"b"}', ""]]);
  await using queue = await openSqliteQueue(paths.queue);
  const { jobs } = await queue.list("jobs", { limit: 9 });
  expect(jobs.map(({ id, state, body }) => [id, state, JSON.parse(body).text])).toEqual([
    ["waits", "queued", "[forgotten]"],
    ["other", "done", OTHER],
    ["dead", "dead", "[forgotten]"],
    ["done", "done", "[forgotten]"],
  ]);
});
