/** A burst is ended from outside, and nothing else is. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processOf, recordService } from "#platform/process-record.ts";
import { until } from "#test/until.ts";
import { AUTONOMY_ROLE } from "../../processes/home-processes.ts";
import { descendantsOf } from "../../processes/process-tree.ts";
import { endBurst } from "./burst.ts";

const FINDING = { pattern: "burst-hung", subject: AUTONOMY_ROLE, why: "it hangs" };
const signal = new AbortController().signal;

let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "org-burst-"));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Deaf to SIGTERM. @param then what the shell does */
function deaf(then: "exec sleep 600" | "sleep 600 & wait"): Bun.Subprocess {
  return Bun.spawn(["sh", "-c", `trap '' TERM; ${then}`], {
    ...{ stdio: ["ignore", "ignore", "ignore"], killSignal: "SIGKILL" },
  });
}

test("a burst that stands still is ended with what it started; another process of the home goes on", async () => {
  const fix = endBurst(home);
  const burst = deaf("sleep 600 & wait");
  await using other = deaf("exec sleep 600");
  await using _burst = await recordService(home, {
    ...{ role: AUTONOMY_ROLE, command: "org auto burst b", pid: burst.pid },
  });
  await using _other = await recordService(home, {
    ...{ role: "engine", command: "an engine", pid: other.pid },
  });
  const started = await until("its child", async () => {
    const tree = await descendantsOf([burst.pid]);
    return tree.length === 1 && tree;
  });
  burst.kill("SIGSTOP");
  expect(await fix.verify(FINDING)).toBeFalse();
  const done = await fix.apply(FINDING, signal);
  expect(done).toMatchObject({ ended: true, pid: burst.pid });
  expect(await fix.verify(FINDING, done)).toBeTrue();
  await burst.exited;
  const boot = (await Bun.file("/proc/sys/kernel/random/boot_id").text()).trim();
  for (const { pid, startTime } of started) {
    await until(`the end of ${pid}`, async () => !(await processOf({ pid, startTime, boot })));
  }
  expect(other.exitCode).toBeNull();
  // Done once more, as after a crash in the middle of it.
  expect(await fix.apply(FINDING, signal)).toEqual({ ended: false });
});

test("a burst that began after the end of the one that hung is none of it", async () => {
  const fix = endBurst(home);
  await using burst = deaf("exec sleep 600");
  await using _burst = await recordService(home, {
    ...{ role: AUTONOMY_ROLE, command: "org auto burst c", pid: burst.pid },
  });
  expect(await fix.verify(FINDING, { ended: true, pid: 1, startTime: 1 })).toBeTrue();
});
