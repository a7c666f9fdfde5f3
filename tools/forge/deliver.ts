import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileFailed, syncFolder } from "#platform/files.ts";
import { readProcessInfo } from "#platform/process-info.ts";
import type { ToolFolder } from "../contract/tool-folder.ts";
import type { ToolReport } from "../contract/validation.ts";
import type { Wish } from "./run.ts";

interface Delivery {
  readonly path: string;
  /** What is to be done with it now, in one sentence. */
  readonly next: string;
}

/** What the maintainer of a tool finds on the way. */
export interface DeliveryCheck {
  readonly check: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly reason?: string | undefined;
  readonly details: readonly string[];
}

/** A tool that was validated, and how to tell of its last checks. */
export interface Finished {
  readonly folder: ToolFolder;
  readonly report: ToolReport;
  readonly wish: Wish;
  readonly model: string;
  readonly signal: AbortSignal;
  readonly onCheck: (check: DeliveryCheck) => void;
}

/** Takes a validated tool over. Either all of it is there afterwards, or nothing. */
export type Deliver = (finished: Finished) => Promise<Delivery>;

/**
 * Delivers into `root/<run>/<name>/`. The folder appears with all of its files, on disk, or not at all.
 *
 * @throws {OrgError} `FILE_FAILED` when the system refuses.
 */
export function deliverInto(root: string, run: string): Deliver {
  return async ({ folder }) => {
    const path = join(root, run, folder.name);
    // The number of the process tells who is still at it from what a crash left.
    const temporary = join(root, `.${run}.${process.pid}.new`);
    try {
      await mkdir(root, { recursive: true, mode: 0o700 });
      await sweep(root);
      await writeFolder(join(temporary, folder.name), folder);
      await syncFolder(temporary);
      await rename(temporary, dirname(path));
      await syncFolder(root);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw fileFailed(path, error);
    }
    return { path, next: `read it, then check it again at any time: org forge --from ${path}` };
  };
}

async function writeFolder(path: string, { files }: ToolFolder): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  for (const [name, text] of files) {
    if (basename(name) !== name) throw new Error(`"${name}" is not a name of a file`);
    await using file = await open(join(path, name), "wx", 0o600);
    await file.writeFile(text);
    await file.sync();
  }
  await syncFolder(path);
}

/** Removes what processes that are gone had not finished. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const pid = Number(/^\..*\.(\d+)\.new$/.exec(name)?.[1]);
    if (!Number.isSafeInteger(pid) || pid === process.pid) continue;
    if ((await readProcessInfo(pid)) === undefined) {
      await rm(join(root, name), { recursive: true, force: true });
    }
  }
}
