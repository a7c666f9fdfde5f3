import { createHome, homePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import type { CommandContext } from "../context.ts";
import { runLease } from "../lease-command.ts";

/** `org lease`. @returns the exit code. */
export async function lease({ line, settings, output }: CommandContext): Promise<number> {
  const paths = homePaths(settings.home);
  await createHome(paths);
  using store = new LeaseStore(paths);
  return runLease(line.operands, { store, flags: line.options, output, now: Date.now() });
}
