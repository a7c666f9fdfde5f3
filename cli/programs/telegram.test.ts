/** `org telegram` in this process, with the double of Telegram; `test/telegram.e2e.test.ts` kills it. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { join } from "node:path";
import { type TestHome, testHome } from "#test/org-process.ts";
import { type CommandHome, runCommand, startCommand } from "#test/run-command.ts";
import { say } from "#test/scripted-answers.ts";
import { type ScriptedServer, scriptedServer } from "#test/scripted-server.ts";
import { TelegramDouble, TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";

// The bridge leaves a chat alone for a second after what it sent, and a machine may be busy.
let parts: AsyncDisposableStack;
let home: TestHome;
let telegram: TelegramDouble;
let model: ScriptedServer;
beforeEach(async () => {
  parts = new AsyncDisposableStack();
  home = parts.use(await testHome());
  telegram = parts.use(new TelegramDouble());
  model = parts.use(scriptedServer(({ index }) => say(`Answer ${index}.`)));
});
afterEach(() => parts.disposeAsync());

async function configured(chats = "[7]", token = TOKEN): Promise<CommandHome> {
  const config = `[telegram]\nchats = ${chats}\nserver = "${telegram.url}"\n`;
  await Bun.write(join(home.path, "org.config"), config);
  const environment = {
    ...{ OLLAMA_BASE: model.url, OLLAMA_MODEL: "m" },
    ORG_TELEGRAM_TOKEN: token,
  };
  return { path: home.path, environment };
}

async function answered(text: string): Promise<void> {
  await until(text, async () => telegram.chat(7).some((message) => message.text.includes(text)));
}

test("a user writes and is answered from a room of this process, until it is told to leave", async () => {
  const there = await configured();
  await using bridge = startCommand(there, "telegram");
  expect(await bridge.said("talks with")).toBe("@org_bot talks with 1 chat; Ctrl-C ends it.");
  telegram.writes(7, "hi");
  await answered("Answer 0.");
  await expect(runCommand(there, "telegram")).rejects.toMatchObject({
    message: expect.stringContaining("Another org telegram runs in this home"),
    remedies: expect.arrayContaining(["end that one first"]),
  });
  // The bridge has the home: other processes find in it what each home keeps.
  for (const words of [["memory"], ["rules"], ["mcp", "reload"]])
    expect(await runCommand(there, ...words)).toMatchObject({ code: 0, stdout: "" });
  expect(await bridge.leave()).toMatchObject({ code: 0, stdout: "" });
  expect((await runCommand(there, "log", "telegram-7")).stdout).toContain("Answer 0.");
  expect(telegram.violations).toEqual([]);
});

test("where another process has the home, its rooms answer; when it comes again, they do again", async () => {
  const there = await configured("[7, 8]");
  const first = startCommand(there, "serve", "--port", "0");
  parts.use(first);
  await first.said("serves on");
  await using bridge = startCommand(there, "telegram");
  await bridge.said("talks with 2 chats");
  telegram.writes(7, "one");
  await answered("Answer 0.");
  await first.leave();
  await using second = startCommand(there, "serve", "--port", "0");
  await second.said("serves on");
  telegram.writes(7, "two");
  await answered("Answer 1.");
  expect((await bridge.leave()).code).toBe(0);
});

test("with --ids it shows the number of each chat that writes", async () => {
  await using ids = startCommand(await configured("[]"), "telegram", "--ids");
  await ids.said("Write to @org_bot now");
  telegram.writes(4711, "it is me");
  await ids.wrote("4711");
  expect((await ids.leave()).code).toBe(0);
});

test.each([
  ["[]", TOKEN, "No user may use the bot", "lists no chat"],
  ["[7]", "123", "There is no Telegram bot", "its value is not a bot token"],
])("chats %s and token %p are refused", async (chats, token, ...told) => {
  const [message, why] = told;
  await expect(runCommand(await configured(chats, token), "telegram")).rejects.toMatchObject({
    ...{ code: "CONFIG_INVALID", message, unchanged: "Nothing was started." },
    why: expect.stringContaining(why),
  });
});
