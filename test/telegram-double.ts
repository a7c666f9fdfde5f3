/**
 * Telegram's Bot API for tests: strict where Telegram is, and told to fail on purpose. Rules after
 * core.telegram.org/bots/api. What a bot did wrong is in `violations`.
 */
import { type Clock, clockOf } from "#ui/telegram/clock.ts";
import {
  type Button,
  buttonsOf,
  type Params,
  paramsOf,
  Refusal,
  textOf,
} from "./telegram-params.ts";
import { UpdateQueue } from "./telegram-updates.ts";

/** As long as a real one. */
export const TOKEN = "123456789:AAHdouble-of-the-bot-api_0123456789";
export const BOT = { id: 123_456_789, is_bot: true, first_name: "org", username: "org_bot" };
export const ANN = { id: 7, is_bot: false, first_name: "Ann", username: "ann" };

/** A message as it stands in a chat. */
export interface ShownMessage {
  readonly message_id: number;
  readonly chat: number;
  text: string;
  html: string | undefined;
  buttons: readonly Button[];
  /** Name and content of a document. */
  readonly document?: { readonly name: string; readonly text: string };
  /** The buttons that it had at first. */
  readonly firstButtons: readonly Button[];
  /** Every text that it had, the newest last. */
  readonly texts: string[];
  /** On the clock of the double, in milliseconds. */
  readonly sentAt: number;
}

interface Failure {
  readonly method: string;
  readonly code: number;
  readonly description?: string;
  readonly retryAfter?: number;
  /** Only for this chat. */
  readonly chat?: number;
  /** Only for messages with markup, and for all of them. */
  readonly ofMarkup?: boolean;
  /** Does what was asked, and closes the connection instead of answering. */
  readonly afterwards?: boolean;
}

export interface TelegramDoubleOptions {
  readonly clock?: Clock;
  /** Whether it counts how fast messages come. @default true */
  readonly limits?: boolean;
  readonly token?: string;
}

export class TelegramDouble implements AsyncDisposable {
  /** By chat, without those that were deleted. */
  readonly messages: ShownMessage[] = [];
  /** Names of the methods that were called. */
  readonly calls: string[] = [];
  /** What was told to users who pressed buttons. */
  readonly toasts: string[] = [];
  /** Requests that came while the bot was to leave a chat alone, and what else no good bot does. */
  readonly violations: string[] = [];
  readonly failures: Failure[] = [];
  /** Awaited when a chat has a message, and before the bot is told so. */
  beforeSent: Promise<unknown> = Promise.resolve();
  /** Ids of messages that were taken away. */
  readonly deleted: number[] = [];
  readonly files: Map<string, Uint8Array> = new Map();
  /** Chats that take nothing. */
  readonly blocked: Set<number> = new Set();
  readonly #clock: Clock;
  readonly #limits: boolean;
  readonly #token: string;
  readonly #server: Bun.Server<undefined>;
  readonly #open = new AbortController();
  readonly #updates: UpdateQueue;
  #nextMessage = 1;
  readonly #queries = new Set<string>();
  readonly #times = new Map<string, number[]>();
  readonly #pausedUntil = new Map<number, number>();

  constructor({ clock = clockOf(), limits = true, token = TOKEN }: TelegramDoubleOptions = {}) {
    this.#clock = clock;
    this.#updates = new UpdateQueue(clock);
    this.#limits = limits;
    this.#token = token;
    this.#server = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0, idleTimeout: 0, development: false },
      fetch: (request) => this.#answer(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open.abort();
    await this.#server.stop(true);
  }

  /** A user writes. @returns the number of the update. */
  writes(chat: number, message: string | Params, from: object = ANN): number {
    const type = chat < 0 ? "supergroup" : "private";
    const content = typeof message === "string" ? { text: message } : message;
    const id = this.#nextMessage;
    this.#nextMessage += 1;
    return this.push({
      message: { message_id: id, date: 1, chat: { id: chat, type }, from, ...content },
    });
  }

