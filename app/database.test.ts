import { expect, test } from "bun:test";
import { join } from "node:path";
import { readSettings } from "#home/settings/settings.ts";
import { App } from "./app.ts";
import { checkDatabase } from "./database.ts";

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
