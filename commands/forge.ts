import { askAtTerminal } from "#ui/ask-terminal.ts";
import { runForge } from "#ui/forge-command.ts";
import { providerOf } from "../wiring.ts";
import { judgeTool, openForge } from "../wiring-forge.ts";
import type { CommandContext } from "./context.ts";

/** `org forge`. @returns the exit code. */
export async function forge(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output, signal } = context;
  const { options: flags } = line;
  await using parts = new AsyncDisposableStack();
  const provider = () => providerOf({ settings, flags, cleaner }, parts);
  // In a question Ctrl-C is a key; it means what it means everywhere else.
  const interrupt = () => process.kill(process.pid, "SIGINT");
  return await runForge({
    ...{ flags, output, cleaner, signal },
    ...openForge({ settings, cleaner, asked: flags.get("model"), provider }, parts),
    judge: (path, onStage) => judgeTool(path, { signal, onStage }),
    ask: process.stdin.isTTY ? askAtTerminal(process, { signal, interrupt }) : undefined,
  });
}
