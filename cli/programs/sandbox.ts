import { runSandboxed } from "#platform/sandbox/run.ts";
import type { CommandContext } from "../context.ts";
import { runSandboxCommand } from "../sandbox-command.ts";

/** `org sandbox`. @returns the exit code of the program that was run. */
export async function sandbox(context: CommandContext): Promise<number> {
  const { line, cleaner, output, signal, screen } = context;
  const stdin = screen.isTyped ? undefined : Bun.stdin.stream();
  return await runSandboxCommand(line, { run: runSandboxed, stdin, output, cleaner, signal });
}
