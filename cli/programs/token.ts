import { AccessStore } from "#home/access-store.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import type { CommandContext } from "../context.ts";
import { runToken } from "../token-command.ts";

/** `org token`. @returns the exit code. */
export async function token({ line, settings, output }: CommandContext): Promise<number> {
  const paths = homePaths(settings.home);
  await createHome(paths);
  using store = new AccessStore(paths);
  const run = () => runToken(line.operands, { store, flags: line.options, output });
  const { database } = settings;
  if (database === undefined) return run();
  const [{ openDatabase }, { withSharedAccess }] = await Promise.all([
    import("#home/postgres/home-database.ts"),
    import("#app/shared-access.ts"),
  ]);
  await using client = await openDatabase(database);
  return await withSharedAccess(client, store, run);
}
