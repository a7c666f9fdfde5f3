/** A group of the kernel whose processes are really killed when they take too much memory. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface MemoryGroup extends Disposable {
  /** A process that writes its id there belongs to it. */
  readonly members: string;
}

/** @returns nothing where this machine hands no such group out, as to a user without rights. */
export function memoryGroup(bytes: number): MemoryGroup | undefined {
  const lines = readFileSync("/proc/self/cgroup", "utf8").split("\n");
  const [, first] = lines.flatMap((line) => /^\d+:memory:(.*)$/.exec(line) ?? []);
  const [, second] = lines.flatMap((line) => /^0::(.*)$/.exec(line) ?? []);
  const places = [
    { parent: join("/sys/fs/cgroup/memory", first ?? "none"), limit: "memory.limit_in_bytes" },
    { parent: join("/sys/fs/cgroup", second ?? "none"), limit: "memory.max" },
  ];
  for (const { parent, limit } of places) {
    const folder = join(parent, `org-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}`);
    try {
      if (!existsSync(join(parent, "cgroup.procs"))) continue;
      mkdirSync(folder);
      if (existsSync(join(folder, limit))) {
        writeFileSync(join(folder, limit), String(bytes));
        return { members: join(folder, "cgroup.procs"), [Symbol.dispose]: () => rmdirSync(folder) };
      }
      rmdirSync(folder);
    } catch {
      // Not ours to divide.
    }
  }
  return undefined;
}
