import { expect, test } from "bun:test";
import { findHost } from "./host.ts";
import { DEFAULT_POLICY, POLICIES } from "./policy.ts";
import { runSandboxed } from "./run.ts";

const signal = new AbortController().signal;
const NESTED = { ...DEFAULT_POLICY, nested: true };
const unshare = (policy: typeof DEFAULT_POLICY, ...args: readonly string[]) =>
  runSandboxed(["unshare", ...args, "true"], policy, { signal });

test("the browser alone may build sandboxes of its own, and none of them mounts anything", async () => {
  const nesting = Object.entries(POLICIES).filter(([, { nested }]) => nested === true);
  expect(nesting.map(([name]) => name)).toEqual(["browser"]);
  expect((await unshare(NESTED, "--user", "--map-root-user")).exit).toBe(0);
  expect((await unshare(DEFAULT_POLICY, "--user", "--map-root-user")).exit).not.toBe(0);
  expect((await unshare(NESTED, "--user", "--map-root-user", "--mount")).exit).not.toBe(0);
});

test("a program that builds sandboxes of its own is refused folders to change, and other sandboxes", async () => {
  const writable = [{ from: "/nowhere", to: "/here", maxBytes: 1, maxFiles: 1 }];
  await expect(unshare({ ...NESTED, writable })).rejects.toThrow("changes no folder of the host");
  const layered = [{ from: "/nowhere", to: "/here", layered: true }];
  await expect(unshare({ ...NESTED, readOnly: layered })).rejects.toThrow("changes no folder");
  const host = { ...findHost(), landlockVersion: 6 };
  const run = runSandboxed(["true"], NESTED, { signal, host });
  expect(await run.catch((error: unknown) => error)).toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
});
