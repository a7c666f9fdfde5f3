/** Processes that a killed org left while it set a sandbox up. */
import { readdir, readFile } from "node:fs/promises";
import { BEGIN_SCRIPT } from "./arguments.ts";

/**
 * Ends the inits of sandboxes whose bubblewrap is gone. Where bubblewrap is killed right after it has started its init,
 * that waits for ever for a word from it: it holds no program, and no one else ends it.
 *
 * @param bwrap path of bubblewrap.
 */
export async function endOrphans(bwrap: string): Promise<void> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const line = await read(pid, "cmdline");
    if (!line.startsWith(`${bwrap}\0--args\0`) || !line.includes(`\0${BEGIN_SCRIPT}\0`)) continue;
    const status = await read(pid, "status");
    // In its own namespace it is the first process; its parent is bubblewrap itself, started with the same words.
    const parent = /^NSpid:.*\t1$/m.test(status) ? /^PPid:\t(\d+)$/m.exec(status)?.[1] : undefined;
    const parentLine = parent === undefined ? "" : await read(parent, "cmdline");
    // Nothing to read: the parent has ended this moment, and takes it along.
    if (parentLine === "" || parentLine === line) continue;
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // Gone, or another user's.
    }
  }
}

/** Nothing of a process that is gone. */
async function read(pid: string, file: "cmdline" | "status"): Promise<string> {
  return await readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
