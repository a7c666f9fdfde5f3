import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decide } from "#core/policy/decide.ts";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { TelegramDrops } from "#home/telegram-drops.ts";
import { workspaceAt } from "#platform/workspace.ts";
import { telegramTools } from "./send-telegram.ts";
import type { Tool } from "./tool.ts";

const SETTINGS: TelegramSettings = {
  ...{ chats: [7, 9, -5], users: [], groups: "mentions", reports: "off" },
};
const { signal } = new AbortController();

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-drops-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const drops = () => new TelegramDrops(join(folder, "drops"));

function tool(settings: TelegramSettings = SETTINGS): Tool {
  const options = { settings, drops: drops(), workspace: workspaceAt(folder) };
  const [found] = telegramTools(options);
  if (found === undefined) throw new Error("There is no tool");
  return found;
}

const call = async (args: object, room?: string) =>
  await tool().run(args, {
    signal,
    persona: "agent",
    room,
    clean: (text) => text.replace("key", "***"),
  });

test("there is no tool where no chat is listed", () => {
  const settings = { ...SETTINGS, chats: [] };
  expect(telegramTools({ settings, drops: drops(), workspace: workspaceAt(folder) })).toEqual([]);
});

test.each([
  ["telegram-9", 9],
  ["telegram-9-3", 9],
  ["telegram--5", -5],
  ["telegram--5-2", -5],
  // Not on the list any more, and a room of a terminal.
  ["telegram-8", 7],
  ["2026-11-24-0000-abcdef01", 7],
  [undefined, 7],
])("from the room %s a message goes to chat %d", async (room, chat) => {
  expect(await call({ text: "my key" }, room)).toMatchObject({ ok: true });
  expect(await drops().waiting()).toMatchObject([{ chat, text: "my ***" }]);
});

test("a chat that a model names is not an argument", async () => {
  await call({ text: "hi", chat: 666, to: "@evil" }, "telegram-9");
  const [message] = await drops().waiting();
  expect(message?.chat ?? 9).toBe(9);
});

test("only a file of the workspace goes with it", async () => {
  writeFileSync(join(folder, "a.txt"), "alpha");
  await call({ text: "see", file: "a.txt" });
  expect(await drops().waiting()).toMatchObject([{ file: "a.txt" }]);
  for (const file of ["b.txt", "../../etc/passwd", "/etc/passwd", "."])
    await expect(call({ text: "see", file })).rejects.toMatchObject({ code: "INPUT_INVALID" });
  expect(await drops().waiting()).toHaveLength(1);
});

test("what is taken while the folder is read does not wait any more", async () => {
  await call({ text: "one" });
  // Listed, and gone when it is opened.
  symlinkSync("nothing", join(folder, "drops", "000000000000001-gone.json"));
  expect(await drops().waiting()).toMatchObject([{ text: "one" }]);
});

test("each call is asked for, as a request to the network is", () => {
  const { name, effect, capabilities = [] } = tool();
  const facts = { tool: name, effect, capabilities, persona: "agent", arguments: { text: "hi" } };
  expect(decide(DEFAULT_POLICY, facts, () => undefined)).toMatchObject({ permission: "ask" });
});

test("messages wait in their order, are gone when they are done, and more than 100 are refused", async () => {
  for (let at = 0; at < 100; at += 1) await drops().put({ chat: 7, text: `${at}` });
  await expect(drops().put({ chat: 7, text: "more" })).rejects.toMatchObject({
    code: "FILE_FAILED",
  });
  const waiting = await drops().waiting();
  expect(waiting).toHaveLength(100);
  for (const { id } of waiting) await drops().done(id);
  expect(await drops().waiting()).toEqual([]);
});

test("what cannot be read is taken away, and a folder that is not there is empty", async () => {
  expect(await drops().waiting()).toEqual([]);
  await drops().put({ chat: 7, text: "fine" });
  for (const [name, text] of [
    ["1.json", "{"],
    ["2.json", '{"chat":"x"}'],
    [".3.json", "{}"],
  ] as const)
    writeFileSync(join(folder, "drops", name), text);
  expect(await drops().waiting()).toMatchObject([{ text: "fine" }]);
  expect(await drops().waiting()).toHaveLength(1);
});
