import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import type { TurnEnd } from "#core/events.ts";
import { BEAT_MS, readHealth } from "#home/health-file.ts";
import { createHome, homePaths } from "#home/home-paths.ts";
import { ProviderWatch } from "#home/provider-watch.ts";
import { taskPlans } from "#home/settings/heartbeat-settings.ts";
import { makeBackup } from "#ops/backup/make-backup.ts";
import { temporaryFolder } from "#platform/temporary-folder.ts";
import { backupHome, UNOWNED } from "#test/backup-home.ts";
import { JobsBench } from "#test/local-jobs.ts";
import { until } from "#test/until.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";

const END: TurnEnd = { type: "turn-end", turn: "t", persona: "agent", reason: "complete" };

async function withHome(
  use: (parts: {
    readonly beats: Heartbeat;
    readonly paths: ReturnType<typeof homePaths>;
    readonly reported: unknown[];
  }) => Promise<void>,
  about: Partial<HeartbeatOptions> = {},
): Promise<void> {
  await using folder = await temporaryFolder("beats");
  const paths = homePaths(folder.path);
  await createHome(paths);
  const reported: unknown[] = [];
  await using beats = new Heartbeat({
    ...{ paths, generation: "current", commit: "c0ffee", broken: () => undefined },
    damaged: () => undefined,
    provider: new ProviderWatch(),
    report: (error) => void reported.push(error),
    ...about,
  });
  await use({ beats, paths, reported });
}

test("says of a home with jobs how its databases, queue and tasks are", async () => {
  await using bench = await JobsBench.with(async () => null);
  await withHome(
    async ({ beats, paths }) => {
      writeFileSync(paths.journal, "x".repeat(100));
      writeFileSync(`${paths.journal}-wal`, "x".repeat(10));
      writeFileSync(paths.queue, "x");
      await beats.beat();
      const health = await readHealth(paths.health);
      expect(health).toMatchObject({
        ...{ generation: "current", commit: "c0ffee", beat: 1 },
        db: {
          journal: { bytes: 100, wal: 10, check: "ok" },
          ...{ queue: { check: "ok" }, tasks: { check: "unknown" } },
        },
        queue: { queued: 0, dead: 0, oldest_s: 0 },
        provider: { state: "unknown" },
        tasks: { drill: { last: null, outcome: null } },
      });
      expect(health?.disk_free).toBeGreaterThan(0);
    },
    { jobs: bench.jobs, plans: taskPlans({ zone: "UTC", tasks: {} }) },
  );
});

test("says of a journal that cannot be read that its check has failed, and of nothing else", async () => {
  await withHome(
    async ({ beats, paths }) => {
      writeFileSync(paths.journal, "x");
      writeFileSync(paths.memory, "x");
      await beats.beat();
      expect(await readHealth(paths.health)).toMatchObject({
        db: { journal: { check: "failed" }, memory: { check: "unknown" } },
      });
    },
    { damaged: () => new Error("malformed") },
  );
});

test("a room on a screen has neither queue nor tasks, and leaves no file when it ends", async () => {
  let path = "";
  await withHome(async ({ beats, paths }) => {
    path = paths.health;
    writeFileSync(paths.queue, "x");
    await beats.beat();
    expect(await readHealth(path)).toMatchObject({
      db: { queue: { check: "unknown" } },
      ...{ queue: null, tasks: {}, backup: { at: null, verified: false } },
    });
    expect(existsSync(paths.tasks)).toBe(false);
  });
  expect(existsSync(path)).toBe(false);
});

test("the ends of turns say whether the model server is up, and since when", async () => {
  const provider = new ProviderWatch();
  await withHome(
    async ({ beats, paths }) => {
      const stateOf = async () => {
        await beats.beat();
        return (await readHealth(paths.health))?.provider;
      };
      provider.see({ ...END, reason: "error", code: "PROVIDER_UNREACHABLE" });
      const down = await stateOf();
      expect(down?.state).toBe("down");
      provider.see({ ...END, reason: "error", code: "PROVIDER_BUSY" });
      provider.see({ ...END, reason: "aborted" });
      expect(await stateOf()).toEqual(down);
      provider.see(END);
      expect((await stateOf())?.state).toBe("up");
      provider.see({ ...END, reason: "error", code: "BUDGET_SPENT" });
      expect((await stateOf())?.state).toBe("up");
    },
    { provider },
  );
});

test("says when the newest backup was made, and what it was made of", async () => {
  await using home = await backupHome();
  const { at } = await makeBackup({ home: home.path, ...UNOWNED });
  await withHome(
    async ({ beats }) => {
      await beats.beat();
      expect(await readHealth(home.paths.health)).toMatchObject({
        backup: { at: Math.floor(at / 1000) * 1000, verified: true },
        db: { "tool-uses": { check: "ok" } },
      });
    },
    { paths: home.paths },
  );
});

test("an owner whose journal took nothing more says so", async () => {
  await withHome(
    async ({ beats, paths }) => {
      writeFileSync(paths.journal, "x");
      await beats.beat();
      expect(await readHealth(paths.health)).toMatchObject({
        db: { journal: { check: "failed" } },
      });
    },
    { broken: () => new Error("disk I/O error") },
  );
});

test("begins at once where it is asked to, and else only after a pause", async () => {
  await withHome(async ({ beats, paths }) => {
    beats.start(false);
    expect(existsSync(paths.health)).toBe(false);
    expect(BEAT_MS).toBe(15_000);
  });
  await withHome(async ({ beats, paths }) => {
    beats.start(true);
    await until("the first beat", async () => existsSync(paths.health));
  });
});

test("a beat that fails is told, and does not end the process", async () => {
  await withHome(
    async ({ beats, reported }) => {
      beats.start(true);
      await until("it is told", async () => reported.length > 0);
    },
    { paths: { ...homePaths("/proc/none"), root: "/proc/none" } },
  );
});
