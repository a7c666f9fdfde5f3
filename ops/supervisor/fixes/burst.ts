/** The fix that ends a burst from outside. */
import type { ProcessInfo } from "#platform/process-info.ts";
import { processOf, readServices } from "#platform/process-record.ts";
import { endProcesses } from "../../processes/end.ts";
import { AUTONOMY_ROLE } from "../../processes/home-processes.ts";
import type { Fix } from "../pattern.ts";

/**
 * Ends the process that the record names, with all that it started, and no other one. What it came to is told by the
 * owner of the home, as of any burst that was killed.
 */
export function endBurst(home: string): Fix {
  return {
    name: "end-burst",
    apply: async () => {
      const burst = await burstOf(home);
      if (burst === undefined) return { ended: false };
      const { left } = await endProcesses([burst], { graceMs: 0 });
      if (left.length > 0) throw new Error(`process ${burst.pid} outlived SIGKILL`);
      return { ended: true, pid: burst.pid, startTime: burst.startTime };
    },
    // A burst that began meanwhile is another one.
    verify: async (_finding, done) => {
      const burst = await burstOf(home);
      return burst === undefined || (done !== undefined && burst.startTime !== done["startTime"]);
    },
  };
}

async function burstOf(home: string): Promise<ProcessInfo | undefined> {
  const record = (await readServices(home)).find(({ role }) => role === AUTONOMY_ROLE);
  return record && (await processOf(record));
}
