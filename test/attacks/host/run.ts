/** Runs the attacks on the host as another user. */
import { join } from "node:path";
import type { Outcome } from "../probe.ts";

/** Puts the attacks, each program as one file, into a folder that everybody may read. */
export async function buildHostAttacks(folder: string): Promise<void> {
  const programs = [
    join(import.meta.dir, "runner.ts"),
    Bun.fileURLToPath(import.meta.resolve("../../fixtures/lease-spender.ts")),
  ];
  const { success } = await Bun.build({
    ...{ entrypoints: programs, target: "bun", outdir: folder, naming: "[name].js" },
  });
  if (!success) throw new Error("The attacks could not be built");
}

/**
 * @param words what makes another user of us, before a command.
 * @param which the attacks on what org has, or on what is usual elsewhere.
 */
export async function runHostAttacks(
  folder: string,
  words: readonly string[],
  which: "ours" | "weak",
): Promise<readonly Outcome[]> {
  await using child = Bun.spawn([...words, process.execPath, join(folder, "runner.js"), which], {
    cwd: "/",
    env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    // Only against what hangs: on a machine that is busy with forty programs they took more than a minute.
    timeout: 600_000,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  if (exitCode !== 0) throw new Error(`The attacks ended with ${exitCode}: ${stderr}`);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line): Outcome => JSON.parse(line));
}
