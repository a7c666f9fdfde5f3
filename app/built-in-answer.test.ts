import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { builtInLine } from "#core/rules/built-in.ts";
import { HealthFile } from "#home/health-file.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { App } from "./app.ts";
import { type BuiltInParts, builtInAnswer } from "./built-in-answer.ts";

let home: TestHome;
let parts: AsyncDisposableStack;
let answering: BuiltInParts;
let bench: JobsBench;
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
  await createHome(home.paths);
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  // biome-ignore-start lint/nursery/useDisposables: the stack disposes of them
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const app = parts.use(new App({ settings }));
  bench = parts.use(await JobsBench.with(async () => null));
  // biome-ignore-end lint/nursery/useDisposables: the stack disposes of them
  answering = { app, journal, jobs: () => bench.jobs };
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function answer(typed: string): Promise<string> {
  const line = builtInLine(typed);
  if (line === undefined) throw new Error(`"${typed}" is not such a line`);
  return await builtInAnswer(line, answering, new AbortController().signal);
}

test("files are those of the workspace", async () => {
  expect(await answer("list files")).toBe("There are no files.");
  const { root } = await answering.app.workspace();
  await Bun.write(join(root, "notes/a.txt"), "a");
  expect(await answer("Please show files!")).toBe("notes/a.txt");
  const names = Array.from({ length: 50 }, (_, index) => `b${index + 10}.txt`);
  for (const name of names.slice(1)) await Bun.write(join(root, name), "");
  const all = (await answer("show files")).split("\n");
  expect(all).toHaveLength(50);
  expect(all).not.toContain("and others");
  await Bun.write(join(root, "b10.txt"), "");
  const most = (await answer("list files")).split("\n");
  expect(most).toHaveLength(51);
  expect(most.at(-1)).toBe("and others");
});

test("jobs, tools and help are lists", async () => {
  const { jobs } = bench;
  expect(await answer("jobs")).toBe("There are no jobs.");
  for (const text of ["one", "two"]) {
    await jobs.submit({ work: { kind: "goal", text }, requestId: text });
    await Array.fromAsync(jobs.events(text, 1, new AbortController().signal));
  }
  expect((await answer("jobs")).split("\n").sort()).toEqual([
    expect.stringMatching(/^one done since .+, goal: one$/),
    expect.stringMatching(/^two done since .+, goal: two$/),
  ]);
  const tools = await (await answering.app.registry()).list();
  expect((await answer("tools")).split("\n")).toEqual(
    tools.map(({ name, description }) => `${name}: ${description.split("\n")[0]}`),
  );
  expect(await answer("help")).toBe(
    [
      "Without a model org answers only these messages:",
      ...["  list files", "  search memory for WORDS", "  jobs", "  status", "  tools", "  help"],
      "Every other message needs a model: org doctor says what is missing.",
    ].join("\n"),
  );
});

test("the memory is searched where something was kept, without what one persona alone was told", async () => {
  expect(await answer("search memory deploy")).toBe("Nothing is kept yet.");
  const memory = await answering.app.memory.learning(answering.journal, true);
  const by = { trust: "human", origin: "human" } as const;
  await memory?.save({ text: "The shop is deployed on Fridays.", kind: "fact", scope: "room" }, by);
  await memory?.save(
    { text: "The deploy key hangs in the hall.", kind: "fact", scope: "persona:agent" },
    by,
  );
  const found = await answer("search memory for deploy");
  expect(found).toContain("Fridays");
  expect(found).not.toContain("hall");
});

test("the status is what the home says of itself", async () => {
  expect(await answer("status")).toBe("There is no status of this home yet.");
  const file = parts.use(new HealthFile(home.paths.health));
  const task = { next: null, last: 1, outcome: "failed" } as const;
  const report = {
    ...{ generation: "current", commit: "", beat: 1, db: {}, rss: 1, disk_free: 1 },
    ...{ queue: { queued: 2, oldest_s: 0, dead: 1 } },
    provider: { state: "down", since: 1 } as const,
    tasks: { digest: task, backup: { ...task, outcome: "done" } as const, check: task },
    backup: { at: 0 as number | null, verified: true },
  };
  await file.write(report);
  expect(await answer("status")).toBe(
    [
      "model server: down",
      "jobs: 2 queued, 1 dead",
      "newest backup: 1970-01-01T00:00:00.000Z",
      "failed tasks: digest, check",
    ].join("\n"),
  );
  await file.write({ ...report, queue: null, tasks: {}, backup: { at: null, verified: false } });
  expect(await answer("status")).toBe(
    ["model server: down", "jobs: 0 queued, 0 dead", "newest backup: none"].join("\n"),
  );
});
