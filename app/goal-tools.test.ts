import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { Journal } from "#core/journal.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings } from "#home/settings/settings.ts";
import { type HostileServer, hostileServer, hostileTool } from "#test/hostile-mcp-server.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { App } from "./app.ts";
import { goalTools } from "./goal-tools.ts";
import type { HomeTools } from "./home-tools.ts";

const { signal } = new AbortController();

let home: TestHome;
let parts: AsyncDisposableStack;
let journal: Journal;
let app: App;
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
  await createHome(home.paths);
  journal = parts.use(await openSqliteJournal(home.paths.journal));
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

async function tools(config = ""): Promise<HomeTools> {
  await Bun.write(join(home.path, "org.config"), config);
  const env = { ORG_HOME: home.path, OLLAMA_BASE: "http://127.0.0.1:9", OLLAMA_MODEL: "m" };
  const settings = readSettings({ flags: new Map(), env, defaultHome: home.path });
  app = parts.use(new App({ settings }));
  return await goalTools({ app, journal, persona: "job" });
}

const offeredNames = async (of: HomeTools, words: string, names?: readonly string[]) =>
  (await of.offered(words, names)).map(({ name }) => name);

test("a goal finds notes and what was said in rooms, but nothing that was said to one persona alone", async () => {
  const line = { type: "message", from: "user", to: ["agent"] } as const;
  const lines = [
    { ...line, id: "msg_1", mode: "group", text: "The shop is deployed with deploy.sh." },
    { ...line, id: "msg_2", mode: "direct:agent", text: "The shop has a secret door." },
  ];
  for (const event of lines) await journal.append("r1", { key: event.id, event });
  const own = await tools();
  const memory = await app.memory.learning(journal, true);
  const human = { trust: "human", origin: "human" } as const;
  await memory?.save({ text: "The shop opens at nine.", kind: "fact" }, human);
  expect(own.schemaOf("memory_search")).toBeDefined();
  expect(await own.isRepeatable("memory_search")).toBe(true);
  expect(await offeredNames(own, "the shop")).toContain("memory_search");
  const found = await own.call("memory_search", { query: "shop" }, signal);
  if (found.kind !== "done") throw new Error(found.message);
  expect(found.value).toContain("deploy.sh");
  expect(found.value).toContain("nine");
  expect(found.value).not.toContain("secret door");
  const none = await own.call("memory_search", { query: "zebra" }, signal);
  expect(none).toEqual({ kind: "done", value: "Nothing was found." });
});

function configOf(there: HostileServer, rules = ""): string {
  return `[mcp.servers.weather]\nurl = "${there.url}"\n${rules}`;
}

const ALLOWED = '[[permissions.rules]]\ntool = "weather__*"\npermission = "allow"\n';

test("a goal calls what a person approved of an MCP server, where the policy asks no user", async () => {
  await using there = hostileServer({
    list: () => ({ tools: [hostileTool("forecast"), hostileTool("history")] }),
  });
  const own = await tools(configOf(there, ALLOWED));
  // Nothing is approved yet, and no server is asked for what it has.
  expect(own.names.filter((name) => name.startsWith("weather__"))).toEqual([]);
  expect(there.asked).toEqual([]);
  const servers = await app.mcpServers();
  const [forecast] = (await servers.servers[0]?.connection.tools())?.tools ?? [];
  if (forecast === undefined) throw new Error("The server has tools");
  const approvedAt = "2026-01-01T00:00:00.000Z";
  await servers.pins.set("weather", { approvedAt, isEnabled: true, tools: [forecast] });
  const later = await goalTools({ app, journal, persona: "job" });
  expect(later.names).toContain("weather__forecast");
  expect(later.names).not.toContain("weather__history");
  expect(await offeredNames(later, "tomorrow's forecast")).toContain("weather__forecast");
  expect(await offeredNames(later, "", ["weather__forecast"])).toEqual(["weather__forecast"]);
  expect(await offeredNames(later, "", ["sh"])).toEqual(["sh"]);
  // What such a call did is not known when it was cut off.
  expect(await later.isRepeatable("weather__forecast")).toBe(false);
  const called = await later.call("weather__forecast", { town: "Kiel" }, signal);
  expect(called).toEqual({ kind: "done", value: "sun" });
});

test("an MCP tool that the policy asks about is not offered to a goal, and its call is refused", async () => {
  await using there = hostileServer({ list: () => ({ tools: [hostileTool("forecast")] }) });
  const own = await tools(configOf(there, ALLOWED.replace("allow", "ask")));
  const servers = await app.mcpServers();
  const found = (await servers.servers[0]?.connection.tools())?.tools ?? [];
  const approvedAt = "2026-01-01T00:00:00.000Z";
  await servers.pins.set("weather", { approvedAt, isEnabled: true, tools: found });
  expect(await offeredNames(own, "forecast")).not.toContain("weather__forecast");
  expect(await own.call("weather__forecast", {}, signal)).toMatchObject({ kind: "refused" });
  expect(there.asked).not.toContain("tools/call");
});
