import { z } from "zod";
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
