import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type OpenLog, openLog } from "#platform/log/log.ts";
import { TelegramDouble, TOKEN } from "#test/telegram-double.ts";
import { until } from "#test/until.ts";
import { BotApi } from "./bot-api.ts";
import { BridgeStore } from "./bridge-store.ts";
import { ChatSender } from "./chat-sender.ts";
import { clockOf } from "./clock.ts";
import { SendRate } from "./send-rate.ts";

const CHATS = 30;
const PIECES = 40;

interface Storm extends AsyncDisposable {
  readonly telegram: TelegramDouble;
  readonly store: BridgeStore;
  readonly senders: readonly ChatSender[];
  /** Stops all that is sent. */
  readonly stop: () => Promise<void>;
}

/** Chats for which many pieces wait, and who sends them. */
async function storm({
  speed,
  chats = CHATS,
  pieces = PIECES,
}: {
  readonly speed: number;
  readonly chats?: number;
  readonly pieces?: number;
}): Promise<Storm> {
  const folder = mkdtempSync(join(tmpdir(), "org-storm-"));
  const clock = clockOf(speed);
  const telegram = new TelegramDouble({ clock });
  const api = new BotApi({ token: TOKEN, server: telegram.url });
  const store = new BridgeStore(join(folder, "telegram.sqlite"), api.botId);
  const log: OpenLog = await openLog({ folder, name: "telegram", cleaner: new TextCleaner() });
  const rate = new SendRate(clock);
  const fileAt = () => Promise.resolve("no file");
  const onShut = () => undefined;
  const stopping = new AbortController();
  const senders: ChatSender[] = [];
  for (let chat = 1; chat <= chats; chat += 1) {
    const texts = Array.from({ length: pieces }, (_, at) => `piece ${at}`);
    store.take({ chat, rows: texts.map((text) => ({ kind: "text", html: text, plain: text })) });
    senders.push(new ChatSender(chat, { api, store, rate, clock, log, fileAt, onShut }));
  }
  const running = senders.map((sender) => sender.run(stopping.signal));
  const stop = async (): Promise<void> => {
    stopping.abort(new Error("stop"));
    await Promise.all(running);
  };
  return {
    ...{ telegram, store, senders, stop },
    [Symbol.asyncDispose]: async () => {
      await stop();
      await telegram[Symbol.asyncDispose]();
      store[Symbol.dispose]();
      log[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

test("30 chats of 40 pieces in a storm of refusals: none is lost, none doubled, and each chat has its order", async () => {
  await using it = await storm({ speed: 40 });
  // Beside those that the double's own limits bring about.
  for (let at = 0; at < 200; at += 1) {
    const chat = 1 + ((at * 7) % CHATS);
    const failure = at % 4 === 0 ? { code: 502 } : { code: 429, retryAfter: 1 + (at % 5) };
    it.telegram.failures.push({ method: "sendMessage", chat, ...failure });
  }
  await until("all is sent", async () => it.store.waitingChats().length === 0);
  const wanted = Array.from({ length: PIECES }, (_, at) => `piece ${at}`);
  for (let chat = 1; chat <= CHATS; chat += 1)
    expect([chat, it.telegram.chat(chat).map(({ text }) => text)]).toEqual([chat, wanted]);
  expect(it.telegram.failures).toEqual([]);
  // A chat that was to be left alone was left alone, and the others were not held up for it.
  expect(it.telegram.violations).toEqual([]);
});

test("one chat that is held back holds up no other", async () => {
  await using it = await storm({ speed: 1, chats: 2, pieces: 2 });
  it.telegram.failures.push({ method: "sendMessage", chat: 1, code: 429, retryAfter: 3600 });
  await until("the other is done", async () => it.telegram.chat(2).length === 2);
  expect(it.telegram.chat(1)).toEqual([]);
});

test("an answer of Telegram that is lost sends a piece again, and loses none", async () => {
  await using it = await storm({ speed: 100, chats: 1, pieces: 3 });
  it.telegram.failures.push({ method: "sendMessage", code: 502, afterwards: true });
  await until("all is sent", async () => it.store.waitingChats().length === 0);
  const texts = it.telegram.chat(1).map(({ text }) => text);
  expect(texts).toEqual(["piece 0", "piece 0", "piece 1", "piece 2"]);
});
