/** The control group of a container: the kernel's own count of its memory, where this machine shows it. */
import { basename, dirname, join } from "node:path";
import { readText } from "../proc.ts";
import { readQueuedBytes } from "../sockets.ts";

export interface GroupMemory {
  /** How many processes the kernel has ended since the container's start, because its memory was used up. */
  readonly kills: number;
  /** Now, with what waits in its connections; in bytes. */
  readonly bytes: number;
  /** The most at once since the container's start, in bytes. */
  readonly peakBytes: number;
}

/** Where one version of control groups keeps what is asked for. */
interface Files {
  readonly kills: string;
  readonly bytes: string;
  readonly peak: string;
  /** Whether the memory of connections is counted in the group, too. */
  readonly hasSockets: boolean;
}

const VERSION_1: Files = {
  kills: "memory.oom_control",
  bytes: "memory.usage_in_bytes",
  peak: "memory.max_usage_in_bytes",
  hasSockets: false,
};
const VERSION_2: Files = {
  kills: "memory.events",
  bytes: "memory.current",
  peak: "memory.peak",
  hasSockets: true,
};

export class ContainerGroup {
  readonly #folder: string;
  readonly #files: Files;
  /** The `net` folder of the first process. */
  readonly #net: string;

  private constructor(folder: string, files: Files, net: string) {
    this.#folder = folder;
    this.#files = files;
    this.#net = net;
  }

  /**
   * @param init process id of the container's first process.
   * @param id of the container: a group without it in its name is not its group, but of another process that has the number
   *   here, as where the engine runs in a virtual machine.
   * @returns `undefined` where it cannot be seen from here.
   */
  static of(init: number, id: string, proc = "/proc"): ContainerGroup | undefined {
    if (init <= 0) return undefined;
    const groups = readText(`${proc}/${init}/cgroup`) ?? "";
    const mounts = readText(`${proc}/self/mountinfo`) ?? "";
    for (const [files, group, mount] of [
      [VERSION_1, /^\d+:(?:\S+,)?memory(?:,\S+)?:(\/.*)$/m, / - cgroup \S+ (?:\S+,)?memory(?:,|$)/],
      [VERSION_2, /^0::(\/.*)$/m, / - cgroup2 /],
    ] as const) {
      const path = upTo(id, group.exec(groups)?.[1] ?? "");
      const point = mounts
        .split("\n")
        .find((line) => mount.test(line))
        ?.split(" ")[4];
      if (path === undefined || point === undefined) continue;
      const found = new ContainerGroup(join(point, path), files, `${proc}/${init}/net`);
      if (found.memory() !== undefined) return found;
    }
    return undefined;
  }

  /** @returns `undefined` once the container has ended. */
  memory(): GroupMemory | undefined {
    const [kills, bytes] = [this.#read(this.#files.kills), this.#read(this.#files.bytes)];
    if (kills === undefined || bytes === undefined) return undefined;
    const queued = this.#files.hasSockets ? 0 : readQueuedBytes(this.#net);
    const used = Number(bytes) + queued;
    return {
      kills: Number(/^oom_kill (\d+)/m.exec(kills)?.[1] ?? 0),
      bytes: used,
      peakBytes: Math.max(used, Number(this.#read(this.#files.peak) ?? 0)),
    };
  }

  #read(file: string): string | undefined {
    return readText(join(this.#folder, file));
  }
}

/** The part of a path that ends with the group of a container: engines put its processes into one below, too. */
function upTo(id: string, path: string): string | undefined {
  for (let at = path; at.length > 1; at = dirname(at)) {
    if (basename(at).includes(id)) return at;
  }
  return undefined;
}
