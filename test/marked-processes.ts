import { readdirSync, readFileSync } from "node:fs";

/** Ids of the processes of this machine in whose command a mark stands, our own left out, and of all that they started. */
export function markedFamily(mark: string): readonly number[] {
  const all = readdirSync("/proc").map(Number).filter(Number.isInteger);
  const family = new Set(all.filter((id) => id !== process.pid && commandOf(id).includes(mark)));
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const id of all) if (family.has(parentOf(id))) family.add(id);
  }
  return [...family];
}

/** What a process was started with; empty where it is gone. */
export function commandOf(id: number): string {
  return fileOf(id, "cmdline").replaceAll("\0", " ");
}

/** Whether a process runs; one that has ended and that its parent has not asked after does not. */
export function isRunning(id: number): boolean {
  return !/^State:\s*[ZX]/m.test(fileOf(id, "status")) && fileOf(id, "status") !== "";
}

function parentOf(id: number): number {
  return Number(/^PPid:\s*(\d+)/m.exec(fileOf(id, "status"))?.[1] ?? 0);
}

function fileOf(id: number, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, "utf8");
  } catch {
    return "";
  }
}
