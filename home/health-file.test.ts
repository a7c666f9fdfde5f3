import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicMs } from "#platform/libc.ts";
import { identityOf } from "#platform/process-record.ts";
import {
  BEAT_MS,
  HealthFile,
  type HealthReport,
  healthSchema,
  isAlive,
  readHealth,
  STALE_MS,
} from "./health-file.ts";

const REPORT: HealthReport = {
  ...{ generation: "current", commit: "c0ffee", disk_free: 4096 },
  db: { journal: { bytes: 8192, wal: 0, check: "ok" } },
  queue: { queued: 2, oldest_s: 1.5, dead: 1 },
  provider: { state: "up", since: 1000 },
  tasks: { backup: { next: 5000, last: null, outcome: null } },
  backup: { at: null, verified: false },
};

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-health-"));
  path = join(folder, "health.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("holds exactly what the specification names, and who wrote it", async () => {
  await using file = new HealthFile(path);
  await file.write(REPORT);
  await file.write(REPORT);
  expect(Object.keys(JSON.parse(readFileSync(path, "utf8"))).sort()).toEqual(
    [
      ...["v", "at", "mono", "pid", "startTime", "boot", "generation", "commit", "beat", "db"],
      ...["queue", "provider", "rss", "disk_free", "tasks", "backup"],
    ].sort(),
  );
  const health = await readHealth(path);
  expect(health).toMatchObject({ ...REPORT, v: 1, beat: 2, ...(await identityOf()) });
  expect(health?.mono).toBeLessThanOrEqual(monotonicMs());
  expect(healthSchema.safeParse(health).data).toEqual(health);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["health.json"]);
});

test("an owner lives while its process does and its last beat is a minute old at most", async () => {
  await using file = new HealthFile(path);
  await file.write(REPORT);
  const health = await readHealth(path);
  if (health === undefined) throw new Error("It was not written");
  expect(await isAlive(health)).toBe(true);
  expect(STALE_MS).toBe(4 * BEAT_MS);
  expect(await isAlive(health, health.mono + STALE_MS)).toBe(true);
  expect(await isAlive(health, health.mono + STALE_MS + 1)).toBe(false);
  expect(await isAlive({ ...health, startTime: health.startTime + 1 })).toBe(false);
});

test("an owner that leaves takes its file away, and not that of the next one", async () => {
  await using first = new HealthFile(path);
  await first.write(REPORT);
  await first[Symbol.asyncDispose]();
  expect(await readHealth(path)).toBeUndefined();
  await first.write(REPORT);
  const next = readFileSync(path, "utf8").replace(/"pid":\d+/, '"pid":1');
  writeFileSync(path, next);
  await first[Symbol.asyncDispose]();
  expect(await readHealth(path)).toMatchObject({ pid: 1 });
});

test.each(["", "{", "null", '{"v":2}', '{"v":1}'])("%j is not such a file", async (text) => {
  writeFileSync(path, text);
  expect(await readHealth(path)).toBeUndefined();
});

test("the clock of the machine goes on between two processes", async () => {
  const code = `import { monotonicMs } from "#platform/libc.ts"; console.log(monotonicMs())`;
  const before = monotonicMs();
  const child = Bun.spawn([process.execPath, "-e", code], { cwd: join(import.meta.dir, "..") });
  const between = Number(await new Response(child.stdout).text());
  expect(between).toBeGreaterThanOrEqual(before);
  expect(between).toBeLessThanOrEqual(monotonicMs());
});
