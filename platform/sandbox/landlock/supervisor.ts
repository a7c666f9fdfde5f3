/**
 * A program of its own: starts the command of one run, and when that ends, or when the process that started this is
 * gone, ends everything that it has left behind. Nothing below it can be lost: what loses its parent
 * becomes a child of this.
 *
 * Descriptors: 0 to 2 are the command's; 3 is its specification; 4 reads until the run is over; 5 takes the
 * exit code, and what went wrong before the command began. Its argument is the folder to remove.
 */
import { writeSync } from "node:fs";
import { removeFolder } from "../../temporary-folder.ts";
import { Kernel } from "./kernel.ts";
import { descendantsOf, endDescendants } from "./tree.ts";

const SPEC_FD = 3;
const CONTROL_FD = 4;
const STATUS_FD = 5;
/** How often orphans that have ended are collected, in milliseconds. */
const REAP_MS = 25;

if (import.meta.main) {
  const kernel = new Kernel();
  kernel.adoptOrphans();
  const entry = Bun.fileURLToPath(import.meta.resolve("./enter.ts"));
  const command = [process.execPath, "--no-env-file", "--no-install", entry];
  const child = Bun.spawn(command, {
    env: {},
    stdio: [0, 1, 2, SPEC_FD, STATUS_FD],
  });
  // What has ended counts against the limit of processes until a process takes note of it.
  const reaper = setInterval(() => {
    for (const pid of descendantsOf(process.pid)) if (pid !== child.pid) kernel.reap(pid);
  }, REAP_MS);
  const over = new Response(Bun.file(CONTROL_FD).stream()).bytes();
  await Promise.race([child.exited, over]);
  clearInterval(reaper);
  const { signalCode, exitCode } = child;
  await endDescendants(process.pid, (pid) => kernel.reap(pid));
  if (exitCode !== null || signalCode !== null) {
    writeSync(STATUS_FD, `${JSON.stringify({ exitCode, signalCode })}\n`);
  }
  // The process that started this does it as well, unless it was killed.
  const [scratch] = process.argv.slice(2);
  if (scratch !== undefined) await removeFolder(scratch);
  // The control pipe is still being read.
  process.exit(0);
}
