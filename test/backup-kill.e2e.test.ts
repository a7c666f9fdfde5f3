/** What a power cut, a damaged disk and a full one leave of the backups of a home. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { listBackups } from "#ops/backup/list-backups.ts";
import type { MadeBackup } from "#ops/backup/make-backup.ts";
import { filesIn } from "#ops/backup/manifest.ts";
import { finishRestore } from "#ops/backup/restore.ts";
import {
  type BackupHome,
  backupHome,
  contentOf,
  goOn,
  makeUnowned,
  runGit,
  verifyNamed,
} from "./backup-home.ts";
import { PROGRAM } from "./program.ts";

const FULL_DISK = join(import.meta.dir, "fixtures/full-disk-backup.ts");
const CHILD = join(import.meta.dir, "fixtures/backup-child.ts");

const runSchema = z.object({ exitCode: z.int(), said: z.string() });
const fullDiskSchema = z.object({
  ...{ first: runSchema, second: runSchema, old: z.string(), acknowledged: z.int() },
  ...{ lost: z.int(), failed: z.int(), whole: z.array(z.string()), left: z.array(z.string()) },
});

let home: BackupHome;
beforeEach(async () => {
  home = await backupHome();
});
afterEach(async () => await home[Symbol.asyncDispose]());

const make = (at?: number): Promise<MadeBackup> => makeUnowned(home, at);
const verify = (name: string) => verifyNamed(home, name);

test("one flipped bit at 200 random places is found 200 times, and the error names the file", async () => {
  const other = await make(Date.now() - 60_000);
  const { name, folder } = await make();
  const files = (await filesIn(folder)).map((path) => join(folder, path));
  const sizes = files.map((path) => statSync(path).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let found = 0;
  for (const place of fc.sample(fc.nat({ max: total - 1 }), 200)) {
    let [index, offset] = [0, place];
    while (offset >= (sizes[index] ?? 0)) {
      offset -= sizes[index] ?? 0;
      index += 1;
    }
    const path = files[index] ?? "";
    const bytes = readFileSync(path);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (place % 8));
    writeFileSync(path, bytes);
    const error = await verify(name).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "BACKUP_DAMAGED" });
    expect(Object(error).message).toMatch(/ differs from its manifest \(sha256\)$/);
    expect(Object(error).unchanged).toBe(
      `Nothing was restored; ${other.name} is the newest intact backup.`,
    );
    found += 1;
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (place % 8));
    writeFileSync(path, bytes);
  }
  expect(found).toBe(200);
  await verify(name);
});

test("killed before any step, no half backup has a name, and the next one clears up", async () => {
  const kept = await make(Date.now() - 3_600_000);
  let steps = 0;
  for (let exitCode: number | null = 1; exitCode !== 0; steps += 1) {
    const child = Bun.spawn([process.execPath, CHILD, home.path, "make", `${steps}`]);
    exitCode = await child.exited;
    const all = await listBackups(home.paths.backups);
    for (const { name } of all) await verify(name);
    expect(all.some(({ name }) => name === kept.name)).toBe(true);
  }
  expect(steps).toBeGreaterThan(6);
  expect(readdirSync(home.paths.backups).filter((name) => name.startsWith(".tmp-"))).toEqual([]);
});

test("killed before any step of a restore, the home is the old one or the next command makes it the new one", async () => {
  const wanted = await contentOf(home.path);
  const { name } = await make();
  await goOn(home);
  const old = await contentOf(home.path);
  const seen = new Set<string>();
  for (let step = 0, exitCode: number | null = 1; exitCode !== 0; step += 1) {
    const child = Bun.spawn([process.execPath, CHILD, home.path, "restore", `${step}`, name]);
    exitCode = await child.exited;
    const wasUnderWay = (await finishRestore(home.path)) !== undefined;
    expect(await contentOf(home.path)).toEqual(wasUnderWay || exitCode === 0 ? wanted : old);
    seen.add(wasUnderWay ? "finished" : exitCode === 0 ? "done" : "untouched");
    if (!wasUnderWay) continue;
    // Back to what it was, for the next place.
    await goOn(home).catch(() => undefined);
    for (const [ref, id] of Object.entries(Object(old)["checkout"])) {
      runGit(home.path, ["update-ref", ref, String(id)]);
    }
    runGit(home.path, ["reset", "-q", "--hard"]);
  }
  expect([...seen].sort()).toEqual(["done", "finished", "untouched"]);
});

test("a disk that fills while a backup is written and lines are appended: no line that was acknowledged is lost, no new backup has a name, and the old one stays whole", async () => {
  const small = join(home.path, "small");
  mkdirSync(small);
  const child = Bun.spawn(
    [
      ...["bwrap", "--dev-bind", "/", "/", "--size", `${24 * 1024 * 1024}`, "--tmpfs", small],
      ...[process.execPath, FULL_DISK, small, PROGRAM],
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const report = fullDiskSchema.parse(JSON.parse(await child.stdout.text()));
  const { first, second, old, acknowledged, lost, whole, left } = report;
  expect([first.exitCode, second.exitCode === 0]).toEqual([0, false]);
  expect(second.said).toContain("existing ones are unchanged");
  expect(acknowledged).toBeGreaterThanOrEqual(500);
  expect([lost, whole, left]).toEqual([0, [old], []]);
});
