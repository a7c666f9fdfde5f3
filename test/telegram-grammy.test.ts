/** A second opinion on the double: grammY, which many bots are written with, gets along with it as it does with Telegram. */
import { expect, test } from "bun:test";
import { Bot, GrammyError } from "grammy";
import { TelegramDouble, TOKEN } from "./telegram-double.ts";
import { until } from "./until.ts";

function botAt(telegram: TelegramDouble): Bot {
  return new Bot(TOKEN, { client: { apiRoot: telegram.url } });
}

test("grammY takes updates from the double, answers, edits and presses", async () => {
  await using telegram = new TelegramDouble();
  const bot = botAt(telegram);
  bot.on("message:text", async (context) => {
    const sent = await context.reply("<b>hi</b> &lt;", { parse_mode: "HTML" });
    const reply_markup = { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] };
    await context.api.editMessageText(7, sent.message_id, "again", { reply_markup });
  });
  bot.on("callback_query:data", async (context) => {
    await context.answerCallbackQuery({ text: `pressed ${context.callbackQuery.data}` });
  });
  bot.catch(() => undefined);
  const running = bot.start({ drop_pending_updates: false });
  telegram.writes(7, "hello");
  const message = await until("the edited message", async () =>
    telegram.chat(7).find(({ text }) => text === "again"),
  );
  expect(message.texts).toEqual(["hi <", "again"]);
  telegram.presses(message, message.buttons[0]?.callback_data ?? "");
  await until("the press", async () => telegram.toasts.includes("pressed y"));
  await bot.stop();
  await running;
});

test("grammY hears the refusals of the double as Telegram's", async () => {
  await using telegram = new TelegramDouble();
  const { api } = botAt(telegram);
  const refusal = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work;
      return "it was taken";
    } catch (error) {
      return error instanceof GrammyError
        ? `${error.error_code} ${error.description}`
        : String(error);
    }
  };
  expect(await refusal(api.sendMessage(7, "<b>x", { parse_mode: "HTML" }))).toMatch(
    /^400 .*can't parse entities/,
  );
  expect(await refusal(api.sendMessage(7, "x".repeat(4097)))).toBe(
    "400 Bad Request: message is too long",
  );
  expect(await refusal(api.sendMessage(7, " "))).toBe("400 Bad Request: message text is empty");
  const many = await Promise.all(Array.from({ length: 8 }, () => refusal(api.sendMessage(7, "x"))));
  expect(many.filter((one) => one.startsWith("429"))).toHaveLength(4);
  const wrong = new Bot(`${TOKEN}x`, { client: { apiRoot: telegram.url } });
  expect(await refusal(wrong.api.getMe())).toBe("401 Unauthorized");
});

test("of two that ask for updates the older one is ended, and grammY says so", async () => {
  await using telegram = new TelegramDouble();
  const [older, newer] = [botAt(telegram), botAt(telegram)];
  const ended = older.start().then(
    () => "ended",
    (error: unknown) => String(error),
  );
  await until("it polls", async () => telegram.calls.includes("getUpdates"));
  void newer.start();
  expect(await ended).toContain("409");
  await newer.stop();
});
