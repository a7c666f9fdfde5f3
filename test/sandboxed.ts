/** Programs inside the sandbox, as the host sees them: each is told by a name that nothing else has. */
import { readdir } from "node:fs/promises";
import { until } from "./until.ts";

export interface Sleeper {
  /** A bash command that does nothing for a long time. */
  readonly cmd: string;
  /** Whether a process of it exists anywhere on this machine. */
  runs(): Promise<boolean>;
  started(): Promise<unknown>;
  gone(): Promise<unknown>;
}

export function sleeper(): Sleeper {
  const name = `sleeper-${crypto.randomUUID()}`;
  const runs = async () => (await commandLines()).some((line) => line.startsWith(name));
  return {
    cmd: `exec -a ${name} sleep 300`,
    runs,
    started: () => until(`${name} to start`, runs),
    gone: () => until(`${name} to be gone`, async () => !(await runs())),
  };
}

async function commandLines(): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const read = (pid: string) => Bun.file(`/proc/${pid}/cmdline`).text();
  // A process may be gone between the listing and the reading.
  return await Promise.all(pids.map((pid) => read(pid).catch(() => "")));
}
