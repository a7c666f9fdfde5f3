/**
 * Control groups, where this process was given one to divide: there the kernel itself holds the limits
 * for the whole tree, counts every byte and kills at once.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SandboxPolicy } from "./policy.ts";
import { readText } from "./proc.ts";

/** The controllers that a sandbox has limits for. */
const CONTROLLERS = ["memory", "pids"];

let runs = 0;

/** The group of one run. Disposing removes it, which works once its last process is gone. */
export class RunGroup implements Disposable {
  readonly #folder: string;

  /** @param parent folder of a group from {@link delegatedGroup}. */
  constructor(parent: string, policy: SandboxPolicy) {
    runs += 1;
    this.#folder = join(parent, `org-${process.pid}-${runs}`);
    mkdirSync(this.#folder);
    this.#set("memory.max", policy.memoryBytes);
    this.#set("memory.swap.max", 0);
    // One process over the limit ends all: half a program is of no use to anybody.
    this.#set("memory.oom.group", 1);
    // Bubblewrap itself is two processes.
    this.#set("pids.max", policy.processes + 2);
  }

  /** Moves a process in; what it starts later is born inside. */
  add(pid: number): void {
    writeFileSync(join(this.#folder, "cgroup.procs"), String(pid));
  }

  /** CPU time of everything that ever ran in the group, in milliseconds; exact. */
  get cpuMs(): number {
    const [, microseconds = "0"] = /^usage_usec (\d+)/m.exec(this.#read("cpu.stat")) ?? [];
    return Number(microseconds) / 1000;
  }

  /** Whether the kernel ended the group because it ran out of its memory. */
  get ranOutOfMemory(): boolean {
    return /^oom_kill [1-9]/m.test(this.#read("memory.events"));
  }

  // A controller that was not handed down has no file; then the watchdog alone holds that limit.
  #set(file: string, value: number): void {
    const path = join(this.#folder, file);
    if (existsSync(path)) writeFileSync(path, String(value));
  }

  #read(file: string): string {
    return readText(join(this.#folder, file)) ?? "";
  }

  [Symbol.dispose](): void {
    try {
      rmdirSync(this.#folder);
    } catch {
      // The set-up failed half-way and something still ends in there: an empty group costs nothing.
    }
  }
}

/**
 * The folder of this process's own control group when it is ours alone, so that we may divide it:
 * `systemd-run --user --scope -p Delegate=yes org`, or the only process of a container.
 */
export function delegatedGroup(folder: string | undefined = ownGroup()): string | undefined {
  if (folder === undefined) return undefined;
  if (readText(join(folder, "cgroup.procs"))?.trim() !== String(process.pid)) return undefined;
  try {
    // A group that hands controllers down may hold no process itself.
    const leaf = join(folder, `org-${process.pid}`);
    mkdirSync(leaf);
    writeFileSync(join(leaf, "cgroup.procs"), String(process.pid));
    enableControllers(folder);
    return folder;
  } catch {
    // Not writable: the usual case of a login session.
    return undefined;
  }
}

function enableControllers(folder: string): void {
  const available = (readText(join(folder, "cgroup.controllers")) ?? "").trim().split(" ");
  const enabled = CONTROLLERS.filter((controller) => available.includes(controller));
  if (enabled.length === 0) return;
  writeFileSync(
    join(folder, "cgroup.subtree_control"),
    enabled.map((controller) => `+${controller}`).join(" "),
  );
}

function ownGroup(): string | undefined {
  const [, path] = /^0::(.*)$/m.exec(readText("/proc/self/cgroup") ?? "") ?? [];
  // Fields: id, parent, device, root, mount point, options ..., "-", type. In a container the root is
  // what our path starts with.
  const mount = (readText("/proc/self/mountinfo") ?? "")
    .split("\n")
    .find((line) => line.includes(" - cgroup2 "));
  const [, , , root, point] = mount?.split(" ") ?? [];
  if (path === undefined || root === undefined || point === undefined) return undefined;
  return join(point, path.startsWith(root) ? path.slice(root.length) : path);
}
