import { expect, test } from "bun:test";
import { checkSandbox, describeSandbox } from "./check.ts";
import { findHost } from "./host.ts";

const signal = new AbortController().signal;

test("describes what the sandbox is built with", async () => {
  const { version, tier, userId } = await describeSandbox();
  expect(version).toMatch(/^bubblewrap \d/);
  expect(["cgroup", "watchdog"]).toContain(tier);
  // The user who runs the tests: never root inside.
  expect(userId).toBeGreaterThan(0);
});

test("attacks itself and names the tier", async () => {
  const finding = await checkSandbox({ signal });
  expect(finding).toMatchObject({ state: "ok", remedies: [] });
  expect(finding.detail).toMatch(/limits by (watchdog|cgroup).* 10 of 10 attacks held off/);
});

test("a sandbox that cannot be set up is a fault with its remedy", async () => {
  const host = { ...findHost(), demotion: ["/bin/sh", "-c", "echo 'setpriv: no' >&2; exit 1"] };
  expect(await checkSandbox({ signal, host })).toEqual({
    state: "fault",
    detail: expect.stringContaining("setpriv: no"),
    remedies: ["run org as an ordinary user"],
  });
});
