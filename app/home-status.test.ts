import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { HealthFile } from "#home/health-file.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import { homeStatus } from "./home-status.ts";

const { signal } = new AbortController();

function lookAt(home: string, day: Readonly<Record<string, number>> = {}) {
  const env = { ORG_HOME: home };
  const read = readSettings({ flags: new Map(), env, defaultHome: home });
  const settings = { ...read, budget: { ...read.budget, day } };
  return { settings, cleaner: new TextCleaner(), signal };
}

test("a home that was never used has nothing, and nothing is made for the look", async () => {
  await using folder = await temporaryFolder("org-status-");
  const home = join(folder.path, "home");
  expect(await homeStatus(lookAt(home))).toMatchObject({
    ...{ home, processes: [], heartbeat: null },
    rooms: { known: { count: 0, newest: null } },
    jobs: { known: null },
    approvals: { known: [] },
    toReview: { known: 0 },
    budget: { known: { tokens: 0, micros: 0, mostTokens: null, mostMicros: null } },
    supervisor: { state: "ok", detail: "not running" },
  });
  expect(await Array.fromAsync(new Bun.Glob("**").scan({ cwd: folder.path, dot: true }))).toEqual(
    [],
  );
});

test("rooms, jobs, notes to review and what was spent today are counted", async () => {
  await using folder = await temporaryFolder("org-status-");
  const paths = homePaths(folder.path);
  await using kept = homeMemory();
  await using home = await ownHome({
    ...{ paths, command: "org test", signal },
    openRoom: () => Promise.reject(new Error("no room is opened")),
  });
  await home.journal.append("r1", {
    key: "1",
    event: { type: "message", id: "m", from: "user", text: "hi", to: [], mode: "group" },
  });
  {
    await using queue = await openSqliteQueue(paths.queue);
    await queue.enqueue("jobs", '{"kind":"goal","text":"x"}', { id: "job_1", kind: "goal" });
    await queue.enqueue("jobs", '{"kind":"goal","text":"y"}', { id: "job_2", kind: "goal" });
    await queue.cancel("jobs", "job_2");
  }
  const memory = await kept.held.source(home.journal).open();
  const human = { trust: "human", origin: "human" } as const;
  await memory.save({ text: "The shop opens at nine.", kind: "fact", staged: true }, human);
  // The memory of this test lies elsewhere.
  await Bun.write(paths.memory, "");
  const day = new Date().toISOString().slice(0, 10);
  {
    using store = openSpendStore(paths.spending);
    const spender = { day, session: "s", persona: "agent" };
    await store.adjust(spender, { tokens: 70, micros: 5 });
  }
  const opened = { service: home.service, memory: kept.held.service(home.journal) };
  const look = lookAt(folder.path, { tokens: 900, micros: 60 });
  expect(await homeStatus(look, opened)).toMatchObject({
    rooms: { known: { count: 1, newest: { id: "r1", at: expect.any(Number) } } },
    jobs: { known: { queued: 1, running: 0, done: 0, dead: 0, cancelled: 1 } },
    toReview: { known: 1 },
    budget: { known: { tokens: 70, micros: 5, mostTokens: 900, mostMicros: 60 } },
  });
  await using _held = await openSqliteQueue(paths.queue);
  expect((await homeStatus(lookAt(folder.path), opened)).jobs).toMatchObject({
    unknown: expect.stringContaining("[HOME_BUSY]"),
  });
});

test("the beat of an owner is told with the provider, the backup, and whether that owner lives", async () => {
  await using folder = await temporaryFolder("org-status-");
  const paths = homePaths(folder.path);
  const at = Date.now();
  const provider = { state: "up", since: at - 5000 } as const;
  const backup = { at: at - 9000, verified: true };
  await createHome(paths);
  await using health = new HealthFile(paths.health);
  await health.write({
    ...{ generation: "current", commit: "", db: {}, queue: null, provider, disk_free: 1 },
    ...{ tasks: {}, backup },
  });
  const beat = { at: expect.any(Number), provider, backup };
  expect((await homeStatus(lookAt(folder.path))).heartbeat).toEqual({ ...beat, ok: true });
  const written = await Bun.file(paths.health).json();
  await Bun.write(paths.health, JSON.stringify({ ...written, startTime: 1, at: 1 }));
  expect((await homeStatus(lookAt(folder.path))).heartbeat).toMatchObject({ at: 1, ok: false });
});

test("jobs of a state are counted to a thousand", async () => {
  await using folder = await temporaryFolder("org-status-");
  const paths = homePaths(folder.path);
  await createHome(paths);
  {
    await using queue = await openSqliteQueue(paths.queue);
    for (let number = 0; number < 1001; number += 1)
      await queue.enqueue("jobs", '{"kind":"goal","text":"x"}', {
        ...{ id: `job_${number}`, kind: "goal" },
      });
  }
  expect((await homeStatus(lookAt(folder.path))).jobs).toMatchObject({ known: { queued: 1000 } });
});
