#!/usr/bin/env bun
/**
 * What the journal and the queue of one machine cost in this checkout and in another one, in turns:
 * a clone of the repository at another commit, `bun install` there, then `bun bench/sqlite-cost.ts OTHER [ROUNDS]`.
 *
 * Processor time alone: each process measures one checkout once, so neither is warmer than the other.
 */
import { join, resolve } from "node:path";
import type { JournaledEvent } from "#core/events.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const APPENDS = 20_000;
const JOBS = 5000;
const AT_ONCE = 50;
const LEASE_MS = 60_000;
const ROUNDS = 11;
const EVENT: JournaledEvent = {
  ...{ type: "answer", turn: "t-01k2x7m4n5", persona: "agent", hop: 0, calls: [] },
  text: "The lighthouse at the end of the pier had been dark for eleven years. ".repeat(6),
};

/** Microseconds of processor time for one of each. */
interface Cost {
  readonly append: number;
  readonly enqueue: number;
  readonly done: number;
}

const [other = "", rounds = String(ROUNDS)] = Bun.argv.slice(2);
if (other === "measure") await Bun.write(Bun.stdout, JSON.stringify(await measure(rounds)));
else await compareWith(resolve(other), Number(rounds));

async function measure(checkout: string): Promise<Cost> {
  await using folder = await temporaryFolder();
  // By path: what is measured lies in a checkout of its own, with its own imports.
  const journals: typeof import("#home/journal/sqlite-journal.ts") = await import(
    join(checkout, "home/journal/sqlite-journal.ts")
  );
  const queues: typeof import("#home/queue/sqlite-queue.ts") = await import(
    join(checkout, "home/queue/sqlite-queue.ts")
  );
  await using journal = await journals.openSqliteJournal(join(folder.path, "journal.sqlite"));
  await using queue = await queues.openSqliteQueue(join(folder.path, "queue.sqlite"), {});
  const append = await cpuMicroseconds(() =>
    atOnce(APPENDS, async (n) => journal.append(`room-${n % 4}`, { key: `k${n}`, event: EVENT })),
  );
  const body = EVENT.type === "answer" ? EVENT.text : "";
  const enqueue = await cpuMicroseconds(() =>
    atOnce(JOBS, async (n) => queue.enqueue("q", body, { id: `job-${n}`, kind: "goal" })),
  );
  const done = await cpuMicroseconds(() =>
    atOnce(JOBS, async () => {
      for (const { id, token } of await queue.lease("q", { max: 1, leaseMs: LEASE_MS })) {
        await queue.ack({ queue: "q", id, token }, "null");
      }
    }),
  );
  return { append: append / APPENDS, enqueue: enqueue / JOBS, done: done / JOBS };
}

async function atOnce(count: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, writer));
}

async function compareWith(checkout: string, turns: number): Promise<void> {
  const here = join(import.meta.dir, "..");
  const seen: { readonly other: Cost; readonly here: Cost }[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    seen.push({ other: await measured(checkout), here: await measured(here) });
  }
  const lines = ["microseconds of processor time   other    here   here / other"];
  for (const what of ["append", "enqueue", "done"] as const) {
    const before = median(seen.map((one) => one.other[what]));
    const now = median(seen.map((one) => one.here[what]));
    const ratio = median(seen.map((one) => one.here[what] / one.other[what]));
    const columns = [before.toFixed(1), now.toFixed(1)].map((text) => text.padStart(7));
    lines.push(`  ${what.padEnd(29)} ${columns.join(" ")}         ${ratio.toFixed(3)}`);
  }
  await Bun.write(Bun.stdout, `${lines.join("\n")}\n`);
}

async function measured(checkout: string): Promise<Cost> {
  const command = [process.execPath, import.meta.path, "measure", checkout];
  const child = Bun.spawn(command, { cwd: checkout, stderr: "inherit" });
  const text = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`${checkout} could not be measured`);
  return JSON.parse(text);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
