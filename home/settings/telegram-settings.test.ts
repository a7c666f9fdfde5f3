import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "#core/errors.ts";
import { readSettings, type Settings } from "./settings.ts";

const TOKEN = "123456789:AAHof-the-environment_0123456789";

function settingsOf(config: string, env: Readonly<Record<string, string>> = {}): Settings {
  const home = mkdtempSync(join(tmpdir(), "org-config-"));
  try {
    writeFileSync(join(home, "org.config"), config, { mode: 0o600 });
    return readSettings({ flags: new Map(), env, defaultHome: home });
  } finally {
    rmSync(home, { recursive: true });
  }
}

const telegramOf = (config: string, env?: Readonly<Record<string, string>>) =>
  settingsOf(`[telegram]\n${config}`, env).telegram;

test("no user may use the bridge where nothing is set", () => {
  expect(settingsOf("").telegram).toEqual({
    ...{ chats: [], users: [], groups: "mentions", reports: "milestones" },
    ...{ token: undefined, server: undefined, quiet: undefined },
  });
});

test("the token comes from the environment, or from the variable that the file names, and is a secret", () => {
  const { telegram, secrets } = settingsOf("", { ORG_TELEGRAM_TOKEN: TOKEN });
  expect(telegram.token).toBe(TOKEN);
  expect(secrets).toContain(TOKEN);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the file
  const named = settingsOf('[telegram]\ntoken = "${MY_BOT}"', { MY_BOT: TOKEN });
  expect(named.telegram.token).toBe(TOKEN);
  expect(named.secrets).toContain(TOKEN);
  expect(settingsOf("", { ORG_TELEGRAM_TOKEN: "" }).telegram.token).toBeUndefined();
});

test("the quiet hours are minutes of a day in a zone", () => {
  const quiet = telegramOf('quiet = "22:05-07:30"\nzone = "Europe/Vienna"').quiet;
  expect(quiet).toEqual({ from: 1325, to: 450, zone: "Europe/Vienna" });
  expect(telegramOf('quiet = "00:00-23:59"').quiet).toMatchObject({ from: 0, to: 1439 });
});

test("a server has no slash at its end", () => {
  expect(telegramOf('server = "http://127.0.0.1:8081/"').server).toBe("http://127.0.0.1:8081");
});

describe("is refused", () => {
  test.each([
    [`token = "${TOKEN}"`, "telegram.token: the file must not contain a secret"],
    ['chats = ["@org"]', "telegram.chats.0"],
    ["users = [-5]", "telegram.users.0"],
    ['quiet = "22:00"', 'write "22:00-07:00"'],
    ['quiet = "24:00-07:00"', 'write "22:00-07:00"'],
    ['zone = "Vienna"', "it is not a zone"],
    ['reports = "some"', "telegram.reports"],
    ['server = "ftp://example.org"', "telegram.server"],
    ['server = "http://example.org/?x=1"', "it has only a host and a port"],
    ["chat = [1]", "did you mean chats?"],
  ])("%s", (line, why) => {
    let said = "";
    try {
      telegramOf(line);
    } catch (error) {
      said = explain(error, true);
    }
    expect(said).toContain("[CONFIG_INVALID]");
    expect(said).toContain(why);
    expect(said).not.toContain(TOKEN);
  });
});
