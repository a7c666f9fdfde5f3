import { reloadMcp } from "#app/mcp-reload.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import type { CommandContext } from "../context.ts";
import { runMcp } from "../mcp-command.ts";
import { serveMcp } from "./serve-mcp.ts";

/** `org mcp`. @returns the exit code. */
export async function mcp(context: CommandContext): Promise<number> {
  const { app, line, settings, cleaner, output, signal } = context;
  const paths = homePaths(settings.home);
  await createHome(paths);
  if (line.operands.length === 0) return await serveMcp(context, process);
  const { servers, pins } = await app.mcpServers();
  const reload = (server?: string) => reloadMcp(paths, server, signal);
  const about = { servers, pins, reload, cleaner, output, json: line.options.has("json") };
  return await runMcp(line.operands, { ...about, now: Date.now });
}
