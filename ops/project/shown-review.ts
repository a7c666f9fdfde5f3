/** Whether a person saw what the gate says before they merge what it holds. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadText } from "#platform/files.ts";
import type { ProjectWork } from "./work.ts";

interface Reviewed {
  /** Names the trees that were judged. */
  readonly key: string;
}

/** Remembers that a person was shown what the gate says of these trees. One that is cut off says that it was not shown. */
export async function markShown({ folder }: ProjectWork, { key }: Reviewed): Promise<void> {
  await writeFile(join(folder, SHOWN_FILE), `${key}\n`, { mode: 0o600 });
}

/** Whether a person was shown what the gate says of just these trees, by an earlier command. */
export async function wasShown({ folder }: ProjectWork, { key }: Reviewed): Promise<boolean> {
  const text = await loadText(join(folder, SHOWN_FILE)).catch(() => "");
  return text.trimEnd() === key;
}

/** In the folder of a room; holds the key of the newest review. */
const SHOWN_FILE = "shown";
