/** `org healthcheck` over generations and sockets that a home has written down. */
import { expect, test } from "bun:test";
import { createHome, homePaths } from "#home/home-paths.ts";
import { recordGeneration } from "#ops/processes/generation-record.ts";
import { recordOwner } from "#platform/owner.ts";
import { ownHome } from "#server/socket/open-home.ts";
import { testHome } from "#test/org-process.ts";
import { runCommand } from "#test/run-command.ts";

/** A generation that answers each path with a status. */
function answering(statusOf: (path: string) => number) {
  return Bun.serve({
    ...{ port: 0, hostname: "127.0.0.1" },
    fetch: ({ url }) => new Response("{}", { status: statusOf(new URL(url).pathname) }),
  });
}

test("what runs is well where all of it answers", async () => {
  await using home = await testHome();
  await using server = answering(() => 200);
  const about = { name: "current", port: server.port ?? 0, commit: "c" } as const;
  await using _record = await recordGeneration(home.path, about);
  const { code, stdout } = await runCommand(home, "healthcheck");
  expect(code).toBe(0);
  const { ms } = JSON.parse(stdout).checks[0];
  expect(ms).toBeGreaterThanOrEqual(0);
  expect(JSON.parse(stdout.replaceAll(/"ms":\d+/g, '"ms":1'))).toEqual({
    ...{ status: "ok", home: home.path },
    checks: [
      { name: "current /health", ok: true, ms: 1 },
      { name: "current /ready", ok: true, ms: 1 },
    ],
  });
});

test("one answer that is not good is enough to fail, and says why", async () => {
  await using home = await testHome();
  await using server = answering((path) => (path === "/ready" ? 503 : 200));
  const about = { name: "candidate", port: server.port ?? 0, commit: "c" } as const;
  await using _record = await recordGeneration(home.path, about);
  const { code, stdout } = await runCommand(home, "healthcheck");
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "failing",
    checks: [
      { name: "candidate /health", ok: true },
      { name: "candidate /ready", ok: false, why: "it answered with status 503" },
    ],
  });
  expect(JSON.parse((await runCommand(home, "healthcheck", "--dry-run")).stdout)).toEqual({
    ...{ dryRun: true, home: home.path },
    checks: [{ name: "candidate /health" }, { name: "candidate /ready" }],
  });
});

test("the socket of a home is asked where a process owns it", async () => {
  await using home = await testHome();
  const { signal } = new AbortController();
  await using _owner = await ownHome({
    ...{ paths: homePaths(home.path), command: "org test", signal },
    openRoom: () => Promise.reject(new Error("no room is opened")),
  });
  const { code, stdout } = await runCommand(home, "healthcheck");
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    { status: "ok", checks: [{ name: "current socket", ok: true }] },
  ]);
});

test("an owner that does not listen fails, and the plan names its socket", async () => {
  await using home = await testHome();
  await createHome(home.paths);
  await using _owner = await recordOwner(home.paths.ownerRecord, "org test");
  const { code, stdout } = await runCommand(home, "healthcheck");
  expect(JSON.parse(stdout.replaceAll(/"ms":\d+/g, '"ms":1'))).toEqual({
    ...{ status: "failing", home: home.path },
    checks: [{ name: "current socket", ok: false, ms: 1, why: "no process listens" }],
  });
  expect(code).toBe(1);
});
