import { backUp, restore } from "#app/backup.ts";
import { explain } from "#core/errors.ts";
import { homePaths } from "#home/home-paths.ts";
import { runBackupCommand } from "../backup-command.ts";
import type { CommandContext } from "../context.ts";

const LEFT_OUT = "Left out: journal and jobs, which are in the database of ORG_DB: pg_dump\n";

/** `org backup`. @returns the exit code. */
export async function backup(context: CommandContext): Promise<number> {
  const { line, settings, output, signal, cleaner } = context;
  const { home } = settings;
  const say = (error: unknown): void =>
    output.say(`The present state could not be backed up: ${cleaner.clean(explain(error))}\n`);
  return await runBackupCommand(line, {
    ...{ folder: homePaths(home).backups, output },
    make: async () => {
      const made = await backUp(home, signal);
      if (settings.database !== undefined) output.say(LEFT_OUT);
      return made;
    },
    restore: (wish) => restore(home, wish, say),
  });
}
