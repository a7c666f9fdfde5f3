#!/usr/bin/env bun
/** Jobs from their submission to their end, durable enqueues, memory, and a start with many jobs on disk. */
import { cp } from "node:fs/promises";
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { openSqliteQueue } from "#home/queue/sqlite-queue.ts";
import { LocalJobs } from "#server/jobs/local-jobs.ts";
import { type Contestant, compare } from "./support/compare.ts";
import { RawQueue } from "./support/raw-queue.ts";
import { below, type Grid, named, publish, type Section } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROUNDS = { warmUp: 1, counted: 5 };
const JOBS = 500;
const ENQUEUES = 100;
const PRODUCERS = 50;
const ON_DISK = 100_000;
const WORKERS = [1, 4, 16] as const;

/** As long as an ordinary request. */
const TEXT = "Sort the lines of the report by date and sum up each week. ".repeat(6);
const MINUTE_MS = 60_000;

await using folder = await temporaryFolder();
let next = 0;

publish([await memory(), await restart(), await throughput(), await enqueues()]);

/** Jobs whose work is nothing, so that only what is around it is measured. */
async function openJobs(path: string, workers: number): Promise<LocalJobs> {
  const nothing = async (): Promise<null> => null;
  const jobs = await LocalJobs.open({
    handlers: { goal: nothing, message: nothing, tool: nothing, workflow: nothing, task: nothing },
    openQueue: (observe) => openSqliteQueue(path, { observe }),
    ...{ workers, cleaner: new TextCleaner(), log: () => undefined },
    report: (error) => {
      throw error;
    },
  });
  await jobs.start();
  return jobs;
}

/** Submits jobs, so many at once, and waits until all of them are done. */
async function run(jobs: LocalJobs, count: number): Promise<void> {
  const all = Promise.withResolvers<void>();
  let done = 0;
  using _ = jobs.observe(({ type }) => {
    if (type === "done") done += 1;
    if (done === count) all.resolve();
  });
  let left = count;
  const producers = Array.from({ length: PRODUCERS }, async () => {
    for (; left > 0; ) {
      left -= 1;
      await jobs.submit({ work: { kind: "goal", text: TEXT } });
    }
  });
  await Promise.all([...producers, all.promise]);
}

async function throughput(): Promise<Section> {
  using raw = new RawQueue(`${folder.path}/raw-work.sqlite`);
  await using parts = new AsyncDisposableStack();
  const contestants: Contestant[] = [];
  for (const workers of WORKERS) {
    const jobs = parts.use(await openJobs(`${folder.path}/work-${workers}.sqlite`, workers));
    const name = `${workers} ${workers === 1 ? "worker" : "workers"}`;
    contestants.push({ name, round: () => rate(JOBS, () => run(jobs, JOBS)) });
  }
  return {
    title: `queue: ${PRODUCERS} producers, each job from its submission to its end`,
    unit: "jobs per second, more is better",
    series: await compare(
      [
        { name: "bun:sqlite, one by one", round: () => rate(ENQUEUES, () => rawWork(raw)) },
        ...contestants,
      ],
      ROUNDS,
    ),
    aims: [],
  };
}

async function enqueues(): Promise<Section> {
  using raw = new RawQueue(`${folder.path}/raw.sqlite`);
  await using queue = await openSqliteQueue(`${folder.path}/ours.sqlite`);
  const producer = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await queue.enqueue("q", TEXT, { id: `${newNumber()}` });
  };
  const all = ENQUEUES * PRODUCERS;
  return {
    title: `queue: jobs that are on disk when \`enqueue\` resolves, 1 producer and ${PRODUCERS}`,
    unit: "enqueues per second, more is better",
    series: await compare(
      [
        {
          name: "bun:sqlite, one by one",
          round: () => rate(ENQUEUES, () => times(ENQUEUES, () => raw.enqueue(newNumber(), TEXT))),
        },
        { name: "1 producer", round: () => rate(ENQUEUES, () => producer(ENQUEUES)) },
        {
          name: `${PRODUCERS} producers`,
          round: () =>
            rate(all, () =>
              Promise.all(Array.from({ length: PRODUCERS }, () => producer(ENQUEUES))),
            ),
        },
        {
          name: `bun:sqlite, ${PRODUCERS} in one transaction`,
          round: () =>
            rate(all, () =>
              times(ENQUEUES, () =>
                raw.enqueueAll(Array.from({ length: PRODUCERS }, newNumber), TEXT),
              ),
            ),
        },
      ],
      ROUNDS,
    ),
    aims: [],
  };
}

/** Whether the process grows with the jobs that it has done. */
async function memory(): Promise<Grid> {
  await using jobs = await openJobs(`${folder.path}/memory.sqlite`, 16);
  const rows: string[][] = [];
  let done = 0;
  for (const upTo of [1000, 25_000, 50_000, 75_000, 100_000]) {
    const start = performance.now();
    await run(jobs, upTo - done);
    const perSecond = ((upTo - done) / (performance.now() - start)) * 1000;
    done = upTo;
    Bun.gc(true);
    const megabytes = process.memoryUsage.rss() / 1024 ** 2;
    rows.push([upTo.toLocaleString("en"), `${megabytes.toFixed(0)} MB`, perSecond.toFixed(0)]);
  }
  return {
    title: "queue: memory of the process after so many jobs, with 16 workers",
    head: ["jobs done", "RSS", "jobs/s since the row before"],
    rows,
  };
}

/** From the opening of the file, as a kill leaves it, to the first job in a worker's hands. */
async function restart(): Promise<Section> {
  const [live, killed] = [`${folder.path}/live`, `${folder.path}/killed`];
  await Bun.write(`${live}/.keep`, "");
  await using queue = await openSqliteQueue(`${live}/queue.sqlite`);
  const put = Array.from({ length: ON_DISK }, (_, n) =>
    queue.enqueue("q", TEXT, { id: `${n}`, priority: n % 7 }),
  );
  await Promise.all(put);
  await queue.lease("q", { max: 16, leaseMs: MINUTE_MS });
  const open = async (): Promise<number> => {
    await cp(live, killed, { recursive: true });
    const start = performance.now();
    await using restarted = await openSqliteQueue(`${killed}/queue.sqlite`);
    await restarted.reclaim("q");
    const [first] = await restarted.lease("q", { max: 1, leaseMs: MINUTE_MS });
    if (first === undefined) throw new Error("There is no job to begin with");
    return performance.now() - start;
  };
  const name = `ready, with ${ON_DISK.toLocaleString("en")} jobs on disk`;
  const series = await compare([{ name, round: open }], ROUNDS);
  return {
    title: "queue: a start after kill -9, to the first job in a worker's hands",
    unit: "ms, less is better",
    series,
    aims: [below(1000, named(series, name))],
  };
}

/** How many of something per second of wall-clock time: a disk that is waited for takes no processor time. */
async function rate(count: number, work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

function rawWork(raw: RawQueue): void {
  times(ENQUEUES, () => {
    raw.enqueue(newNumber(), TEXT);
    raw.work();
  });
}

function times(count: number, work: () => void): void {
  for (let n = 0; n < count; n += 1) work();
}

function newNumber(): number {
  next += 1;
  return next;
}
