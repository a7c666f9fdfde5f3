import { readInput } from "#platform/read-input.ts";
import { openHome } from "#server/socket/open-home.ts";
import { askText, LONGEST_INPUT_BYTES, runAsk } from "../ask-command.ts";
import type { CommandContext } from "../context.ts";
import { inHome, roomChoice } from "./in-home.ts";

/** `org ask`. @returns the exit code. */
export async function ask(context: CommandContext): Promise<number> {
  const { line, output, signal, screen } = context;
  const { operands, options } = line;
  const read = () => readInput("-", { maxBytes: LONGEST_INPUT_BYTES, signal });
  const text = await askText(operands, { isTerminal: screen.isTyped, read });
  const request = {
    text,
    room: roomChoice(line),
    mode: options.get("mode"),
    raw: options.has("raw"),
    yes: options.has("yes"),
  };
  return await inHome(context, openHome, async ({ service }) =>
    runAsk(service, { request, json: options.has("json"), output, signal }),
  );
}
