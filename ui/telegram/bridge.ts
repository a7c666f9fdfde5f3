/** Telegram's chats as screens of rooms: takes what users write, and sends what happens. */
import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { errorFields } from "#platform/log/log.ts";
import type { BotIdentity } from "./access.ts";
import type { BotApi } from "./bot-api.ts";
import { type ChatHost, ChatRoom } from "./chat-room.ts";
import { ChatRooms } from "./chat-rooms.ts";
import { ChatSender, type SenderParts } from "./chat-sender.ts";
import { commandList } from "./commands.ts";
import { type FileParts, sendableFile } from "./files.ts";
import { fileRows, textRows } from "./outgoing.ts";
import { pollUpdates } from "./poll-updates.ts";
import { tokenRefused } from "./refusal.ts";
import { sendReports } from "./reports.ts";
import { SendRate } from "./send-rate.ts";
import { Strangers } from "./strangers.ts";
import { lineId, type TakerParts, takeUpdate } from "./take-update.ts";
import type { Update } from "./update.ts";

export interface BridgeOptions
  extends FileParts,
    Pick<SenderParts, "store" | "clock" | "log">,
    Pick<TakerParts, "commandsOf"> {
  readonly bot: BotIdentity;
  readonly settings: TelegramSettings;
  /** Reaches the process that hosts the rooms, or hosts them. */
  readonly openHost: (signal: AbortSignal) => Promise<ChatHost>;
  /** What personas want to have sent. */
  readonly dropped: Dropped;
  /** Reports problems to the person who started it. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Messages that wait to be sent for personas. */
interface Dropped {
  /** The oldest first. */
  readonly waiting: () => Promise<readonly DroppedMessage[]>;
  /** Says that one is on its way. */
  readonly done: (id: string) => Promise<void>;
}

interface DroppedMessage {
  readonly id: string;
  readonly chat: number;
  readonly text: string;
  /** Of the workspace. */
  readonly file?: string | undefined;
}

/** How often it is looked whether a report is due, in milliseconds. */
const LOOK_MS = 15_000;
/** How often it is looked what personas want to have sent, in milliseconds. */
const DROPPED_MS = 1000;
/** Waits between two tries to reach a host of the rooms, in milliseconds. */
const HOST_WAIT_MS = 1000;

const me = z.object({ id: z.int(), username: z.string() });

/** Who the bot is. @throws {OrgError} `TELEGRAM_REFUSED` for a wrong token, `NETWORK_FAILED`. */
export async function identify(api: BotApi, signal: AbortSignal): Promise<BotIdentity> {
  const answer = await api.call("getMe", {}, { signal, result: me });
  if (answer.ok) return answer.result;
  // Telegram says so of a token that is not even one.
  if ([401, 404].includes(answer.code)) throw tokenRefused(answer.description);
  throw new OrgError("Telegram did not tell the name of the bot", {
    code: "NETWORK_FAILED",
    why: `${answer.code}: ${answer.description}`,
    remedies: ["try again later"],
    unchanged: "Nothing was sent, and no message was taken.",
  });
}

/**
 * Runs the bridge until the signal aborts.
 *
 * @throws {OrgError} `TELEGRAM_REFUSED` when the token does not hold any more, `TELEGRAM_TAKEN` where a webhook is set.
 */
export async function runBridge(options: BridgeOptions): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const bridge = new Bridge(options, signal, (error) => stop.abort(error));
  try {
    await bridge.run();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
    await bridge.senders();
  }
  bridge.rethrow();
}

class Bridge {
  readonly #options: BridgeOptions;
  readonly #signal: AbortSignal;
  readonly #fail: (error: unknown) => void;
  readonly #rate: SendRate;
  readonly #strangers: Strangers;
  readonly #senders = new Map<
    number,
    { readonly sender: ChatSender; readonly ends: Promise<void> }
  >();
  #failure: { readonly error: unknown } | undefined;
  /** Those of the process that hosts them now. */
  #rooms: ChatRooms | undefined;

