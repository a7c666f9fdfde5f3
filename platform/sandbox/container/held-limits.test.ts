import { afterEach, beforeEach, expect, test } from "bun:test";
import { ContainerCalls } from "#test/container-calls.ts";
import { requireLimits } from "./held-limits.ts";

const ASKED = { HostConfig: { Memory: 1024, PidsLimit: 20, NanoCpus: 333_333_333 } };
let calls: ContainerCalls;
beforeEach(() => {
  calls = new ContainerCalls();
});
afterEach(() => calls[Symbol.asyncDispose]());

test("an engine that says that it holds the limits is used", () => {
  requireLimits(ASKED, ASKED);
  requireLimits(ASKED, { HostConfig: { ...ASKED.HostConfig, NanoCpus: 333_330_000 } });
  requireLimits({ HostConfig: {} }, {});
});

test.each([
  [{ Memory: 0 }, "memory"],
  [{ Memory: 2048 }, "memory"],
  [{ Memory: -1, PidsLimit: 0 }, "memory, processes"],
  [{ PidsLimit: null }, "processes"],
  [{ PidsLimit: "20" }, "memory, processes, processors"],
  [{ NanoCpus: 0 }, "processors"],
  [{ NanoCpus: 2e9 }, "processors"],
])("one that says %j is not", (changes, names) => {
  const seen = { HostConfig: { ...ASKED.HostConfig, ...changes } };
  const why = `It made a container without a limit of ${names}.`;
  expect(() => requireLimits(ASKED, seen)).toThrow(
    expect.objectContaining({ code: "SANDBOX_UNAVAILABLE", why, unchanged: "Nothing was run." }),
  );
});

test("a program is not run where its limits would not be held, and no container is left", async () => {
  calls.engine.script = ({ method, path }) =>
    method === "GET" && path.startsWith("/containers/") && path.endsWith("/json")
      ? Response.json({ State: { Pid: 0 }, HostConfig: { Memory: 0, PidsLimit: 0, NanoCpus: 0 } })
      : undefined;
  await expect(calls.run()).rejects.toMatchObject({
    code: "SANDBOX_UNAVAILABLE",
    why: "It made a container without a limit of memory, processes, processors.",
  });
  expect(calls.engine.asked("POST /exec")).toEqual([]);
  expect(calls.engine.containers.size).toBe(0);
});
