/** The memory of a home in a folder of its own, as rooms and commands reach it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HomeMemory, type HomeMemoryOptions } from "#app/memory.ts";
import { OrgError } from "#core/errors.ts";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import type { MemorySource } from "#room/room-memory.ts";

export interface TestMemory extends AsyncDisposable {
  readonly held: HomeMemory;
  readonly path: string;
  /** Path of a copy for a candidate. */
  readonly candidate: string;
}

export function homeMemory(
  recall: MemorySource["recall"] = "auto",
  cleaner: TextCleaner = new TextCleaner(),
  embedder?: HomeMemoryOptions["embedder"],
): TestMemory {
  const folder = mkdtempSync(join(tmpdir(), "org-memory-"));
  const paths = { memory: join(folder, "memory.sqlite"), ownerRecord: join(folder, "owner.json") };
  const candidate = join(folder, "candidate.sqlite");
  const held = new HomeMemory({ paths, cleaner, recall, candidate, embedder });
  return {
    held,
    ...{ path: paths.memory, candidate },
    [Symbol.asyncDispose]: async () => {
      await held.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A memory whose embedding model does not start. */
export function forsakenMemory(): TestMemory {
  const embed = async () => {
    throw new OrgError("The built-in engine did not start", {
      ...{ code: "ENGINE_FAILED", why: "it ended with exit code 1" },
      ...{ remedies: ["org engine status"], unchanged: "Nothing was sent." },
    });
  };
  return homeMemory("auto", new TextCleaner(), async () => ({ id: "none", dimensions: 3, embed }));
}

/** What the user is told of it. */
export const FORSAKEN =
  "notes are compared by a table of words until the next start: The built-in engine did not start (it ended with exit code 1)";
