import { afterEach, expect, test } from "bun:test";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HealthFile, type HealthReport } from "#home/health-file.ts";
import { pauseKind } from "#home/paused-kinds.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { recordService } from "#platform/process-record.ts";
import { type DashboardHome, dashboardHome } from "#test/dashboard-home.ts";

let home: DashboardHome;
afterEach(async () => {
  await home[Symbol.asyncDispose]();
});

const HEALTH = "/ui/health";
const HOSTILE = `<script>alert(1)</script> \u202Egnp.exe`;

test("a home without a backup is not well, and a task can be started from its row", async () => {
  home = await dashboardHome();
  const page = await home.page(HEALTH);
  expect(page).toContain("there is no backup yet");
  expect(page).toContain("org backup now");
  expect(page).toContain("The supervisor has found nothing so far.");
  expect(await home.submit(`${HEALTH}/tasks`, { name: "backup" })).toStartWith("/ui/jobs/");
  expect(await home.submit(`${HEALTH}/tasks`, { name: "brunch" })).toBe(404);
});

test("a proposed fix waits for an answer, which counts once; its words are shown as text", async () => {
  home = await dashboardHome();
  using store = await openSupervisorStore(home.path);
  const found = { pattern: "disk-full", subject: "home", why: HOSTILE };
  const { id } = store.add(found, { fix: "free-space", state: "proposed", foundAt: 1, now: 1 });
  const page = await home.page(HEALTH);
  expect(page).toContain(`disk-full (fix ${id}) waits for you`);
  expect(page).toContain("&lt;script&gt;");
  expect(page).not.toContain("<script>alert");
  expect(page).not.toContain("\u202E");
  expect(await home.submit(`${HEALTH}/fixes/${id}`, { answer: "rejected" })).toBe(HEALTH);
  expect(store.get(id)?.state).toBe("rejected");
  expect(await home.page(HEALTH)).toContain(`Fix ${id} is rejected.`);
  expect(await home.submit(`${HEALTH}/fixes/${id}`, { answer: "approved" })).not.toBe(HEALTH);
  expect(store.get(id)?.state).toBe("rejected");
});

test("a role that was given up may be started again, and a paused kind of jobs is taken again", async () => {
  home = await dashboardHome();
  using store = await openSupervisorStore(home.path);
  store.giveUp({ role: "current", at: 1, why: "it ended five times" });
  await pauseKind(home.path, "goal");
  const page = await home.page(HEALTH);
  expect(page).toContain("current was given up");
  expect(page).toContain("jobs of the kind goal are paused");
  expect(await home.submit(`${HEALTH}/roles`, { role: "current" })).toBe(HEALTH);
  expect(store.givenUp()).toEqual([]);
  expect(await home.submit(`${HEALTH}/kinds`, { kind: "goal" })).toBe(HEALTH);
  expect(await home.page(HEALTH)).toContain("Workers take jobs of the kind goal again.");
  expect(await home.submit(`${HEALTH}/kinds`, { kind: "goal" })).toBe(HEALTH);
  expect(await home.page(HEALTH)).toContain("goal was not paused.");
});

test("a process is ended after a page that asks, and only one that runs for the home", async () => {
  home = await dashboardHome();
  const child = Bun.spawn(["sleep", "600"]);
  try {
    const about = { role: "current", startedAt: Date.now(), command: "org serve", port: 7001 };
    await using _record = await recordService(home.path, { pid: child.pid, ...about });
    expect(await home.page(HEALTH)).toContain("7001");
    expect(await home.page(`${HEALTH}/processes/current/stop`)).toContain("Stop current?");
    expect(await home.page(`${HEALTH}/processes/current/restart`)).toContain("Restart current?");
    expect(home.started).toEqual([]);
    const asked = { role: "current", what: "restart" };
    expect(await home.submit(`${HEALTH}/processes`, asked)).toBe(HEALTH);
    expect(home.started).toEqual([["restart", "current"]]);
    const none = { role: "candidate", what: "stop" };
    expect(await home.submit(`${HEALTH}/processes`, none)).toBe(404);
    expect(home.started).toHaveLength(1);
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

const REPORT: HealthReport = {
  ...{ generation: "current", commit: "c".repeat(40), disk_free: 5_000_000_000 },
  db: {
    journal: { bytes: 1_000_000, wal: 0, check: "ok" },
    queue: { bytes: 4096, wal: 0, check: "failed" },
  },
  queue: { queued: 3, oldest_s: 120, dead: 1 },
  provider: { state: "down", since: 1_700_000_000_000 },
  tasks: { backup: { next: null, last: 1_700_000_000_000, outcome: "failed" } },
  backup: { at: null, verified: false },
};

test("what the owner wrote last is shown: databases, queue, model server and tasks", async () => {
  home = await dashboardHome();
  await using file = new HealthFile(home.paths.health);
  await file.write(REPORT);
  const page = await home.page(HEALTH);
  expect(page).toContain("the database queue is damaged");
  expect(page).toContain("the model server does not answer");
  expect(page).toMatch(/3 queued, the oldest for \S+.*, 1 dead/);
  expect(page).toContain('<span class="badge good">alive</span>');
  expect(page).not.toContain("gives no sign of life");
  await file.write({ ...REPORT, queue: null, provider: { state: "unknown", since: 1 } });
  expect(await home.page(HEALTH)).toContain("this process does no jobs");
});

test("a backup whose manifest cannot be read is called damaged", async () => {
  home = await dashboardHome();
  const folder = join(home.paths.backups, "2026-01-01T033000Z");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "manifest.json"), "{");
  const page = await home.page(HEALTH);
  expect(page).toContain("2026-01-01T033000Z");
  expect(page).toContain("the newest backup is damaged");
  expect(page).toContain("the newest backup is old");
});
