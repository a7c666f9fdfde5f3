import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RoomEvent } from "#core/events.ts";
import { createHome } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { readSettings, type Settings } from "#home/settings/settings.ts";
import type { Room } from "#room/room.ts";
import { type TestHome, testHome } from "#test/org-process.ts";
import { sayAndWait, spoken } from "#test/room-fixture.ts";
import { call, say } from "#test/scripted-answers.ts";
import { type Script, scriptedServer } from "#test/scripted-server.ts";
import { WebServer } from "#test/web-server.ts";
import { App } from "./app.ts";
import type { NetworkOverrides } from "./context.ts";
import { builtInTools, checkSettings } from "./rooms.ts";

const { signal } = new AbortController();

let home: TestHome;
let parts: AsyncDisposableStack;
beforeEach(async () => {
  home = await testHome();
  parts = new AsyncDisposableStack();
});
afterEach(async () => {
  await parts[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

/** What a person has written into the configuration, read as the program reads it. */
async function settingsOf(file: string, env: Record<string, string> = {}): Promise<Settings> {
  await Bun.write(join(home.path, "org.config"), file);
  return readSettings({ flags: new Map(), env, defaultHome: home.path });
}

/** A room whose models say what the script says. */
async function openRoom(file: string, script: Script, outside: NetworkOverrides = {}) {
  const server = parts.use(scriptedServer(script, { models: ["m", "other"] }));
  const settings = await settingsOf(file, { OLLAMA_BASE: server.url, OLLAMA_MODEL: "m" });
  await createHome(home.paths);
  const journal = parts.use(await openSqliteJournal(home.paths.journal));
  const { open } = await parts.use(new App({ settings, networkOverrides: outside })).participants();
  const room: Room = parts.use(await open("one", journal));
  return { room, server };
}

const results = (events: readonly RoomEvent[]) =>
  events.flatMap((event) => (event.type === "tool-result" ? [event] : []));

describe("settings", () => {
  test("that limit money are told of every model without a price, once", async () => {
    const file = `[budget]
day = { money = 1.5 }
[personas.python]
model = "priced"
[prices]
priced = { input = 1, output = 2 }
`;
    expect(checkSettings(await settingsOf(file))).toEqual([
      "a budget counts money, and the first model of the server has no price: it counts as free",
    ]);
    expect(checkSettings(await settingsOf(`model = "named"\n${file}`))).toEqual([
      'a budget counts money, and "named" has no price: it counts as free',
    ]);
    expect(checkSettings(await settingsOf(`model = "priced"\n${file}`))).toEqual([]);
    const dear = file.replace('"priced"', '"dear"');
    expect(checkSettings(await settingsOf(`model = "priced"\n${dear}`))).toEqual([
      'a budget counts money, and "dear" has no price: it counts as free',
    ]);
    expect(checkSettings(await settingsOf("[budget]\nday = { tokens = 5 }\n"))).toEqual([]);
  });

  test("that let personas write where their rules lie are refused", async () => {
    const settings = await settingsOf("", { ORG_WORKSPACE: home.path });
    expect(() => checkSettings(settings)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", why: expect.stringContaining(home.path) }),
    );
  });

  test("whose rules do not do what their tests say are refused", async () => {
    const file = (expected: string) => `[permissions.tools]
sh = "supervised"
[[permissions.tests]]
call = { tool = "sh", arguments = { cmd = "rm x" } }
expect = "${expected}"
`;
    expect(checkSettings(await settingsOf(file("ask")))).toEqual([]);
    const settings = await settingsOf(file("allow"));
    expect(() => checkSettings(settings)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });
});

test("the tools that come with the program can be looked at, and those of a room do nothing then", async () => {
  const tools = builtInTools(await settingsOf(""));
  const names = [
    ...["sh", "python_run", "web_fetch", "web_request"],
    ...["read_file", "edit_file", "write_file", "find", "chat_mode", "forge"],
    ...["memory_save", "memory_search"],
  ];
  expect(tools.map(({ name }) => name)).toEqual(names);
  const forge = tools.find(({ name }) => name === "forge");
  const building = forge?.run({ goal: "the median of numbers" }, { signal, persona: "toolsmith" });
  expect(await building?.catch(String)).toContain("This tool is only looked at");
});

test("a persona with a server of its own is asked there, under its own model", async () => {
  await using far = scriptedServer([say("from afar")]);
  const file = `[providers.far]
base = "${far.url}"
[personas.python]
provider = "far"
model = "deep"
`;
  const { room, server } = await openRoom(file, [say("from here")]);
  expect(spoken(await sayAndWait(room, "@@python hello"))).toEqual(["python: from afar"]);
  expect(spoken(await sayAndWait(room, "@@agent hello"))).toEqual(["agent: from here"]);
  expect(far.requests.map(({ body }) => body.model)).toEqual(["deep"]);
  expect(server.requests.map(({ body }) => body.model)).toEqual(["m"]);
});

test("a persona gets another model while the room is open", async () => {
  const { room, server } = await openRoom("", () => say("Here."));
  await sayAndWait(room, "@@python hello");
  await room.setModel("other", "python");
  await sayAndWait(room, "@@python hello");
  await sayAndWait(room, "@@agent hello");
  expect(server.requests.map(({ body }) => body.model)).toEqual(["m", "other", "m"]);
});

test("a page that leads to a host which the policy forbids is left, and that host is never asked", async () => {
  await using web = await WebServer.open(({ socket }, response) => {
    response.writeHead(302, { location: `http://evil.example:${socket.localPort}/` }).end();
  });
  const url = web.url("/away");
  const file = '[permissions]\ndomains = ["page.example"]\n';
  const script = [call("web_fetch", { url }), say("It leads away.")];
  const { room } = await openRoom(file, script, { rules: web.rules });
  expect(results(await sayAndWait(room, "read it"))).toMatchObject([
    { ok: false, output: expect.stringContaining("redirect-host") },
  ]);
  expect(web.asked).toEqual([`GET page.example:${web.port}/away`]);
});

test("a room builds a tool with the model of the toolsmith, tells each step, and pays for it", async () => {
  const goal = "the median of a list of numbers";
  const file = '[permissions.tools]\nforge = "open"\n[personas.toolsmith]\nmodel = "smith"\n';
  const { room, server } = await openRoom(file, ({ index, body }) => {
    if (index === 0) return call("forge", { goal });
    return say(body.tools === undefined ? "I cannot do that." : "There is no tool.");
  });
  const events = await sayAndWait(room, "@@toolsmith build it");
  expect(results(events)).toMatchObject([{ name: "forge", ok: false }]);
  expect(results(events)[0]?.output).toContain("It is not JSON");
  expect(spoken(events)).toEqual(["toolsmith: There is no tool."]);
  expect(new Set(server.requests.map(({ body }) => body.model))).toEqual(new Set(["smith"]));
  const [log = "", ...more] = readdirSync(home.paths.forgeLogs);
  expect(more).toEqual([]);
  expect(readFileSync(join(home.paths.forgeLogs, log), "utf8")).toContain(goal);
});
