import { join } from "node:path";
import { reloadHandlers } from "#app/mcp-reload.ts";
import { EXIT } from "#core/error-codes.ts";
import { OrgError } from "#core/errors.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { TelegramDrops } from "#home/telegram-drops.ts";
import { lockPromoter } from "#ops/release/promoter-lock.ts";
import { openLog } from "#platform/log/log.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { type OpenHome, openHome, reachOwner } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import { BotApi, isBotToken } from "#ui/telegram/bot-api.ts";
import { identify, runBridge } from "#ui/telegram/bridge.ts";
import { BridgeStore } from "#ui/telegram/bridge-store.ts";
import type { ChatHost, OpenRoom } from "#ui/telegram/chat-room.ts";
import { clockOf } from "#ui/telegram/clock.ts";
import { showIds } from "#ui/telegram/show-ids.ts";
import { waitForBot } from "#ui/telegram/wait-for-bot.ts";
import type { CommandContext } from "../context.ts";
import { heartbeatOf } from "./in-home.ts";

/** `org telegram`: until it is told to leave. @returns the exit code. */
export async function telegram(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal } = context;
  const { token, server, chats } = settings.telegram;
  if (token === undefined) {
    throw noToken(
      "ORG_TELEGRAM_TOKEN is not set, and [telegram] token in org.config names no other variable",
    );
  }
  // Its value is not shown: half of a token is as good as all of it.
  if (!isBotToken(token)) throw noToken("its value is not a bot token, such as 123456:ABC…");
  const api = new BotApi({ token, server });
  const say = (text: string): void => output.say(cleaner.clean(text));
  if (line.options.has("ids")) {
    const bot = await identify(api, signal);
    say(`Write to @${bot.username} now, from each chat that may use it; Ctrl-C ends this.\n`);
    await showIds({
      api,
      signal,
      clock: clockOf(),
      write: (text) => output.write(cleaner.clean(text)),
    });
    return EXIT.done;
  }
  if (chats.length === 0) throw noChats(settings.configPath);
  const paths = homePaths(settings.home);
  await createHome(paths);
  using _alone = lockPromoter(join(settings.home, ".org", "run", "telegram.lock"), {
    message: "Another org telegram runs in this home",
    doing: "runs the Telegram bot",
    remedies: ["end that one first"],
  });
  const bot = await waitForBot({ api, say, signal, clock: clockOf() });
  using log = await openLog({ folder: paths.logs, name: "telegram", cleaner });
  using store = new BridgeStore(paths.telegram, api.botId);
  say(
    `@${bot.username} talks with ${chats.length} ${chats.length === 1 ? "chat" : "chats"}; Ctrl-C ends it.\n`,
  );
  const { runInRoom } = await import("./run-in-room.ts");
  await runBridge({
    ...{ api, store, log, bot, cleaner, say, signal, clock: clockOf() },
    settings: settings.telegram,
    workspace: await app.workspace(),
    dropped: new TelegramDrops(paths.telegramDrops),
    openHost: hostsOf(context, paths),
    commandsOf: (room) => async (args, how) => await runInRoom(args, context, { room, ...how }),
  });
  return EXIT.done;
}

/**
 * Opens the home of the rooms, here or at the process that has it. Once another process had it, it is never taken here:
 * a generation that is replaced would find its home in use.
 */
function hostsOf(
  context: CommandContext,
  paths: HomePaths,
): (signal: AbortSignal) => Promise<ChatHost> {
  let wasRemote = false;
  return async (signal) => {
    const home = wasRemote
      ? await reachOwner({ paths, signal })
      : await open(context, paths, signal);
    if (home === undefined) throw gone();
    wasRemote = home.isRemote;
    return hostOf(home, context);
  };
}

async function open(
  { app }: CommandContext,
  paths: HomePaths,
  signal: AbortSignal,
): Promise<OpenHome> {
  return await openHome({
    ...{ paths, command: "org telegram", memory: app.memory, rules: app.rules, signal },
    handlers: reloadHandlers(app),
    openRoom: async (id, journal) => await (await app.participants()).open(id, journal),
  });
}

function hostOf(home: OpenHome, context: CommandContext): ChatHost {
  const { app } = context;
  const service: HomeService = home.service;
  const parts = new AsyncDisposableStack();
  parts.use(home);
  parts.use(heartbeatOf(home, context));
  return {
    open: (id) => unlessGone(() => openRoom(home, id, app.cleaner)),
    entries: (id, ends) => eachUnlessGone(service.entries({ kind: "own", id }, ends)),
    follow: (id, from, ends) =>
      eachUnlessGone(service.follow({ room: { kind: "own", id }, from }, ends)),
    answer: (request, ends) => unlessGone(() => service.answer(request, ends)),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function openRoom(
  home: OpenHome,
  id: string,
  cleaner: CommandContext["cleaner"],
): Promise<OpenRoom> {
  if (home.isRemote) {
    const client = await home.openClient({ kind: "own", id }, cleaner);
    return { client, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
  }
  const held = await home.service.openClient({ kind: "own", id });
  return {
    client: held.room,
    [Symbol.asyncDispose]: () => Promise.resolve(held[Symbol.dispose]()),
  };
}

async function unlessGone<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof NoOwner ? gone(error) : error;
  }
}

async function* eachUnlessGone<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item, void> {
  try {
    yield* items;
  } catch (error) {
    throw error instanceof NoOwner ? gone(error) : error;
  }
}

function gone(cause?: Error): OrgError {
  return new OrgError("The process that hosts the rooms has ended", {
    code: "OWNER_LOST",
    why: "no other process has taken over the home yet",
    remedies: ["it is tried again by itself"],
    unchanged: "Nothing was sent.",
    cause,
  });
}

function noToken(why: string): OrgError {
  return new OrgError("There is no Telegram bot", {
    code: "CONFIG_INVALID",
    why,
    remedies: [
      "write to @BotFather in Telegram: /newbot; it answers with the token",
      'export ORG_TELEGRAM_TOKEN="…"',
    ],
    unchanged: "Nothing was started.",
  });
}

function noChats(path: string): OrgError {
  return new OrgError("No user may use the bot", {
    code: "CONFIG_INVALID",
    why: `[telegram] chats in ${path} lists no chat`,
    remedies: [
      "org telegram --ids   # write to the bot, and it shows the number of your chat",
      `edit "${path}"`,
    ],
    unchanged: "Nothing was started.",
  });
}
