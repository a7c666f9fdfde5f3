import { expect, test } from "bun:test";
import { TelegramDouble, TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";
import { BotApi } from "./bot-api.ts";
import { clockOf } from "./clock.ts";
import { showIds } from "./show-ids.ts";

test("each chat and user is shown once, none is answered, and nothing is taken", async () => {
  await using telegram = new TelegramDouble();
  const shown: string[] = [];
  const stop = new AbortController();
  const api = new BotApi({ token: TOKEN, server: telegram.url });
  const clock = clockOf(100);
  const write = (text: string): void => void shown.push(text);
  const running = showIds({ api, clock, write, signal: stop.signal });
  telegram.writes(7, "hello");
  telegram.writes(7, "again");
  telegram.push({ something_new: {} });
  telegram.writes(-5, "hi", { id: 9, is_bot: false, first_name: "Eve" });
  await until("both are shown", async () => shown.length === 2);
  stop.abort(new Error("stop"));
  await running.catch(() => undefined);
  expect(shown).toEqual([
    "chat 7 (private), user 7 Ann @ann\n",
    "chat -5 (supergroup), user 9 Eve\n",
  ]);
  expect(telegram.pending).toHaveLength(4);
  expect(telegram.messages).toEqual([]);
});

test.each([
  [401, "Unauthorized", "TELEGRAM_REFUSED"],
  [409, "Conflict: terminated by other getUpdates request", "TELEGRAM_TAKEN"],
  [500, "Internal Server Error", "NETWORK_FAILED"],
])("an answer %d %s ends it with %s", async (code, description, wanted) => {
  await using telegram = new TelegramDouble();
  telegram.failures.push({ method: "getUpdates", code, description });
  const api = new BotApi({ token: TOKEN, server: telegram.url });
  const { signal } = new AbortController();
  const running = showIds({ api, clock: clockOf(), write: () => undefined, signal });
  await expect(running).rejects.toMatchObject({ code: wanted });
});
