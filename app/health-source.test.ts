import { afterEach, beforeEach, expect, test } from "bun:test";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { HealthFile } from "#home/health-file.ts";
import { createHome } from "#home/home-paths.ts";
import { pauseKind } from "#home/paused-kinds.ts";
import { readSettings } from "#home/settings/settings.ts";
import { openSupervisorStore } from "#ops/supervisor/supervisor.ts";
import { recordService } from "#platform/process-record.ts";
import { type BackupHome, backupHome, makeUnowned } from "#test/backup-home.ts";
import { until } from "#test/until.ts";
import { type HealthParts, healthSource } from "./health-source.ts";

let home: BackupHome;
let submitted: unknown[] = [];
let started: (readonly string[])[] = [];
beforeEach(async () => {
  [submitted, started] = [[], []];
  home = await backupHome();
  await createHome(home.paths);
});
afterEach(() => home[Symbol.asyncDispose]());

function source() {
  const { tasks } = readSettings({ flags: new Map(), env: {}, defaultHome: home.paths.root });
  const jobs: HealthParts["jobs"] = {
    submit: async (request) => {
      submitted.push(request);
      return { id: "j1" } as Awaited<ReturnType<HealthParts["jobs"]["submit"]>>;
    },
  };
  return healthSource({
    ...{ context: { cleaner: new TextCleaner() }, paths: home.paths, plans: tasks, jobs },
    start: (words) => void started.push(words),
  });
}

test("a home that nothing happened in has tasks, and neither beat, backup nor findings", async () => {
  const view = await source().read();
  expect(view).toMatchObject({ backups: [], fixes: [], abandoned: [], paused: [], processes: [] });
  expect(view.beat).toBeUndefined();
  expect(view.supervisor).toBeUndefined();
  const { tasks } = readSettings({ flags: new Map(), env: {}, defaultHome: home.paths.root });
  expect(view.tasks).toEqual(
    tasks.map(({ name, cron, zone }) => ({ name, cron: cron.text, zone })),
  );
});

test("a backup is shown with its size, a finding with its fix, a kind of jobs as paused", async () => {
  await makeUnowned(home);
  using store = await openSupervisorStore(home.paths.root);
  const found = { pattern: "owner-gone", subject: "current", why: "it was killed" };
  const { id } = store.add(found, { fix: "free-space", state: "proposed", foundAt: 1, now: 1 });
  await pauseKind(home.paths.root, "goal");
  const view = await source().read();
  expect(view.backups).toHaveLength(1);
  expect(view.backups[0]?.bytes).toBeGreaterThan(0);
  expect(view.fixes).toEqual([
    { id, ...found, fix: "free-space", state: "proposed", foundAt: 1, note: undefined },
  ]);
  expect(view.paused).toEqual(["goal"]);

  await source().answerFix(String(id), "approved");
  expect(store.get(id)?.state).toBe("approved");
  expect(await source().resumeKind("goal")).toBe(true);
  expect((await source().read()).paused).toEqual([]);
});

test("a task is handed to the jobs, and one that there is not is refused", async () => {
  expect(await source().runTask("backup")).toBe("j1");
  expect(submitted).toMatchObject([{ work: { kind: "task" } }]);
  await expect(source().runTask("brunch")).rejects.toMatchObject({
    ...{ message: 'There is no task "brunch"', code: "INPUT_MISSING" },
    ...{ remedies: ["org tasks"], unchanged: "Nothing was started." },
    why: expect.stringMatching(/^there is .*\bbackup, /),
  });
});

test("what runs for the home can be ended, and nothing else", async () => {
  const child = Bun.spawn(["sleep", "600"]);
  try {
    const about = { role: "current", startedAt: Date.now(), command: "org serve" };
    await using _record = await recordService(home.paths.root, { pid: child.pid, ...about });
    const [row] = (await source().read()).processes;
    expect(row).toMatchObject({ role: "current", pid: child.pid, isStopped: false, children: 0 });
    child.kill("SIGSTOP");
    await until("it is stopped", async () => {
      const [stopped] = (await source().read()).processes;
      return stopped?.isStopped === true;
    });
    child.kill("SIGCONT");
    await source().control("current", "stop");
    expect(started).toEqual([["stop", "current"]]);
    await expect(source().control("candidate", "stop")).rejects.toMatchObject({
      ...{ message: 'There is no process role "candidate"', code: "INPUT_MISSING" },
      ...{ why: "it may have ended meanwhile", remedies: ["org ps"] },
      unchanged: "Nothing was ended.",
    });
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a home that no supervisor ever looked after has no fix to answer", async () => {
  await expect(source().answerFix("1", "approved")).rejects.toMatchObject({
    ...{ message: "No supervisor has ever looked after this home", code: "FIX_UNKNOWN" },
    ...{ remedies: ["org help supervise"], unchanged: "Nothing was changed." },
  });
  await expect(source().resumeRole("current")).rejects.toMatchObject({ code: "FIX_UNKNOWN" });
});

test("the supervisor is named by its process, with the roles that it gave up and the newest 20 findings", async () => {
  const { root } = home.paths;
  const about = { role: "supervisor", startedAt: Date.now(), command: "org supervise" };
  await using _record = await recordService(root, about);
  await using beats = new HealthFile(home.paths.health);
  await beats.write({
    ...{ generation: "current", commit: "", db: {}, queue: null, disk_free: 1, tasks: {} },
    ...{ provider: { state: "up", since: 1 }, backup: { at: null, verified: false } },
  });
  using store = await openSupervisorStore(root);
  for (let number = 1; number <= 21; number += 1) {
    const found = { pattern: "owner-gone", subject: `s${number}`, why: "it was killed" };
    store.add(found, { fix: "free-space", state: "proposed", foundAt: number, now: number });
  }
  const view = await source().read();
  expect(view.supervisor).toBe(process.pid);
  expect(view.beat).toMatchObject({ generation: "current", isAlive: true });
  expect(view.fixes).toHaveLength(20);
});
