/** Does what one update asks for. It counts as handled when that is on disk, and not before. */
import { explain, OrgError } from "#core/errors.ts";
import type { TelegramUsers } from "#core/telegram-settings.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { Log } from "#platform/log/log.ts";
import type { SlashSources } from "../slash-command.ts";
import { accessOf, type BotIdentity, withoutMention } from "./access.ts";
import type { BridgeStore, Step } from "./bridge-store.ts";
import { type ButtonTask, newButtonId } from "./buttons.ts";
import type { ChatRoom } from "./chat-room.ts";
import type { Clock } from "./clock.ts";
import { canRepeat, obeyCommand, readCommand, type TypedCommand } from "./commands.ts";
import { type FileParts, receiveFile } from "./files.ts";
import { type Outgoing, textPiece, textRows } from "./outgoing.ts";
import { pressButton } from "./press-button.ts";
import type { Strangers } from "./strangers.ts";
import type { SentMessage, Update } from "./update.ts";

/** What updates are taken with; the rooms change when another process comes to host them. */
export interface TakerParts extends FileParts {
  readonly store: BridgeStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly cleaner: TextCleaner;
  readonly allowed: TelegramUsers;
  readonly bot: BotIdentity;
  readonly strangers: Strangers;
  /** The room of a chat, opened when it is not. */
  readonly roomOf: (chat: number) => Promise<ChatRoom>;
  /** Gives a chat a new room. */
  readonly newRoom: (chat: number) => Promise<void>;
  /** Runs a command of the command line, typed in a room. */
  readonly commandsOf: (room: string) => SlashSources["runCommand"];
  readonly answer: Parameters<typeof pressButton>[1]["answer"];
  /** Told of a chat for which something waits. */
  readonly wake: (chat: number) => void;
  readonly signal: AbortSignal;
}

/** Of who hosts the room: the update is taken again when there is a host again. */
const OF_THE_HOST: ReadonlySet<string> = new Set(["OWNER_LOST", "HOME_BUSY"]);

/** Id of the line that an update is in its room. @param bot id of the bot. */
export function lineId(bot: number | string, update: number | string): string {
  return `tg-${bot}-${update}`;
}

/** @throws {OrgError} `OWNER_LOST`, `HOME_BUSY`: the update is not handled, and has to be taken again. */
export async function takeUpdate(update: Update, parts: TakerParts): Promise<void> {
  const { store, clock, allowed, bot, strangers } = parts;
  const finish = (step?: Step): void => {
    store.finish(update.update, clock.now(), step);
    if (step !== undefined) parts.wake(step.chat);
  };
  if (update.kind === "unknown") return finish();
  const access = accessOf(update, allowed, bot);
  if (access === "stranger") strangers.note(update);
  if (access !== "yes") return finish();
  // Killed in the middle of it, we cannot know how much of it was done.
  const wasBegun = store.begun === update.update;
  store.begin(update.update);
  if (update.kind === "press") {
    await pressButton(update, parts);
    return finish();
  }
  finish(await stepOf(update, wasBegun, parts));
}

async function stepOf(
  update: SentMessage,
  wasBegun: boolean,
  parts: TakerParts,
): Promise<Step | undefined> {
  const { chat } = update;
  // Before anything else sees it.
  const text = withoutMention(parts.cleaner.clean(update.text), parts.bot);
  const secret = secretStep(update, parts.cleaner);
  try {
    const command = update.file === undefined ? readCommand(text, parts.bot.username) : undefined;
    if (command === "of another bot") return undefined;
    const rows =
      command === undefined
        ? await sayIt({ update, text, wasBegun }, parts)
        : await obey(command, { chat: chat.id, wasBegun }, parts);
    return { chat: chat.id, ...secret, rows: [...(secret.rows ?? []), ...rows] };
  } catch (error) {
    if (!(error instanceof OrgError) || OF_THE_HOST.has(error.code)) throw error;
    const problem = parts.cleaner.clean(explain(error));
    return { chat: chat.id, ...secret, rows: [...(secret.rows ?? []), ...textRows(problem)] };
  }
}

/** Says that a secret was hidden, and offers to take the message away, which still has it. */
function secretStep(
  { text, message, chat }: SentMessage,
  cleaner: TextCleaner,
): Pick<Step, "rows" | "buttons"> {
  const kinds = cleaner.secretsIn(text);
  if (kinds.length === 0) return {};
  const id = newButtonId();
  const task: ButtonTask = { kind: "delete", message };
  const notice = `Your message held what looks like a secret (${kinds.join(", ")}). It was hidden: it was not sent to the room, and it is stored nowhere here. It still stands in this chat, and Telegram has it: make a new one.`;
  // A bot cannot take away what others write in a group.
  const buttons = chat.type === "private" ? id : undefined;
  return {
    buttons: buttons === undefined ? [] : [{ id, task }],
    rows: [{ kind: "text", buttons, ...textPiece(notice) }],
  };
}

interface IncomingText {
  readonly update: SentMessage;
  /** Clean. */
  readonly text: string;
  readonly wasBegun: boolean;
}

async function sayIt(
  { update, text, wasBegun }: IncomingText,
  parts: TakerParts,
): Promise<readonly Outgoing[]> {
  const { chat, file, other } = update;
  const room = await parts.roomOf(chat.id);
  const id = lineId(parts.bot.id, update.update);
  if (wasBegun && (await room.has(id))) return [];
  const paragraphs = [text, other === undefined ? "" : `(I sent ${other}, which you cannot see.)`];
  if (file === undefined) return await say(room, paragraphs, id);
  const { path, bytes } = await receiveFile(file, update.update, parts);
  try {
    return await say(room, [...paragraphs, `@"${path}"`], id);
  } catch (error) {
    if (!(error instanceof OrgError) || error.code !== "INPUT_INVALID") throw error;
    // Not a text, or an image that no model sees: it lies there all the same.
    const about = `(I sent the file ${path}, ${bytes.toLocaleString("en")} bytes; ${error.why ?? "it cannot be attached"}.)`;
    return await say(room, [...paragraphs, about], id);
  }
}

async function say(
  { client }: ChatRoom,
  paragraphs: readonly string[],
  id: string,
): Promise<readonly Outgoing[]> {
  const line = paragraphs.filter((word) => word !== "").join("\n");
  if (line === "") return [];
  const { done } = await client.say(line, { id });
  // How it ends stands in the journal.
  done.catch(() => undefined);
  return [];
}

async function obey(
  command: TypedCommand,
  { chat, wasBegun }: { readonly chat: number; readonly wasBegun: boolean },
  parts: TakerParts,
): Promise<readonly Outgoing[]> {
  if (wasBegun && !canRepeat(command)) {
    return textRows(
      `The bridge was restarted in the middle of /${command.name}; look whether it was done.`,
    );
  }
  if (command.name === "new") {
    await parts.newRoom(chat);
    return textRows("A new room begins.");
  }
  const { client } = await parts.roomOf(chat);
  return await obeyCommand(command, client, parts.commandsOf(client.id));
}
