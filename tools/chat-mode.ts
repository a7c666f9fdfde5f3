import { z } from "zod";
import { explain, OrgError } from "#core/errors.ts";
import { defineTool } from "./define-tool.ts";
import type { Tool } from "./tool.ts";

/**
 * Lets a model switch the mode of the room.
 *
 * @param switchMode parses and switches; throws an `OrgError` for what is not a mode.
 */
export function chatModeTool(switchMode: (mode: string, by: string) => Promise<void>): Tool {
  return defineTool({
    name: "chat_mode",
    effect: "room",
    description: "Switches who gets the user's messages: group, direct:<persona> or file:<path>.",
    input: z.object({ mode: z.string().min(1).max(200) }),
    run: async ({ mode }, { persona }) => {
      try {
        await switchMode(mode, persona);
        return { ok: true, output: `The mode is ${mode.trim()} from the user's next message on.` };
      } catch (error) {
        if (!(error instanceof OrgError)) throw error;
        return { ok: false, output: explain(error) };
      }
    },
  });
}
