/** Whether the bot of `org telegram` can be reached, and a user may use it. */
import type { Check, Finding } from "#core/check.ts";
import { OrgError } from "#core/errors.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { BotApi, isBotToken } from "./bot-api.ts";
import { identify } from "./bridge.ts";

/** A person has set up something of it. */
export function wantsTelegram({ token, chats }: TelegramSettings): boolean {
  return token !== undefined || chats.length > 0;
}

export function telegramCheck(settings: TelegramSettings): Check {
  return { name: "telegram", run: (signal) => look(settings, signal) };
}

async function look(
  { token, server, chats }: TelegramSettings,
  signal: AbortSignal,
): Promise<Finding> {
  if (token === undefined) return fault("a chat is listed, and there is no token", [TOKEN_REMEDY]);
  if (!isBotToken(token)) return fault("what is set as the token is not one", [TOKEN_REMEDY]);
  try {
    const { username } = await identify(new BotApi({ token, server }), signal);
    const count = `${chats.length} ${chats.length === 1 ? "chat" : "chats"}`;
    if (chats.length > 0) return { state: "ok", detail: `@${username}, ${count}`, remedies: [] };
    const remedies = ["org telegram --ids   # shows the numbers for [telegram] chats"];
    return { state: "warning", detail: `@${username}, and no user may use it`, remedies };
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    const { code, message, why = "", remedies } = error;
    const detail = `${message}: ${why}`;
    return code === "TELEGRAM_REFUSED"
      ? fault(detail, remedies)
      : { state: "warning", detail, remedies };
  }
}

const TOKEN_REMEDY = 'export ORG_TELEGRAM_TOKEN="…"   # as @BotFather gave it';

function fault(detail: string, remedies: readonly string[]): Finding {
  return { state: "fault", detail, remedies };
}
