import { AccessStore } from "#home/access-store.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import type { CommandContext } from "../context.ts";
import { runToken } from "../token-command.ts";

/** `org token`. @returns the exit code. */
export async function token({ line, settings, output }: CommandContext): Promise<number> {
  const paths = homePaths(settings.home);
  await createHome(paths);
  using store = new AccessStore(paths);
  return runToken(line.operands, { store, flags: line.options, output });
}
