#!/usr/bin/env bun
/**
 * A backup of a home with 100 MB while its owner goes on: processor time of all of it, and how long appends wait, beside
 * how long they wait on this machine without one.
 */
import { join } from "node:path";
import { createHome, homePaths } from "#home/home-paths.ts";
import { openSqliteJournal } from "#home/journal/sqlite-journal.ts";
import { freezeHandlers } from "#server/socket/freeze.ts";
import { serveOwner } from "#server/socket/owner-server.ts";
import { type Grid, publish } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const MAIN = join(import.meta.dir, "../main.ts");
const EVENTS = 25_000;
const TEXT = "x".repeat(4000);
const APPEND_EVERY_MS = 5;
/** Appends without a backup; with one there are about as many. */
const ALONE = 100;

publish([await measure()]);

async function measure(): Promise<Grid> {
  await using folder = await temporaryFolder();
  const paths = homePaths(folder.path);
  await createHome(paths);
  await using journal = await openSqliteJournal(paths.journal);
  const append = (key: number) =>
    journal.append("room", {
      key: `${key}`,
      event: { type: "notice", level: "info", text: TEXT },
    });
  for (let key = 0; key < EVENTS; key += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, more) => append(key + more)));
  }
  await using _server = await serveOwner(paths.socket, freezeHandlers([() => [journal.freeze()]]));
  let key = EVENTS;
  const alone = await waitsOf(
    () => append(key++),
    (count) => count < ALONE,
  );
  const child = Bun.spawn([process.execPath, MAIN, "backup", "now"], {
    env: { ...Bun.env, ORG_HOME: folder.path },
    stdio: ["ignore", "inherit", "inherit"],
  });
  let isOver = false;
  void child.exited.then(() => {
    isOver = true;
  });
  const before = process.cpuUsage();
  const waits = await waitsOf(
    () => append(key++),
    () => !isOver,
  );
  const own = process.cpuUsage(before);
  const cpu = child.resourceUsage()?.cpuTime;
  const backupMs = Number((cpu?.user ?? 0n) + (cpu?.system ?? 0n)) / 1000;
  return {
    title: "A backup of 100 MB while its owner appends",
    head: ["", "ms", "at most"],
    rows: [
      ["processor time of the backup, Git included", backupMs.toFixed(0), "2000"],
      ["processor time of the owner", ((own.user + own.system) / 1000).toFixed(0), ""],
      [`append, p50 of ${waits.length}`, partOf(waits, 0.5), ""],
      ["append, p99", partOf(waits, 0.99), "50"],
      ["append, longest", partOf(waits, 1), ""],
      [`append without a backup, p50 of ${alone.length}`, partOf(alone, 0.5), ""],
      ["append without a backup, p99", partOf(alone, 0.99), ""],
    ],
  };
}

/** How long each of them took in milliseconds, the shortest first. */
async function waitsOf(
  append: () => Promise<unknown>,
  goesOn: (count: number) => boolean,
): Promise<readonly number[]> {
  const waits: number[] = [];
  while (goesOn(waits.length)) {
    const start = performance.now();
    await append();
    waits.push(performance.now() - start);
    await Bun.sleep(APPEND_EVERY_MS);
  }
  return waits.sort((a, b) => a - b);
}

function partOf(waits: readonly number[], part: number): string {
  return (waits[Math.floor((waits.length - 1) * part)] ?? 0).toFixed(1);
}
