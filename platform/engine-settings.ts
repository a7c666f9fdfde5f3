/** Where the built-in engine lies, and how much of the machine it takes. */
import { availableParallelism, homedir } from "node:os";
import { join, resolve } from "node:path";

export interface EngineSettings {
  /** Absolute path of the folder that all homes of a person share. */
  readonly folder: string;
  /** Threads that compute. */
  readonly threads: number;
}

/** What the settings depend on beside the environment. */
export interface Machine {
  readonly cores: number;
  readonly isRoot: boolean;
}

/**
 * The folder is ORG_ENGINE_DIR, else `org/engine` beside the Bun that `ops/lib.sh` installs: 180 MB are enough once.
 *
 * One core is left to the room and its tools. In CI there is one thread: llama.cpp's threads spin while they wait for
 * each other, and on busy cores two of them gave 6 tokens/s where one gave 444.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function engineSettings(
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine = thisMachine(),
): EngineSettings {
  const usual = machine.isRoot
    ? "/usr/local/share"
    : join(env["HOME"] || homedir(), ".local/share");
  const folder = env["ORG_ENGINE_DIR"] || join(env["XDG_DATA_HOME"] || usual, "org/engine");
  const isShared = !["", "0", "false"].includes(env["CI"]?.toLowerCase() ?? "");
  return { folder: resolve(folder), threads: isShared ? 1 : Math.max(1, machine.cores - 1) };
}

function thisMachine(): Machine {
  return { cores: availableParallelism(), isRoot: process.getuid?.() === 0 };
}
