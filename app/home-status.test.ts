import { expect, test } from "bun:test";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { homeMemory } from "#test/memory/home-memory.ts";
import { homeStatus } from "./home-status.ts";

const { signal } = new AbortController();

function lookAt(home: string) {
  const env = { ORG_HOME: home };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home });
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
    budget: { known: { tokens: 0, micros: 0 } },
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
  expect(await homeStatus(lookAt(folder.path), opened)).toMatchObject({
    rooms: { known: { count: 1, newest: { id: "r1" } } },
    jobs: { known: { queued: 1, running: 0, dead: 0 } },
    toReview: { known: 1 },
    budget: { known: { tokens: 70, micros: 5 } },
  });
  await using _held = await openSqliteQueue(paths.queue);
  expect((await homeStatus(lookAt(folder.path), opened)).jobs).toMatchObject({
    unknown: expect.stringContaining("[HOME_BUSY]"),
  });
});
