/** The memory of a home in a folder of its own, as rooms and commands reach it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HomeMemory } from "#app/memory.ts";
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
): TestMemory {
  const folder = mkdtempSync(join(tmpdir(), "org-memory-"));
  const paths = { memory: join(folder, "memory.sqlite"), ownerRecord: join(folder, "owner.json") };
  const candidate = join(folder, "candidate.sqlite");
  const held = new HomeMemory({ paths, cleaner, recall, candidate });
  return {
    held,
    ...{ path: paths.memory, candidate },
    [Symbol.asyncDispose]: async () => {
      await held.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
