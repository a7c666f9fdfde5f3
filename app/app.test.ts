/** One process, several assemblies of tools: what counts for the process counts for all of them together. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { testHome } from "#test/org-process.ts";
import { sayAndWait } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { scriptedServer } from "#test/scripted-server.ts";
import { App } from "./app.ts";
import { workflowTools } from "./home-tools.ts";

const RATES = '[permissions.tools]\nsh = "supervised"\n\n[rates]\nsh = 2\n';

test("rooms, jobs and HTTP requests use up the rate of one process together", async () => {
  await using parts = new AsyncDisposableStack();
  const home = parts.use(await testHome());
  await Bun.write(join(home.path, "org.config"), RATES);
  await createHome(home.paths);
  const server = parts.use(scriptedServer([call("sh", { command: "true" }), say("Done.")]));
  const env = { ORG_HOME: home.path, OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const cleaner = new TextCleaner();
  const app = parts.use(new App({ settings, cleaner }));
  const http = await workflowTools(app, { yes: false, persona: "http" });
  const jobs = await workflowTools(app, { yes: false, persona: "job" });
  const { signal } = new AbortController();
  const args = { command: "true" };
  const tooOften = expect.stringContaining('"sh" was called too often');
  // No user is asked here, so it is refused; but it counts.
  for (const tools of [http, jobs]) {
    const answer = await tools.call("sh", args, signal);
    expect(answer).toEqual({ kind: "refused", message: expect.not.stringContaining("too often") });
  }
  for (const tools of [http, jobs]) {
    expect(await tools.call("sh", args, signal)).toEqual({ kind: "refused", message: tooOften });
  }

  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const { open } = await app.participants();
  const room = parts.use(await open("one", journal));
  const events = await sayAndWait(room, "run it");
  expect(events.find(({ type }) => type === "tool-result")).toMatchObject({
    ok: false,
    output: tooOften,
  });
});

test("a process has one of everything, and a caller that asks twice gets it again", async () => {
  await using parts = new AsyncDisposableStack();
  const home = parts.use(await testHome());
  await createHome(home.paths);
  // The language model that this machine may have must not be asked.
  const env = { ORG_HOME: home.path, ORG_ENGINE_DIR: join(home.path, "engine") };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  const app = parts.use(new App({ settings }));
  const [one, two] = await Promise.all([app.registry(), app.registry()]);
  expect(two).toBe(one);
  const [first, second] = await Promise.all([app.participants(), app.participants()]);
  expect(second).toBe(first);
  expect(await app.workspace()).toBe(await app.workspace());
  expect(await app.providers()).toBe(await app.providers());
  expect(await app.budget()).toBe(await app.budget());
  expect(app.permissions.leases).toBe(app.permissions.leases);
  expect(app.permissions.rates).toBe(app.permissions.rates);
});

test("a process of which nothing was asked has opened nothing", async () => {
  await using home = await testHome();
  const settings = readSettings({ flags: new Map(), env: {}, defaultHome: home.path });
  const before = readdirSync(home.path);
  await using app = new App({ settings });
  expect(app.paths).toEqual(home.paths);
  expect(readdirSync(home.path)).toEqual(before);
});
