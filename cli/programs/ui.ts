import { askGeneration } from "#ops/processes/ask.ts";
import { readGeneration } from "#ops/processes/generation-record.ts";
import type { CommandContext } from "../context.ts";
import { runUi } from "../ui-command.ts";

/** Longest wait for the process that serves, in milliseconds. */
const ANSWER_MS = 5000;

/** `org ui`. @returns the exit code. */
export async function ui({ line, settings, output }: CommandContext): Promise<number> {
  const record = await readGeneration(settings.home, "current");
  return await runUi(line, {
    output,
    server: record && {
      ...record,
      ask: async (path) => {
        const { status, data } = await askGeneration(record, {
          ...{ path, body: {}, withinMs: ANSWER_MS },
        });
        return { status, data };
      },
    },
  });
}
