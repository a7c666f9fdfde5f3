import { z } from "zod";
import type { Notify } from "#core/events.ts";
import { TOOL_NAME } from "./contract/spec.ts";
import { defineTool } from "./define-tool.ts";
import type { ForgeEvent } from "./forge/progress.ts";
import { progressNotice, resultText } from "./forge/progress-text.ts";
import type { BuildTool } from "./forge/run.ts";
import type { Tool } from "./tool.ts";

/**
 * Lets a persona build a tool. What happens meanwhile is reported to the room, line by line; the model reads
 * how it ended, and the steps where no tool was delivered.
 *
 * @param notify shows a line to all in the room.
 */
export function forgeTool(build: BuildTool, notify: Notify): Tool {
  return defineTool({
    name: "forge",
    effect: "execute",
    capabilities: ["forge"],
    description:
      "Builds a new tool from a goal: contract, cases, tests, program, validation in a sandbox. Takes minutes. The goal says what goes in, what comes out, what can fail.",
    input: z.object({
      goal: z.string().min(10).max(4000),
      name: z.string().regex(TOOL_NAME).optional(),
      lang: z.enum(["ts", "python"]).optional(),
    }),
    run: async ({ goal, name, lang }, { signal, persona }) => {
      const lines: string[] = [];
      // One after the other, as they happened; the run waits for none of them.
      let pendingNotices = Promise.resolve();
      const onEvent = (event: ForgeEvent): void => {
        const notice = progressNotice(event);
        if (notice === undefined) return;
        if (notice.step !== "begun") lines.push(notice.text);
        pendingNotices = pendingNotices.then(() => notify({ ...notice, persona }));
      };
      try {
        const result = await build({ goal, language: lang, name }, { signal, onEvent });
        const ok = result.outcome === "delivered";
        const steps = ok ? [] : ["", ...lines];
        return { ok, output: [resultText(result), ...steps].join("\n") };
      } catch (error) {
        if (!signal.aborted) throw error;
        return { ok: false, output: "It was stopped: nothing was delivered." };
      } finally {
        await pendingNotices;
      }
    },
  });
}
