import { expect, test } from "bun:test";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { TelegramDouble, TOKEN } from "#test/telegram-double.ts";
import { telegramCheck, wantsTelegram } from "./telegram-check.ts";

const NOTHING: TelegramSettings = { chats: [], users: [], groups: "mentions", reports: "off" };

async function found(change: Partial<TelegramSettings>): Promise<string> {
  const settings = { ...NOTHING, ...change };
  const { state, detail } = await telegramCheck(settings).run(AbortSignal.timeout(600_000));
  expect(detail).not.toContain("AAHdouble");
  return `${state}: ${detail}`;
}

test("looks only where something is set up", () => {
  expect(wantsTelegram(NOTHING)).toBe(false);
  expect(wantsTelegram({ ...NOTHING, chats: [7] })).toBe(true);
  expect(wantsTelegram({ ...NOTHING, token: TOKEN })).toBe(true);
});

test("says whether the bot answers, and who may use it", async () => {
  await using telegram = new TelegramDouble();
  const server = telegram.url;
  expect(await found({ server, token: TOKEN, chats: [7] })).toBe("ok: @org_bot, 1 chat");
  expect(await found({ server, token: TOKEN })).toBe("warning: @org_bot, and no user may use it");
  expect(await found({ server, chats: [7] })).toBe(
    "fault: a chat is listed, and there is no token",
  );
  expect(await found({ server, token: "x" })).toBe("fault: what is set as the token is not one");
  expect(await found({ server, token: `${TOKEN}x`, chats: [7] })).toBe(
    "fault: Telegram does not know this bot: the token was refused: Unauthorized",
  );
  await telegram[Symbol.asyncDispose]();
  expect(await found({ server, token: TOKEN, chats: [7] })).toStartWith(
    "warning: No answer from Telegram",
  );
});
