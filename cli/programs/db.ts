import { checkDatabase, copyFromDatabase, copyToDatabase } from "#home/postgres/copy-home.ts";
import { initDatabase } from "#home/postgres/home-database.ts";
import type { CommandContext } from "../context.ts";
import { runDbCommand } from "../db-command.ts";

/** `org db`. @returns the exit code. */
export async function db({ line, settings, output, app }: CommandContext): Promise<number> {
  return await runDbCommand(line, {
    output,
    init: () => initDatabase(settings),
    check: () => checkDatabase(settings),
    copyTo: () => copyToDatabase(settings, app.paths),
    copyFrom: () => copyFromDatabase(settings, app.paths),
  });
}
