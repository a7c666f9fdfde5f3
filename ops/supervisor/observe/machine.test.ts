import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { until } from "#test/until.ts";
import { queuedMs } from "./machine.ts";

/** The first of the processors that this process may use. */
const PROCESSOR = /^Cpus_allowed_list:\s*(\d+)/m.exec(
  readFileSync("/proc/self/status", "utf8"),
)?.[1];

test("a process waits for a processor that it shares with another, and not while it sleeps", async () => {
  const script = "while :; do :; done";
  const run = () => Bun.spawn(["taskset", "-c", PROCESSOR ?? "0", "sh", "-c", script]);
  const busy = [run(), run()];
  const asleep = Bun.spawn(["cat"], { stdin: "pipe" });
  /** Waits until it waited 100 ms more. */
  const waits = async (): Promise<void> => {
    const from = (await queuedMs(busy[0]?.pid ?? 0)) ?? 0;
    await until("a wait", async () => ((await queuedMs(busy[0]?.pid ?? 0)) ?? 0) > from + 100);
  };
  try {
    await until("a process that sleeps", async () => {
      const before = await queuedMs(asleep.pid);
      await waits();
      return (await queuedMs(asleep.pid)) === before;
    });
  } finally {
    for (const one of busy) one.kill("SIGKILL");
    asleep.stdin.end();
  }
  await asleep.exited;
  expect(await queuedMs(asleep.pid)).toBeUndefined();
});
