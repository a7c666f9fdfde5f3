import { existsSync } from "node:fs";
import { homeStatus } from "#app/home-status.ts";
import { EXIT } from "#core/error-codes.ts";
import { jsonLine } from "#core/text/json-line.ts";
import { homePaths } from "#home/home-paths.ts";
import { type OpenHome, openHome } from "#server/socket/open-home.ts";
import type { CommandContext } from "../context.ts";
import { statusText } from "../status-text.ts";
import { inHome } from "./in-home.ts";

/** `org status`. @returns 0, whatever it says. */
export async function status(context: CommandContext): Promise<number> {
  // A look at a home makes none.
  const { home, database } = context.settings;
  if (database === undefined && !existsSync(homePaths(home).journal)) return await show(context);
  return await inHome(context, openHome, async (home) => await show(context, home));
}

async function show(context: CommandContext, home?: OpenHome): Promise<number> {
  const { line, cleaner, output } = context;
  const found = await homeStatus(context, home);
  if (line.options.has("json")) output.write(jsonLine(cleaner.cleanData(found)));
  else output.write(statusText(found, { nowMs: Date.now(), cleaner }));
  return EXIT.done;
}
