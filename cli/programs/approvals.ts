import { openHome } from "#server/socket/open-home.ts";
import { runApprovals } from "../approval-command.ts";
import type { CommandContext } from "../context.ts";
import { inHome } from "./in-home.ts";

/** `org approvals`, `org approve` and `org deny`. @returns the exit code. */
export async function approvals(context: CommandContext): Promise<number> {
  const { line, cleaner, output, signal } = context;
  return await inHome(context, openHome, async ({ service }) =>
    runApprovals(line, { home: service, cleaner, output, signal }),
  );
}
