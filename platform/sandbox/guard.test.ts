import { expect, test } from "bun:test";
import { Guard } from "./guard.ts";
import { DEFAULT_POLICY } from "./policy.ts";

/** A guard of a sandbox whose init has gone before anything could be read of it. */
async function guardOfNone(): Promise<Guard> {
  const gone = Bun.spawn(["true"]);
  await gone.exited;
  const guard = new Guard({
    policy: DEFAULT_POLICY,
    layer: undefined,
    group: undefined,
    signal: new AbortController().signal,
    killOuter: () => undefined,
  });
  guard.setInit(gone.pid);
  return guard;
}

test("a failure is told although the sandbox was gone before it was looked at", async () => {
  using guard = await guardOfNone();
  guard.fail(new Error("no network"));
  await expect(guard.settle()).rejects.toThrow("no network");
});

test("a sandbox that is gone without a failure has settled", async () => {
  using guard = await guardOfNone();
  await guard.settle();
  expect(guard.killed).toBeNull();
});
