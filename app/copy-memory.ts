import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { explain, OrgError } from "#core/errors.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { reachOwner } from "#server/socket/open-home.ts";
import type { AppContext } from "./context.ts";

/**
 * Gives a candidate a copy of what the current generation keeps, in the place of what an earlier candidate had; nothing that
 * it keeps comes back. Without one it begins with an empty memory, and the user is told why.
 *
 * @throws {OrgError} `FILE_FAILED`
 */
export async function copyMemory(
  context: Pick<AppContext, "settings" | "cleaner" | "signal" | "output">,
  candidate: HomePaths,
): Promise<void> {
  await createHome(candidate);
  // A log that is left over would be replayed into the copy.
  for (const ending of ["", "-wal", "-shm"]) {
    await rm(`${candidate.memory}${ending}`, { force: true });
  }
  try {
    await copyTo(candidate.memory, context);
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    context.output.say(`The candidate begins without a memory: ${explain(error)}\n`);
  }
}

async function copyTo(
  path: string,
  { settings, cleaner, signal }: Pick<AppContext, "settings" | "cleaner" | "signal">,
): Promise<void> {
  const paths = homePaths(settings.home);
  if (!existsSync(paths.memory)) return;
  const owner = await reachOwner({ paths, signal });
  if (owner !== undefined) {
    await owner.memory({ kind: "copy" }, signal);
    return;
  }
  const { openMemory } = await import("#memory/open-memory.ts");
  await using memory = await openMemory(paths.memory, { cleaner });
  await memory.copyTo(path);
}
