/** Where the built-in engine lies, and how much of the machine it takes. */
import { availableParallelism, homedir, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { OrgError } from "#core/errors.ts";
import { readTextFile } from "#platform/files.ts";

export interface EngineSettings {
  /** Absolute path of the folder that all homes of a person share. */
  readonly folder: string;
  /** Threads that compute. */
  readonly threads: number;
  /** Which of its models a person wants; absent: the one that fits the machine. */
  readonly choice: "chat" | "work" | undefined;
  /** Base address of the model hub. */
  readonly hub: string;
  /** Of this machine, or of its container, in bytes. */
  readonly memoryBytes: number;
}

/** What the settings depend on beside the environment. */
export interface Machine {
  /** Logical ones. */
  readonly cores: number;
  /** Without those that share one with another. */
  readonly physicalCores: number;
  readonly memoryBytes: number;
  readonly isRoot: boolean;
}

/** Where models are published; HF_ENDPOINT names a mirror, as for every client of the hub. */
const HUB = "https://huggingface.co";

/**
 * The folder is ORG_ENGINE_DIR, else `org/engine` beside the Bun that `ops/lib.sh` installs: 180 MB are enough once.
 *
 * There is a thread for each physical core, and one core is left to the room and its tools. In CI there is one thread:
 * llama.cpp's threads spin while they wait for each other, and on busy cores two of them gave 6 tokens/s where one gave 444.
 *
 * @throws {OrgError} `CONFIG_INVALID` when ORG_ENGINE_MODEL is neither chat nor work.
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
  const { cores, physicalCores, memoryBytes } = machine;
  return {
    folder: resolve(folder),
    threads: isShared ? 1 : Math.max(1, Math.min(physicalCores, cores - 1)),
    choice: choiceOf(env["ORG_ENGINE_MODEL"]),
    hub: env["HF_ENDPOINT"] || HUB,
    memoryBytes,
  };
}

function choiceOf(text: string | undefined): EngineSettings["choice"] {
  if (text === undefined || text === "") return undefined;
  if (text === "chat" || text === "work") return text;
  throw new OrgError(`invalid value for ORG_ENGINE_MODEL: "${text.slice(0, 80)}" (chat or work)`, {
    code: "CONFIG_INVALID",
    remedies: ["export ORG_ENGINE_MODEL=work", "unset ORG_ENGINE_MODEL"],
    unchanged: "Nothing was started.",
  });
}

function thisMachine(): Machine {
  const cores = availableParallelism();
  const limit = process.constrainedMemory();
  return {
    cores,
    physicalCores: Math.min(cores, physicalCores(readText("/proc/cpuinfo")) ?? cores),
    memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    isRoot: process.getuid?.() === 0,
  };
}

/**
 * @param cpuinfo as Linux writes it for x86.
 * @returns nothing where it does not say which logical cores share a physical one.
 */
export function physicalCores(cpuinfo: string): number | undefined {
  const ids = cpuinfo.split("\n\n").flatMap((processor) => {
    const core = /^core id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    const chip = /^physical id\s*:\s*(\d+)$/m.exec(processor)?.[1];
    return core === undefined ? [] : [`${chip}/${core}`];
  });
  return ids.length === 0 ? undefined : new Set(ids).size;
}

function readText(path: string): string {
  try {
    return readTextFile(path);
  } catch {
    return ""; // not Linux
  }
}
