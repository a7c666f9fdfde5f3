import { backUp, restore } from "#app/backup.ts";
import { explain } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { runBackupCommand } from "../backup-command.ts";
import type { CommandContext } from "../context.ts";

/** `org backup`. @returns the exit code. */
export async function backup(context: CommandContext): Promise<number> {
  const { line, settings, output, signal, cleaner } = context;
  const { home } = settings;
  const say = (error: unknown): void =>
    output.say(`What is there now could not be backed up: ${cleaner.clean(explain(error))}\n`);
  return await runBackupCommand(line, {
    ...{ folder: homePaths(home).backups, output },
    make: () => backUp(home, signal),
    restore: (wish) => restore(home, wish, say),
  });
}
