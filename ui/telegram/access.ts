/** Who may use the bridge: listed users alone, by number. */
import type { TelegramUsers } from "#core/telegram-settings.ts";
import type { PressedButton, SentMessage } from "./update.ts";

/** The bot itself, as Telegram knows it. */
export interface BotIdentity {
  readonly id: number;
  readonly username: string;
}

type Verdict =
  | "yes"
  /** From a chat or a user that is not listed. */
  | "stranger"
  /** From a listed user, and not for the room. */
  | "not for us";

export function accessOf(
  update: SentMessage | PressedButton,
  allowed: TelegramUsers,
  bot: BotIdentity,
): Verdict {
  const { chat, from } = update;
  if (chat === undefined || from === undefined || from.isBot) return "stranger";
  if (!allowed.chats.includes(chat.id)) return "stranger";
  const isPrivate = chat.type === "private";
  // A private chat has the id of its user.
  const mayWrite = isPrivate
    ? from.id === chat.id && (allowed.users.length === 0 || allowed.users.includes(from.id))
    : ["group", "supergroup"].includes(chat.type) && allowed.users.includes(from.id);
  if (!mayWrite) return "stranger";
  if (isPrivate || update.kind === "press" || allowed.groups === "all") return "yes";
  return isAddressed(update, bot) ? "yes" : "not for us";
}

/** In a group: a command, a mention of the bot, or a reply to it. */
function isAddressed({ text, repliesTo }: SentMessage, { id, username }: BotIdentity): boolean {
  return repliesTo === id || text.startsWith("/") || mentionOf(username).test(text);
}

/** Takes the bot's own name out of a line: to the room it is not a word. */
export function withoutMention(text: string, { username }: BotIdentity): string {
  return text.replace(mentionOf(username), " ").trim();
}

function mentionOf(username: string): RegExp {
  return new RegExp(`(?<!\\w)@${username}(?!\\w)`, "i");
}