  constructor(options: BridgeOptions, signal: AbortSignal, stop: (error: unknown) => void) {
    this.#options = options;
    this.#signal = signal;
    this.#rate = new SendRate(options.clock);
    this.#strangers = new Strangers(options.log, options.clock);
    this.#fail = (error) => {
      this.#failure ??= { error };
      stop(error);
    };
  }

  async run(): Promise<void> {
    const { api, store, clock, log } = this.#options;
    const commands = { commands: commandList() };
    await api
      .call("setMyCommands", commands, { signal: this.#signal, result: z.unknown() })
      .catch((error: unknown) => log.warn("commands were not listed", errorFields(error)));
    for (const chat of store.waitingChats()) this.#senderOf(chat);
    this.#report().catch(this.#fail);
    this.#takeDropped().catch(this.#fail);
    while (!this.#signal.aborted) {
      try {
        await this.#session();
      } catch (error) {
        if (this.#signal.aborted) return;
        if (!isPassing(error)) throw error;
        log.warn("no process hosts the rooms", errorFields(error));
      }
      await clock.sleep(HOST_WAIT_MS, this.#signal);
    }
  }

  /** Resolves when nothing is being sent any more. */
  async senders(): Promise<void> {
    await Promise.all([...this.#senders.values()].map(({ ends }) => ends));
  }

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Until the process that hosts the rooms goes. */
  async #session(): Promise<void> {
    const { openHost, settings, store, api, log, clock, say } = this.#options;
    const over = new AbortController();
    const signal = AbortSignal.any([this.#signal, over.signal]);
    await using host = await openHost(signal);
    await using rooms = new ChatRooms({
      open: (chat) => this.#openRoom(chat, { host, signal, end: (error) => over.abort(error) }),
    });
    this.#rooms = rooms;
    const parts = this.#takerParts({ host, rooms, signal });
    for (const chat of settings.chats) if (store.chat(chat) !== undefined) await rooms.of(chat);
    const take = async (update: Update): Promise<void> => {
      if (update.kind === "message") this.#senders.get(update.chat.id)?.sender.reopen();
      await takeUpdate(update, parts);
    };
    try {
      await pollUpdates({ api, store, clock, log, say, take, signal });
    } catch (error) {
      if (!over.signal.aborted || this.#signal.aborted) throw error;
      log.warn("the host of the rooms has gone", { why: reasonOf(over.signal.reason) });
    }
  }

  #takerParts({
    host,
    rooms,
    signal,
  }: {
    readonly host: ChatHost;
    readonly rooms: ChatRooms;
    readonly signal: AbortSignal;
  }): TakerParts {
    const { store, settings } = this.#options;
    return {
      ...this.#options,
      allowed: settings,
      ...{ signal, strangers: this.#strangers },
      roomOf: (chat) => rooms.of(chat),
      newRoom: async (chat) => {
        const { client } = await rooms.of(chat);
        client.stop();
        await rooms.close(chat);
        store.setRoom(chat, `telegram-${chat}-${(store.chat(chat)?.rooms ?? 1) + 1}`, 0);
      },
      answer: (request, ends) => host.answer(request, ends),
      wake: (chat) => this.#senderOf(chat).wake(),
    };
  }

  async #openRoom(
    chat: number,
    {
      host,
      signal,
      end,
    }: {
      readonly host: ChatHost;
      readonly signal: AbortSignal;
      readonly end: (error: unknown) => void;
    },
  ): Promise<ChatRoom> {
    const { store, settings, bot } = this.#options;
    return await ChatRoom.open({
      ...{ chat, host, store, level: settings.reports, signal, sender: this.#senderOf(chat) },
      ownLines: lineId(bot.id, ""),
      onStep: () => this.#sendReports(),
      onEnd: (error) => end(error ?? new Error("its process has ended")),
    });
  }

  #senderOf(chat: number): ChatSender {
    const found = this.#senders.get(chat);
    if (found !== undefined) return found.sender;
    const { api, store, clock, log } = this.#options;
    const fileAt = (path: string) => sendableFile(path, this.#options);
    const onShut = (why: string): void => void this.#tellRoom(chat, why);
    const parts = { api, store, clock, log, fileAt, onShut, rate: this.#rate };
    const sender = new ChatSender(chat, parts);
    this.#senders.set(chat, { sender, ends: sender.run(this.#signal).catch(this.#fail) });
    return sender;
  }

  /** Users who have the room open elsewhere read why their answers do not arrive. */
  async #tellRoom(chat: number, why: string): Promise<void> {
    const text = `Telegram chat ${chat} takes no messages (${why}); what is for it waits until it writes again.`;
    const notified = this.#rooms?.opened(chat)?.client.notify({ level: "info", text });
    await notified?.catch((error: unknown) =>
      this.#options.log.warn("room was not told", errorFields(error)),
    );
  }

  async #takeDropped(): Promise<void> {
    const { dropped, store, clock, settings } = this.#options;
    while (!this.#signal.aborted) {
      for (const { id, chat, text, file } of await dropped.waiting()) {
        const rows = [...textRows(text), ...fileRows(file)];
        // A chat may have been taken off the list since.
        if (settings.chats.includes(chat)) store.takeDropped(id, { chat, rows });
        await dropped.done(id);
        this.#senderOf(chat).wake();
      }
      await clock.sleep(DROPPED_MS, this.#signal);
    }
  }

  async #report(): Promise<void> {
    while (!this.#signal.aborted) {
      this.#sendReports();
      await this.#options.clock.sleep(LOOK_MS, this.#signal);
    }
  }

  #sendReports(): void {
    const { store, clock, settings } = this.#options;
    for (const chat of sendReports(store, clock.now(), settings.quiet)) this.#senderOf(chat).wake();
  }
}

/** A host that comes or goes. */
function isPassing(error: unknown): boolean {
  return error instanceof OrgError && ["OWNER_LOST", "HOME_BUSY"].includes(error.code);
}
