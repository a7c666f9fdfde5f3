/**
 * Writes into `test/timings.json` how much processor time each unit test file takes, with the processes that it starts:
 *
 *   bun run test:record
 */
import { dlopen, ptr } from "bun:ffi";
import { afterAll } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { plugin } from "bun";
import timings from "./timings.json";

const ROOT = dirname(import.meta.dir);
const RECORD = join(import.meta.dir, "timings.json");

// `process.resourceUsage` does not tell of processes that have ended.
const { symbols } = dlopen("libc.so.6", {
  getrusage: { args: ["int", "ptr"], returns: "int" },
} as const);

/** Of this process, and of those that it has started and that have ended, in milliseconds. */
function spentMs(): number {
  const [itself, children] = [0, -1];
  return [itself, children].reduce((sum, whose) => {
    // Begins with two times, each in seconds and microseconds.
    const usage = new BigInt64Array(18);
    symbols.getrusage(whose, ptr(usage));
    const [userS = 0n, userUs = 0n, systemS = 0n, systemUs = 0n] = usage;
    return sum + Number(userS + systemS) * 1000 + Number(userUs + systemUs) / 1000;
  }, 0);
}

const files = new Map<string, number>(
  Object.entries(timings.files).filter(([path]) => existsSync(join(ROOT, path))),
);
let running: string | undefined;
let before = 0;

/** One file ends where the next one is loaded. */
function turnTo(path: string | undefined): void {
  const now = spentMs();
  if (running !== undefined) files.set(running, Math.max(1, Math.round(now - before)));
  running = path;
  before = now;
}

plugin({
  name: "record times",
  setup: (build) => {
    build.onLoad({ filter: /\.test\.ts$/ }, ({ path }) => {
      turnTo(relative(ROOT, path));
      return { contents: readFileSync(path, "utf8"), loader: "ts" };
    });
  },
});

// Of the whole run, as the preload is of no file.
afterAll(() => {
  turnTo(undefined);
  const sorted = Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(
    RECORD,
    `${JSON.stringify({ version: timings.version, files: sorted }, null, 2)}\n`,
  );
});
