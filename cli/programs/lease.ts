import { builtInTools } from "#app/rooms.ts";
import type { Leases } from "#core/policy/lease.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import type { CommandContext } from "../context.ts";
import { noteUnknownTool, runLease } from "../lease-command.ts";

/** `org lease`. @returns the exit code. */
export async function lease({ app, line, settings, output }: CommandContext): Promise<number> {
  const paths = homePaths(settings.home);
  await createHome(paths);
  const store = await storeOf(app, paths);
  const { operands, options: flags } = line;
  const exitCode = await runLease(operands, { store, flags, output, now: Date.now() });
  if (operands[0] === "grant") {
    const builtIn = builtInTools(settings);
    const filesRoot = settings.workspace ?? paths.workspace;
    using registry = openRegistry({ paths, builtIn, filesRoot });
    const names = (await registry.list()).map(({ name }) => name);
    noteUnknownTool(flags.get("tool"), names, output);
  }
  return exitCode;
}

/** Those of this home, or of all that share its database. */
async function storeOf(app: CommandContext["app"], paths: HomePaths): Promise<Leases> {
  const client = await app.database();
  if (client === undefined) return app.parts.use(new LeaseStore(paths));
  const { PgLeaseStore } = await import("#home/postgres/pg-lease-store.ts");
  return new PgLeaseStore(client);
}
