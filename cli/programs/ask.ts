import { openHome } from "#server/socket/open-home.ts";
import { askText, runAsk } from "../ask-command.ts";
import type { CommandContext } from "../context.ts";
import { inHome, roomChoice } from "./in-home.ts";

/** `org ask`. @returns the exit code. */
export async function ask(context: CommandContext): Promise<number> {
  const { line, output, signal, screen } = context;
  const { operands, options } = line;
  // Reading cannot be stopped, but the command does not wait for it.
  const read = () => Promise.race([Bun.stdin.text(), aborted(signal)]);
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

/** Rejects with the signal's reason. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