  /** A user presses a button; `change` forges what Telegram would say of it. */
  presses(message: ShownMessage, data: string, change: Params = {}): number {
    const id = crypto.randomUUID();
    this.#queries.add(id);
    const chat = { id: message.chat, type: message.chat < 0 ? "supergroup" : "private" };
    const at = { message_id: message.message_id, chat, date: 1 };
    return this.push({
      callback_query: { id, from: ANN, message: at, chat_instance: "1", data, ...change },
    });
  }

  /** Puts an update into the queue. @returns its number. */
  push(update: Params, id?: number): number {
    return this.#updates.push(update, id);
  }

  /** What a user sees in a chat, the oldest first. */
  chat(id: number): readonly ShownMessage[] {
    return this.messages.filter(({ chat }) => chat === id);
  }

  /** Updates that were not confirmed. */
  get pending(): readonly number[] {
    return this.#updates.pending;
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const file = /^\/file\/bot([^/]+)\/(.+)$/.exec(pathname);
    if (file !== null) return this.#download(file[1] ?? "", decodeURIComponent(file[2] ?? ""));
    const [, token, method = ""] = /^\/bot([^/]+)\/(\w+)$/.exec(pathname) ?? [];
    try {
      if (token === undefined || !/^\d+:[\w-]+$/.test(token))
        throw new Refusal("Not Found", { code: 404 });
      if (token !== this.#token) throw new Refusal("Unauthorized", { code: 401 });
      this.calls.push(method);
      const params = await paramsOf(request);
      const failure = this.#failureFor(method, params);
      if (failure !== undefined && failure.afterwards !== true) throw refusalOf(failure);
      const result = await this.#do(method, params, request.signal);
      if (failure !== undefined) return new Response(null, { status: 502 });
      return Response.json({ ok: true, result });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message: description, retryAfter } = error;
      const parameters =
        retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
      return Response.json(
        { ok: false, error_code: code, description, ...parameters },
        { status: code },
      );
    }
  }

