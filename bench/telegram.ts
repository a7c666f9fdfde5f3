#!/usr/bin/env bun
/** How many pieces a second go to a chat when Telegram sets no limit: from the database to the double, one after the other. */
import { join } from "node:path";
import { Bot } from "grammy";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openLog } from "#platform/log/log.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { TelegramDouble, TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";
import { BotApi } from "#ui/telegram/bot-api.ts";
import { BridgeStore } from "#ui/telegram/bridge-store.ts";
import { ChatSender } from "#ui/telegram/chat-sender.ts";
import { clockOf } from "#ui/telegram/clock.ts";
import { piecesOf } from "#ui/telegram/pieces.ts";
import { SendRate } from "#ui/telegram/send-rate.ts";
import { compare } from "./support/compare.ts";
import { atLeast, named, publish } from "./support/report.ts";

const PIECES = 200;
/** Telegram takes 30 a second over all: what is below that would hold it up. */
const AIM = 30;

const { signal } = new AbortController();
await using folder = await temporaryFolder("telegram-bench");
await using telegram = new TelegramDouble({ limits: false });
const api = new BotApi({ token: TOKEN, server: telegram.url });
using store = new BridgeStore(join(folder.path, "telegram.sqlite"), api.botId);
using log = await openLog({ folder: folder.path, name: "bench", cleaner: new TextCleaner() });
// So fast that our own limits take no time.
const clock = clockOf(1_000_000);
const fileAt = () => Promise.resolve("no file");
const onShut = () => undefined;
const sender = new ChatSender(7, {
  ...{ api, store, rate: new SendRate(clock), clock, log, fileAt, onShut },
});
void sender.run(signal);
const bot = new Bot(TOKEN, { client: { apiRoot: telegram.url } });
const text = `${"A line of an answer with <angles> & more.\n".repeat(20)}\`\`\`py\n${"x = 1\n".repeat(100)}\`\`\``;

const series = await compare(
  [
    { name: "org, kept on disk until it is sent", round: () => perSecond(PIECES, ours) },
    { name: "grammY, kept nowhere", round: () => perSecond(PIECES, theirs) },
  ],
  { warmUp: 1, counted: 7 },
);
const cutting = await compare(
  [{ name: "an answer of 1,450 characters into pieces", round: () => perSecond(2000, cut) }],
  { warmUp: 1, counted: 7 },
);
publish([
  {
    title: "telegram: messages to one chat",
    unit: "a second, more is better",
    series,
    aims: [atLeast(AIM, named(series, "org, kept on disk until it is sent"))],
  },
  { title: "telegram: cutting", unit: "a second, more is better", series: cutting, aims: [] },
]);
process.exit();

async function perSecond(count: number, work: (count: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  await work(count);
  return (count * 1000) / (performance.now() - start);
}

async function ours(count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, at) => ({
    ...({ kind: "text" } as const),
    ...{ html: `piece ${at}`, plain: `piece ${at}` },
  }));
  store.take({ chat: 7, rows });
  sender.wake();
  await until("all is sent", () => Promise.resolve(store.waitingChats().length === 0));
}

async function theirs(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await bot.api.sendMessage(7, `piece ${at}`);
}

function cut(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) piecesOf(text);
  return Promise.resolve();
}
