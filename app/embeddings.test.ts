import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BudgetLedger } from "#core/budget-ledger.ts";
import { endpointLocks } from "#core/endpoint-locks.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { createHome } from "#home/home-paths.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSpendStore } from "#home/spend-store.ts";
import { EMBEDDING_MODEL } from "#models/engine/catalogue.ts";
import { enginePaths } from "#models/engine/installed.ts";
import { type EmbeddingServerFake, embeddingServer } from "#test/embedding-server.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { testJournal } from "#test/room-fixture.ts";
import { until } from "#test/until.ts";
import { App } from "./app.ts";
import {
  embeddingsAlone,
  engineEmbedder,
  type SearchSession,
  toolEmbeddings,
} from "./embeddings.ts";

const TOOLS = [
  { name: "dice_roll", description: "Rolls dice.", asks: [] },
  { name: "weather", description: "Tells the weather.", asks: [] },
];
const UMBRELLA = "do I need an umbrella";
const { signal } = new AbortController();

let home: TestHome;
let server: EmbeddingServerFake;
let parts: AsyncDisposableStack;
beforeEach(async () => {
  home = await testHome();
  server = embeddingServer([/dice/, /weather|umbrella/]);
  parts = new AsyncDisposableStack();
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** What a person has written into the configuration, and given on the command line. */
function sessionOf(file: string, given: Readonly<Record<string, string>> = {}): SearchSession {
  writeFileSync(join(home.path, "org.config"), file);
  const flags = new Map(Object.entries(given));
  const settings = readSettings({ flags, env: {}, defaultHome: home.path });
  return { settings, flags, cleaner: new TextCleaner(), paths: home.paths };
}

/** The search of a room whose models are at `endpoint`. */
async function besideRoom(session: SearchSession, endpoint: string) {
  await createHome(home.paths);
  const store = parts.use(openSpendStore(home.paths.spending));
  const { budget: limits, prices } = session.settings;
  const lockOf = endpointLocks(1);
  const budget = new BudgetLedger({ store, limits, prices });
  return { lockOf, search: toolEmbeddings(session, { endpoint, lockOf, budget }, parts) };
}

test("without the name of an embedding model there is no search by one, and nothing is written", async () => {
  expect(await embeddingsAlone(sessionOf(`base = "${server.url}"\n`), parts)).toBeUndefined();
  expect(existsSync(home.paths.spending)).toBe(false);
});

test("a search without a room asks the named model at the server of the configuration, and pays", async () => {
  const session = sessionOf(`base = "${server.url}"\nembedding_model = "nomic-embed-text"\n`);
  const search = await embeddingsAlone(session, parts);
  expect((await search?.nearest(TOOLS, UMBRELLA, signal))?.[0]).toBe(1);
  expect(server.requests).toEqual([
    { model: "nomic-embed-text", input: [`search_query: ${UMBRELLA}`] },
    { model: "nomic-embed-text", input: [expect.stringContaining("dice_roll"), expect.anything()] },
  ]);
  using store = openSpendStore(home.paths.spending);
  const day = new Date().toISOString().slice(0, 10);
  // The server counts a token for each text.
  const { session: spent } = await store.totals({ day, session: "search", persona: "search" });
  expect(spent.tokens).toBe(3);
});

test("a spent budget ends the search by meaning, before a server is asked, and a notice says so", async () => {
  const session = sessionOf(
    `base = "${server.url}"\nembedding_model = "m"\n[budget]\nday = { tokens = 0 }\n`,
  );
  const search = await embeddingsAlone(session, parts);
  expect(await search?.nearest(TOOLS, UMBRELLA, signal)).toBeUndefined();
  expect(search?.takeNotice()).toStartWith("tools are searched without the embedding model: ");
  expect(server.requests).toEqual([]);
});

test.each(["record", "cassette"])("nothing passes by the tape of --%s", async (flag) => {
  const session = sessionOf(`base = "${server.url}"\nembedding_model = "m"\n`, { [flag]: "tape" });
  expect(await embeddingsAlone(session, parts)).toBeUndefined();
  expect((await besideRoom(session, server.url)).search).toBeUndefined();
  expect(existsSync(home.paths.embeddings)).toBe(false);
});

test("where a person named no server, the one that the models of the room are at is asked", async () => {
  const { search } = await besideRoom(sessionOf('embedding_model = "m"\n'), server.url);
  expect((await search?.nearest(TOOLS, "roll dice", signal))?.[0]).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test("the server that a person named is asked, wherever the models of the room are", async () => {
  const session = sessionOf(`base = "${server.url}"\nembedding_model = "m"\n`);
  const { search } = await besideRoom(session, "http://127.0.0.1:9");
  expect((await search?.nearest(TOOLS, "roll dice", signal))?.[0]).toBe(0);
});

test("the search waits for the room that uses its endpoint", async () => {
  const session = sessionOf(`base = "${server.url}"\nembedding_model = "m"\n`);
  const { search, lockOf } = await besideRoom(session, server.url);
  const lock = lockOf(server.url);
  using held = await lock.waitForLock(0);
  const searching = search?.nearest(TOOLS, UMBRELLA, signal);
  await until("the search waits", async () => lock.waiting === 1);
  expect(server.requests).toEqual([]);
  held();
  expect((await searching)?.[0]).toBe(1);
});

test("what a model made of the tools is kept for the next process", async () => {
  const session = sessionOf(`base = "${server.url}"\nembedding_model = "m"\n`);
  {
    await using process = new AsyncDisposableStack();
    const first = await embeddingsAlone(session, process);
    await first?.nearest(TOOLS, UMBRELLA, signal);
  }
  const asked = server.requests.length;
  const next = await embeddingsAlone(session, parts);
  expect((await next?.nearest(TOOLS, UMBRELLA, signal))?.[0]).toBe(1);
  expect(server.requests).toHaveLength(asked);
});

/** A session on a machine that has the embedding model of the engine, as far as its size tells. */
function withEngine(session: SearchSession): SearchSession {
  const folder = join(home.path, "engine");
  const paths = enginePaths(folder);
  for (const path of [paths.library, paths.model(EMBEDDING_MODEL)]) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "{}");
  }
  truncateSync(paths.model(EMBEDDING_MODEL), EMBEDDING_MODEL.bytes);
  const { settings } = session;
  return { ...session, settings: { ...settings, engine: { ...settings.engine, folder } } };
}

test("the engine's model is asked where it is installed, no other one is named and nothing is recorded", async () => {
  expect(await engineEmbedder(withEngine(sessionOf("")), parts)).toMatchObject({ dimensions: 384 });
  const named = withEngine(sessionOf('embedding_model = "m"\n'));
  expect(await engineEmbedder(named, parts)).toBeUndefined();
  const taped = withEngine(sessionOf("", { record: "tape" }));
  expect(await engineEmbedder(taped, parts)).toBeUndefined();
  const session = sessionOf("");
  const { settings } = session;
  const nowhere = { ...settings, engine: { ...settings.engine, folder: "/nowhere" } };
  expect(await engineEmbedder({ ...session, settings: nowhere }, parts)).toBeUndefined();
});

test("an engine that cannot load its model is said once, and tools are found without it", async () => {
  const search = await embeddingsAlone(withEngine(sessionOf("")), parts);
  expect(await search?.nearest(TOOLS, UMBRELLA, signal)).toBeUndefined();
  expect(search?.takeNotice()).toMatch(/^tools are searched without .* did not start .*SHA-256/);
  expect(await search?.nearest(TOOLS, UMBRELLA, signal)).toBeUndefined();
  expect(search?.takeNotice()).toBeUndefined();
});

describe("what notes are compared by", () => {
  async function appWith(file: string): Promise<App> {
    const { settings } = withEngine(sessionOf(file));
    return parts.use(new App({ settings }));
  }

  test("the model that a person has named, before that of the engine", async () => {
    const app = await appWith(`base = "${server.url}"\nembedding_model = "m"\n`);
    expect(await app.textModel()).toMatchObject({ id: `${server.url} m centred 3` });
    expect((await (await appWith("")).textModel())?.id).toStartWith("engine all-MiniLM-L6-v2");
  });

  test("notes are found by the named model, and by words where its server fails, which is said", async () => {
    const file = `base = "${server.url}"\nembedding_model = "m"\n`;
    const text = "Take the weather into account.";
    const draft = { text, kind: "fact" } as const;
    const signal = new AbortController().signal;
    await using journal = await testJournal();
    await createHome(home.paths);
    for (const status of [200, 500]) {
      server.status = status;
      const app = await appWith(file);
      const ask = app.memory.service(journal.journal);
      const { notice } = await ask({ kind: "add", draft }, signal);
      const query = status === 200 ? "umbrella" : "what about the weather";
      expect((await ask({ kind: "search", query }, signal)).notes).toMatchObject([{ text }]);
      expect(notice === undefined).toBe(status === 200);
      await app.memory.close();
    }
  });
});
