import { expect, test } from "bun:test";
import { Guard, type GuardOptions } from "./guard.ts";
import { DEFAULT_POLICY } from "./policy.ts";

const OPTIONS: GuardOptions = {
  policy: DEFAULT_POLICY,
  layer: undefined,
  disks: [],
  group: undefined,
  signal: new AbortController().signal,
  killOuter: () => undefined,
};

/** A process that has ended: an init that is gone before anything can be read of it. */
async function goneProcess(): Promise<number> {
  const gone = Bun.spawn(["true"]);
  await gone.exited;
  return gone.pid;
}

test("a failure is told although the sandbox was gone before it was looked at", async () => {
  using guard = new Guard(OPTIONS);
  guard.setInit(await goneProcess());
  guard.fail(new Error("no network"));
  await expect(guard.settle()).rejects.toThrow("no network");
});

test("a sandbox that is gone without a failure has settled", async () => {
  using guard = new Guard(OPTIONS);
  guard.setInit(await goneProcess());
  await guard.settle();
  expect(guard.killed).toBeNull();
});
