/** A bridge for tests: real rooms of a home in a folder, a model server with a script, and the double of Telegram. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { DEFAULT_POLICY } from "#core/policy/policy.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { homePaths } from "#home/home-paths.ts";
import { TelegramDrops } from "#home/telegram-drops.ts";
import { openLog } from "#platform/log/log.ts";
import { openWorkspace } from "#platform/workspace.ts";
import { type OwnHome, ownHome } from "#server/socket/open-home.ts";
import { defineTool } from "#tools/define-tool.ts";
import { BotApi } from "#ui/telegram/bot-api.ts";
import { type BridgeOptions, identify, runBridge } from "#ui/telegram/bridge.ts";
import { BridgeStore } from "#ui/telegram/bridge-store.ts";
import type { ChatHost } from "#ui/telegram/chat-room.ts";
import { type Clock, clockOf } from "#ui/telegram/clock.ts";
import { openTestRoom } from "./room-fixture.ts";
import { type Script, type ScriptedServer, scriptedServer } from "./scripted-server.ts";
import { type ShownMessage, TelegramDouble, TOKEN } from "./telegram-double.ts";
import { until } from "./until.ts";

/** A tool that asks for an approval. */
const sh = defineTool({
  name: "sh",
  effect: "execute",
  description: "Repeats its command.",
  input: z.object({ cmd: z.string() }),
  run: ({ cmd }) => Promise.resolve({ ok: true, output: `ran ${cmd}`, exit: 0 }),
});

export interface TestBridgeOptions {
  readonly script?: Script;
  readonly settings?: Partial<TelegramSettings>;
  /** How many times faster than real its clock goes. @default 20 */
  readonly speed?: number;
  readonly limits?: boolean;
  /** How long a question waits, in milliseconds. @default so long that a fast clock and a slow machine do not matter */
  readonly expiresMs?: number;
}

export class TestBridge implements AsyncDisposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "org-telegram-"));
  readonly clock: Clock;
  readonly telegram: TelegramDouble;
  readonly cleaner: TextCleaner = new TextCleaner([TOKEN]);
  /** What the person at the terminal reads. */
  readonly said: string[] = [];
  readonly #options: TestBridgeOptions;
  readonly #model: ScriptedServer;
  #home: OwnHome | undefined;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TestBridgeOptions = {}) {
    this.#options = options;
    this.clock = clockOf(options.speed ?? 20);
    this.telegram = new TelegramDouble({ clock: this.clock, limits: options.limits ?? true });
    this.#model = scriptedServer(options.script ?? []);
  }

  get paths(): ReturnType<typeof homePaths> {
    return homePaths(this.folder);
  }

  get requests(): ScriptedServer["requests"] {
    return this.#model.requests;
  }

  /** Starts it; `change` puts something in the way. */
  async start(change: Partial<BridgeOptions> = {}): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    this.#home ??= await this.#openHome();
    const api = new BotApi({ token: TOKEN, server: this.telegram.url });
    const log = await openLog({ folder: this.paths.logs, name: "telegram", cleaner: this.cleaner });
    const store = new BridgeStore(this.paths.telegram, api.botId);
    const options: BridgeOptions = {
      ...{ api, store, log, cleaner: this.cleaner, clock: this.clock, signal: stop.signal },
      bot: await identify(api, stop.signal),
      settings: {
        ...{ chats: [7], users: [], groups: "mentions", reports: "off" },
        ...this.#options.settings,
      },
      workspace: await openWorkspace(this.paths.workspace),
      openHost: async () => this.host(),
      dropped: new TelegramDrops(this.paths.telegramDrops),
      commandsOf: () => (words) => Promise.resolve(`ran org ${words.join(" ")}\n`),
      say: (text) => void this.said.push(text),
      ...change,
    };
    this.#running = runBridge(options).finally(() => {
      store[Symbol.dispose]();
      log[Symbol.dispose]();
    });
    this.#running.catch(() => undefined);
  }

  /** Stops it as a signal does. @throws what it ended with. */
  async stop(): Promise<void> {
    this.#stop?.abort(new Error("SIGTERM"));
    await this.#running;
  }

  /** Resolves, or throws, when it ends by itself. */
  async ended(): Promise<void> {
    await this.#running;
  }

  /** The rooms of this process. */
  host(): ChatHost {
    const home = this.#home;
    if (home === undefined) throw new Error("The home is not open");
    const { service } = home;
    return {
      open: async (id) => {
        const held = await service.openClient({ kind: "own", id });
        return {
          client: held.room,
          [Symbol.asyncDispose]: () => Promise.resolve(held[Symbol.dispose]()),
        };
      },
      entries: (id) => service.entries({ kind: "own", id }),
      follow: (id, from, signal) => service.follow({ room: { kind: "own", id }, from }, signal),
      answer: (request) => service.answer(request),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** Lines of users in the journal of a room. */
  async lines(room = "telegram-7"): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const { event } of this.host().entries(room, new AbortController().signal))
      if (event.type === "message") lines.push(event.text);
    return lines;
  }

  /** What a room said of itself, in its journal. */
  async notices(room = "telegram-7"): Promise<readonly string[]> {
    const entries = await Array.fromAsync(this.host().entries(room, new AbortController().signal));
    return entries.flatMap(({ event }) => (event.type === "notice" ? [event.text] : []));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => undefined);
    await this.#home?.[Symbol.asyncDispose]();
    await this.telegram[Symbol.asyncDispose]();
    await this.#model[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }

  async #openHome(): Promise<OwnHome> {
    const { expiresMs = 1_000_000_000 } = this.#options;
    return await ownHome({
      paths: this.paths,
      command: "org test",
      signal: new AbortController().signal,
      openRoom: async (id, journal) =>
        await openTestRoom({
          ...{ journal, url: this.#model.url, id, tools: [sh], cleaner: this.cleaner },
          workspace: await openWorkspace(this.paths.workspace),
          permissions: {
            policy: { ...DEFAULT_POLICY, mode: "supervised" },
            resolveProgram: () => undefined,
            approvalMs: expiresMs,
          },
        }),
    });
  }
}

/** A message of a chat, once there is one whose text fits. */
export async function shown(bridge: TestBridge, text: RegExp, chat = 7): Promise<ShownMessage> {
  return await until(`${text} in chat ${chat}`, async () =>
    bridge.telegram.chat(chat).find((message) => text.test(message.text)),
  );
}

export async function handled(bridge: TestBridge): Promise<void> {
  await until("every update is confirmed", async () => bridge.telegram.pending.length === 0);
}
