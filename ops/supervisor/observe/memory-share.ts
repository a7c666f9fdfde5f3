/** How near a process is to where the kernel ends it for want of memory; Linux only, control groups of version 2. */
import { dirname, join } from "node:path";
import { loadText } from "#platform/files.ts";

const GROUPS = "/sys/fs/cgroup";
const KIBIBYTE = 1024;

/**
 * What a process has for itself, as a part of what it may have at most: by its control groups, and by the machine. Pages
 * of files, such as those of a model, do not count: the kernel takes them back when it needs them.
 *
 * @returns 0 to 1; `undefined` when it is gone.
 */
export async function memoryShare(pid: number): Promise<number | undefined> {
  const [status = "", groups = "", machine = ""] = await Promise.all(
    [`/proc/${pid}/status`, `/proc/${pid}/cgroup`, "/proc/meminfo"].map(textOf),
  );
  const own = (kibibytesIn(status, "RssAnon") ?? 0) + (kibibytesIn(status, "RssShmem") ?? 0);
  const all = kibibytesIn(machine, "MemTotal");
  if (own === 0 || all === undefined) return undefined;
  const group = /^0::(.+)$/m.exec(groups)?.[1] ?? "/";
  return (own * KIBIBYTE) / Math.min(all * KIBIBYTE, await limitOf(group));
}

/** The lowest limit of a group and those around it, in bytes. */
async function limitOf(group: string): Promise<number> {
  const limitText = await textOf(join(GROUPS, group, "memory.max"));
  const own = /^\d+$/.test(limitText.trim()) ? Number(limitText) : Number.POSITIVE_INFINITY;
  const outer = dirname(group);
  return outer === group ? own : Math.min(own, await limitOf(outer));
}

function kibibytesIn(text: string, name: string): number | undefined {
  const figure = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  return figure === undefined ? undefined : Number(figure);
}

async function textOf(path: string): Promise<string> {
  return await loadText(path).catch(() => "");
}
