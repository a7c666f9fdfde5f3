import { builtInTools } from "#app/rooms.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import type { CommandContext } from "../context.ts";
import { noteUnknownTool, runLease } from "../lease-command.ts";

/** `org lease`. @returns the exit code. */
export async function lease({ line, settings, output }: CommandContext): Promise<number> {
  const paths = homePaths(settings.home);
  await createHome(paths);
  using store = new LeaseStore(paths);
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
