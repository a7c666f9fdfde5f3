import { expect, test } from "bun:test";
import { join } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { checkDatabase, copyFromDatabase, copyToDatabase } from "#home/postgres/copy-home.ts";
import { initDatabase, openDatabase } from "#home/postgres/home-database.ts";
import { readSettings } from "#home/settings/settings.ts";
import { testHome } from "#test/org-process.ts";
import { PgCluster } from "#test/postgres-cluster.ts";
import { App } from "./app.ts";
import { openSharedJournal } from "./shared-journal.ts";

const ROOT = join(import.meta.dir, "..");
const transpiler = new Bun.Transpiler({ loader: "ts" });

/** Every file of ours that is loaded with another one; types and what is imported later are not. */
async function loadedWith(file: string, found: Set<string> = new Set()): Promise<Set<string>> {
  if (found.has(file)) return found;
  found.add(file);
  const source = await Bun.file(join(ROOT, file)).text();
  for (const { kind, path } of transpiler.scanImports(source.replace(/^#!.*/, ""))) {
    if (kind !== "import-statement" || !/^[.#].*\.ts$/.test(path)) continue;
    const url = path.startsWith("#") ? path.slice(1) : join(file, "..", path);
    await loadedWith(url, found);
  }
  return found;
}

test.each([
  "main.ts",
  "app/app.ts",
  "cli/programs/ask.ts",
  "cli/programs/chat.ts",
  "cli/programs/serve.ts",
])("%s loads no client of a database: one machine needs none", async (file) => {
  const loaded = [...(await loadedWith(file))];
  expect(loaded.length).toBeGreaterThan(3);
  expect(loaded.filter((one) => one.includes("postgres"))).toEqual([
    // Reads ORG_DB, and knows nothing of PostgreSQL.
    ...loaded.filter((one) => one === "platform/postgres/database-url.ts"),
  ]);
});

test("a home without ORG_DB opens no database, and no command works on one", async () => {
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: "/nowhere" });
  await using app = new App({ settings });
  expect(await app.database()).toBeUndefined();
  expect(await app.kept.sharedJournal?.()).toBeUndefined();
  await expect(checkDatabase(settings)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: "No database is named",
  });
});

test("a database that cannot be reached is asked again the next time", async () => {
  const env = { ORG_DB: "postgres://ada:hunter2@127.0.0.1:1/org", ORG_NODE: "office" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: "/nowhere" });
  expect(settings.secrets).toContain("hunter2");
  await using app = new App({ settings });
  for (const _attempt of [1, 2]) {
    await expect(app.database()).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  }
});

test("a journal goes into a database and back with all its entries, and one name is one process", async () => {
  await using cluster = await PgCluster.start();
  await using home = await testHome();
  await createHome(home.paths);
  const event: JournaledEvent = {
    ...({ type: "message", id: "m1", from: "user", text: "Hi", to: ["agent"] } as const),
    mode: "group",
  };
  {
    await using journal = await openSqliteJournal(home.paths.journal);
    for (const key of ["1", "2", "3"]) await journal.append("r1", { key, event });
  }
  const env = {
    ...{ ORG_HOME: home.path, ORG_DB: cluster.url(), ORG_NODE: "office" },
    // The language model that this machine may have must not be asked.
    ORG_ENGINE_DIR: join(home.path, "engine"),
  };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  await expect(checkDatabase(settings)).rejects.toMatchObject({ code: "DATABASE_OLD" });
  expect((await initDatabase(settings)).length).toBeGreaterThan(0);
  expect(await initDatabase(settings)).toEqual([]);

  const there = await copyToDatabase(settings, home.paths);
  expect(await checkDatabase(settings)).toMatchObject(there);
  await using other = await testHome();
  expect(await copyFromDatabase(settings, other.paths)).toEqual(there);
  await using copy = await openSqliteJournal(other.paths.journal);
  expect(await copy.head("r1")).toBe(3);

  if (settings.database === undefined) throw new Error("ORG_DB names a database");
  await using client = await openDatabase(settings.database);
  const demandHere = (room: string): Promise<void> =>
    room === "r1" ? Promise.resolve() : Promise.reject(new Error(room));
  const about = { client, node: "office", cleaner: new TextCleaner(), demandHere };
  await using shared = await openSharedJournal(about);
  await expect(shared.claim("r2")).rejects.toThrow("r2");
  await shared.claim("r1");
  await shared.append("r1", { key: "4", event });
  expect([await shared.head("r1"), (await shared.rooms()).length]).toEqual([4, 1]);
  expect(await Array.fromAsync(shared.read("r1", 4), ({ key }) => key)).toEqual(["4"]);
  await expect(openSharedJournal(about)).rejects.toMatchObject({ code: "NODE_TWICE" });
  expect(await shared.others.questions()).toEqual([]);
  // No other node asks for anything here: its rooms are served, and that ends.
  const asked = (): never => {
    throw new Error("no other node asks");
  };
  const served = { ask: asked, answer: asked, stopAll: asked, ownHandlers: {} };
  await using _serving = await shared.serve(served);
  expect(await shared.erase({ from: (text) => text.replaceAll("Hi", "") })).toBe(4);
  const said = await Array.fromAsync(shared.read("r1", 1), (entry) => JSON.stringify(entry));
  expect(said.join("")).not.toContain("Hi");
});
