/** The tool by which personas write to the user's telephone: to the chat of the room, else the first of the list. */
import { OrgError } from "#core/errors.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import { TelegramDrops } from "#home/telegram-drops.ts";
import type { Workspace } from "#platform/workspace.ts";
import { sendTelegramTool } from "#tools/send-telegram.ts";
import type { Tool } from "#tools/tool.ts";

interface TelegramToolOptions {
  readonly settings: TelegramSettings;
  /** Where messages wait for the bridge. */
  readonly drops: string;
  readonly workspace: Pick<Workspace, "kindOf">;
}

/** @returns none where no chat is listed. */
export function telegramTools({
  settings,
  drops,
  workspace,
}: TelegramToolOptions): readonly Tool[] {
  const [first] = settings.chats;
  if (first === undefined) return [];
  const waiting = new TelegramDrops(drops);
  return [
    sendTelegramTool(async ({ text, file }, { room, clean }) => {
      if (file !== undefined && (await workspace.kindOf(file)) !== "file") throw noFile(file);
      const own = chatOfRoom(room ?? "");
      const chat = own !== undefined && settings.chats.includes(own) ? own : first;
      await waiting.put({ chat, text: (await clean?.(text)) ?? text, file });
      return "It is handed over to the bridge, which sends it.";
    }),
  ];
}

/** The chat whose room it is; see `ui/telegram/chat-room.ts`. */
function chatOfRoom(room: string): number | undefined {
  const [, chat] = /^telegram-(-?\d+)(?:-\d+)?$/.exec(room) ?? [];
  return chat === undefined ? undefined : Number(chat);
}

function noFile(path: string): OrgError {
  return new OrgError(`There is no file ${JSON.stringify(path.slice(0, 200))}`, {
    code: "INPUT_INVALID",
    why: "only files of the workspace can be sent",
    remedies: ["write the file first, and name it as it lies in the workspace"],
    unchanged: "Nothing was sent.",
  });
}
