import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { explain, OrgError } from "#core/errors.ts";
import { createHome, type HomePaths, homePaths } from "#home/home-paths.ts";
import { copyRegularFile } from "#platform/files.ts";
import { removeFolder } from "#platform/temporary-folder.ts";
import { reachOwner } from "#server/socket/open-home.ts";
import type { AppContext, AppParts } from "./context.ts";
import { attemptsCopy, HomeMemory } from "./memory.ts";

/**
 * Gives a candidate a copy of the notes, episodes and rules that the current generation keeps, in the place of what an
 * earlier candidate had; nothing that it keeps comes back. What cannot be copied it begins without, and the user is told why.
 *
 * @throws {OrgError} `FILE_FAILED`
 */
export async function copyHomeData(
  context: Pick<AppContext, "settings" | "cleaner" | "signal" | "output">,
  candidate: HomePaths,
): Promise<void> {
  await createHome(candidate);
  const { settings, cleaner, signal, output } = context;
  const source = { paths: homePaths(settings.home), cleaner, signal };
  const copies = [
    { path: candidate.memory, what: "a memory", copy: () => copyTo(candidate.memory, source) },
    { path: candidate.rules, what: "rules", copy: () => copyRules(candidate.rules, source) },
  ];
  for (const { path, what, copy } of copies) {
    // A log that is left over would be replayed into the copy.
    for (const ending of ["", "-wal", "-shm"]) await rm(`${path}${ending}`, { force: true });
    try {
      await copy();
    } catch (error) {
      if (!(error instanceof OrgError)) throw error;
      output.say(`The candidate starts without ${what}: ${explain(error)}\n`);
    }
  }
}

async function copyRules(path: string, { paths, signal }: CopySource): Promise<void> {
  if (!existsSync(paths.rules)) return;
  const owner = await reachOwner({ paths, signal });
  if (owner !== undefined) {
    await owner.rules({ kind: "copy" }, signal);
    return;
  }
  const { openRules } = await import("#home/rules/open-rules.ts");
  await using book = await openRules(paths.rules);
  await book.copyTo(path);
}

/** What attempts remember: each has a copy of its own. Disposing throws away what they kept. */
export interface AttemptMemories extends AsyncDisposable {
  /** @param number of the attempt. */
  of(number: number): Promise<HomeMemory>;
}

/**
 * Copies what the home keeps for attempts that are made beside each other; nothing that they keep comes back. Without it
 * they begin with an empty memory, and the user is told why.
 *
 * @param folder of these copies alone, absolute; it goes with them.
 */
export async function copyForAttempts(
  app: Pick<AppParts, "paths" | "cleaner" | "settings" | "textModel">,
  folder: string,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (text: string) => void },
): Promise<AttemptMemories> {
  const { paths, cleaner, settings } = app;
  const whole = join(folder, "whole.sqlite");
  await removeFolder(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await copyTo(whole, { paths, cleaner, signal }, crypto.randomUUID());
  } catch (error) {
    if (!(error instanceof OrgError)) throw error;
    report(cleaner.clean(`The attempts start without a memory: ${explain(error)}`));
  }
  const resources = new AsyncDisposableStack();
  resources.defer(() => removeFolder(folder));
  return {
    of: async (number) => {
      const memory = join(folder, `${number}.sqlite`);
      if (existsSync(whole)) await copyRegularFile(whole, memory);
      const own = { memory, ownerRecord: join(folder, `${number}.json`) };
      const candidate = join(folder, `${number}-copy.sqlite`);
      const { recall } = settings;
      const embedder = () => app.textModel();
      const attempt = new HomeMemory({ paths: own, cleaner, recall, candidate, embedder });
      resources.defer(() => attempt.close());
      return attempt;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

interface CopySource {
  readonly paths: HomePaths;
  readonly cleaner: AppContext["cleaner"];
  readonly signal: AbortSignal;
}

/** @param attempts id of a copy for attempts; without it the place is the candidate's. */
async function copyTo(
  path: string,
  { paths, cleaner, signal }: CopySource,
  attempts?: string,
): Promise<void> {
  if (!existsSync(paths.memory)) return;
  const owner = await reachOwner({ paths, signal });
  if (owner !== undefined) {
    await owner.memory({ kind: "copy", attempts }, signal);
    if (attempts !== undefined) await rename(attemptsCopy(paths, attempts), path);
    return;
  }
  const { openMemory } = await import("#memory/open-memory.ts");
  await using memory = await openMemory(paths.memory, { cleaner });
  await memory.copyTo(path);
}
