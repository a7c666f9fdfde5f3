import { openHome } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";
import { runLog } from "../log-command.ts";
import { inHome } from "./in-home.ts";
import { rotateLogs } from "./log-rotate.ts";

/** `org log`. @returns the exit code. */
export async function log(context: CommandContext): Promise<number> {
  const { line, cleaner, output, signal } = context;
  const { operands, options } = line;
  const [id] = operands;
  // No room has such a name: theirs begin with a date.
  if (id === "rotate") return await rotateLogs(context);
  const format = options.get("export");
  const json = options.has("json") || format === "json";
  return await inHome(context, openHome, async ({ service }) =>
    runLog(service, {
      room: id === undefined ? { kind: "newest" } : { kind: "named", id },
      what: options.has("list") ? "list" : json ? "json" : "text",
      raw: options.has("raw") || format !== undefined,
      cleaner,
      output,
      signal,
    }),
  );
}
