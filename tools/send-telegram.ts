/** The tool by which personas write to the telephone of the user. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import type { TelegramSettings } from "#core/telegram-settings.ts";
import type { Workspace } from "#platform/workspace.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What a model wants the user to read on their telephone. Where it goes is not for a model to say. */
export interface TelegramWish {
  readonly text: string;
  /** Of the workspace. */
  readonly file?: string | undefined;
}

/**
 * Lets a model write to the user over Telegram.
 *
 * @param send hands it over, and says in words for the model what became of it; throws an `OrgError` for what cannot be.
 */
export function sendTelegramTool(
  send: (wish: TelegramWish, context: ToolContext) => Promise<string>,
): Tool {
  return defineTool({
    name: "send_telegram",
    effect: "execute",
    capabilities: ["network"],
    // In every prompt of who has it, so it is short.
    description: "Messages the user on Telegram.",
    input: z.object({ text: z.string(), file: z.string().optional() }),
    example: { text: "The report is done." },
    run: async (wish, context) => ({ ok: true, output: await send(wish, context) }),
  });
}

interface TelegramToolOptions {
  readonly settings: TelegramSettings;
  /** Where messages wait for the bridge. */
  readonly drops: { put(message: TelegramWish & { readonly chat: number }): Promise<void> };
  readonly workspace: Pick<Workspace, "kindOf">;
}

/** To the chat of the room, else the first of the list. @returns none where no chat is listed. */
export function telegramTools({
  settings,
  drops,
  workspace,
}: TelegramToolOptions): readonly Tool[] {
  const [first] = settings.chats;
  if (first === undefined) return [];
  return [
    sendTelegramTool(async ({ text, file }, { room, clean }) => {
      if (file !== undefined && (await workspace.kindOf(file)) !== "file") throw noFile(file);
      const own = chatOfRoom(room ?? "");
      const chat = own !== undefined && settings.chats.includes(own) ? own : first;
      await drops.put({ chat, text: (await clean?.(text)) ?? text, file });
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