  #failureFor(method: string, params: Params): Failure | undefined {
    const chat = Number(params["chat_id"]);
    const at = this.failures.findIndex(
      (one) =>
        one.method === method &&
        (one.chat === undefined || one.chat === chat) &&
        (one.ofMarkup !== true || params["parse_mode"] !== undefined),
    );
    const failure = this.failures[at];
    if (failure !== undefined && failure.ofMarkup !== true) this.failures.splice(at, 1);
    if (failure?.retryAfter !== undefined) {
      this.#pausedUntil.set(chat, this.#clock.now() + failure.retryAfter * 1000);
    }
    return failure;
  }

  async #do(method: string, params: Params, signal: AbortSignal): Promise<unknown> {
    switch (method) {
      case "getMe":
        return BOT;
      case "deleteWebhook":
      case "setMyCommands":
        return true;
      case "getUpdates":
        return await this.#updates.answer(params, AbortSignal.any([signal, this.#open.signal]));
      case "sendMessage":
        return await this.#send(params);
      case "sendDocument":
        return await this.#sendDocument(params);
      case "editMessageText":
        return this.#edit(params);
      case "deleteMessage":
        return this.#delete(params);
      case "answerCallbackQuery": {
        if (!this.#queries.delete(String(params["callback_query_id"]))) {
          throw new Refusal(
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            { code: 400 },
          );
        }
        this.toasts.push(String(params["text"] ?? ""));
        return true;
      }
      case "getFile": {
        const id = String(params["file_id"]);
        const data = this.files.get(id);
        if (data === undefined)
          throw new Refusal("Bad Request: wrong file_id or the file is temporarily unavailable", {
            code: 400,
          });
        if (data.length > 20 * 1024 * 1024)
          throw new Refusal("Bad Request: file is too big", { code: 400 });
        return { file_id: id, file_unique_id: id, file_path: `documents/${id}` };
      }
      default:
        throw new Refusal("Not Found: method not found", { code: 404 });
    }
  }

  async #send(params: Params): Promise<unknown> {
    const chat = this.#chatOf(params);
    const { text, html } = textOf(params);
    const buttons = buttonsOf(params);
    this.#count(chat);
    const message = this.#add({ chat, text, html, buttons });
    await this.beforeSent;
    return message;
  }

  async #sendDocument(params: Params): Promise<unknown> {
    const chat = this.#chatOf(params);
    const file = params["document"];
    if (!(file instanceof File))
      throw new Refusal("Bad Request: there is no document in the request", { code: 400 });
    if (file.size === 0) throw new Refusal("Bad Request: file must be non-empty", { code: 400 });
    if (file.size > 50 * 1024 * 1024) throw new Refusal("Request Entity Too Large", { code: 413 });
    this.#count(chat);
    const document = { name: file.name, text: await file.text() };
    const text = String(params["caption"] ?? "");
    return this.#add({ chat, text, html: undefined, buttons: [], document });
  }

  #add(content: Omit<ShownMessage, "message_id" | "texts" | "firstButtons" | "sentAt">): unknown {
    const sentAt = this.#clock.now();
    const own = { texts: [content.text], firstButtons: content.buttons, sentAt };
    const message = { message_id: this.#nextMessage, ...own, ...content };
    this.#nextMessage += 1;
    this.messages.push(message);
    const { message_id, chat, text } = message;
    return { message_id, date: 1, chat: { id: chat, type: "private" }, from: BOT, text };
  }

  #edit(params: Params): unknown {
    const chat = this.#chatOf(params);
    const { text, html } = textOf(params);
    const buttons = buttonsOf(params);
    const message = this.#find(chat, params);
    if (message === undefined)
      throw new Refusal("Bad Request: message to edit not found", { code: 400 });
    const isSame = message.html === html && message.text === text;
    if (isSame && JSON.stringify(message.buttons) === JSON.stringify(buttons)) {
      throw new Refusal(
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
        { code: 400 },
      );
    }
    this.#count(chat);
    Object.assign(message, { text, html, buttons });
    message.texts.push(text);
    return { message_id: message.message_id, date: 1, chat: { id: chat, type: "private" }, text };
  }

  #delete(params: Params): unknown {
    const chat = this.#chatOf(params);
    const message = this.#find(chat, params);
    if (message !== undefined) this.messages.splice(this.messages.indexOf(message), 1);
    this.deleted.push(Number(params["message_id"]));
    return true;
  }

  #find(chat: number, params: Params): ShownMessage | undefined {
    const id = Number(params["message_id"]);
    return this.messages.find((one) => one.chat === chat && one.message_id === id);
  }

  #chatOf(params: Params): number {
    const chat = Number(params["chat_id"]);
    if (!Number.isSafeInteger(chat) || chat === 0)
      throw new Refusal("Bad Request: chat not found", { code: 400 });
    if (this.blocked.has(chat))
      throw new Refusal("Forbidden: bot was blocked by the user", { code: 403 });
    return chat;
  }

  /** 30 a second over all, one a second and bursts of three in a chat, 20 a minute in a group. */
  #count(chat: number): void {
    const now = this.#clock.now();
    if (now < (this.#pausedUntil.get(chat) ?? 0))
      this.violations.push(`${chat} was not left alone`);
    if (!this.#limits) return;
    const rules: readonly (readonly [key: string, most: number, ms: number])[] = [
      ["all", 31, 1000],
      [`c${chat}`, 4, 1000],
      ...(chat < 0 ? ([[`g${chat}`, 20, 60_000]] as const) : []),
    ];
    for (const [key, most, ms] of rules) {
      const times = (this.#times.get(key) ?? []).filter((at) => now - at < ms);
      if (times.length >= most)
        throw new Refusal("Too Many Requests: retry after 1", { code: 429, retryAfter: 1 });
      times.push(now);
      this.#times.set(key, times);
    }
  }

  #download(token: string, path: string): Response {
    const data = token === this.#token ? this.files.get(path.replace("documents/", "")) : undefined;
    return data === undefined
      ? new Response("Not Found", { status: 404 })
      : new Response(new Uint8Array(data));
  }
}

function refusalOf({ code, description, retryAfter }: Failure): Refusal {
  const said =
    retryAfter === undefined
      ? "Internal Server Error"
      : `Too Many Requests: retry after ${retryAfter}`;
  return new Refusal(description ?? said, { code, retryAfter });
}
