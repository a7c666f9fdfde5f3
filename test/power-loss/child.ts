/**
 * A process that writes into a journal or a queue and says of everything that it was told is durable: a mark
 * in the trace of its writes, and one JSON line on stdout.
 *
 *   bun child.ts journal|queue FILE full|normal SHIM
 */
import { dlopen } from "bun:ffi";
import { openDatabase } from "#home/journal/open-database.ts";
import { JOURNAL_FORMAT } from "#home/journal/schema.ts";
import { SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { QUEUE_FORMAT } from "#home/queue/schema.ts";
import { SqliteQueue } from "#home/queue/sqlite-queue.ts";

/** What was confirmed; the index of its line is the number of its mark. */
export type Confirmed =
  | { readonly type: "appended"; readonly room: string; readonly seq: number; readonly key: string }
  | { readonly type: "queued" | "done"; readonly id: string };

const ROUNDS = 40;
const WRITERS = 6;
const TEXT = "x".repeat(700);

async function main([store, file = "", level, shim = ""]: readonly string[]): Promise<void> {
  const { symbols } = dlopen(shim, { org_trace_mark: { args: ["u32"], returns: "void" } });
  let marks = 0;
  const confirm = (what: Confirmed): void => {
    symbols.org_trace_mark(marks);
    marks += 1;
    process.stdout.write(`${JSON.stringify(what)}\n`);
  };
  const format = store === "queue" ? QUEUE_FORMAT : JOURNAL_FORMAT;
  const database = await openDatabase(file, format, async () => undefined);
  if (level === "normal") database.run("pragma synchronous = normal");
  // So that copying the log into the file, and beginning it anew, happen within a short test.
  database.run("pragma wal_autocheckpoint = 120");
  if (store === "queue") await fillQueue(new SqliteQueue(database, file, {}), confirm);
  else await fillJournal(new SqliteJournal(database, file, Date.now), confirm);
  // Closing would tidy up: the power goes before that.
  process.kill(process.pid, "SIGKILL");
}

async function fillJournal(journal: SqliteJournal, confirm: (what: Confirmed) => void) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = Array.from({ length: WRITERS }, async (_, writer) => {
      const [room, key] = [`room ${writer % 2}`, `${round} ${writer}`];
      const event = { type: "notice", level: "info", text: TEXT } as const;
      const { seq } = await journal.append(room, { key, event });
      confirm({ type: "appended", room, seq, key });
    });
    await Promise.all(writers);
  }
}

async function fillQueue(queue: SqliteQueue, confirm: (what: Confirmed) => void) {
  for (let round = 0; round < ROUNDS; round += 1) {
    const producers = Array.from({ length: WRITERS }, async (_, writer) => {
      const id = `${round} ${writer}`;
      await queue.enqueue("q", TEXT, { id });
      confirm({ type: "queued", id });
    });
    const work = queue.lease("q", { max: 4, leaseMs: 60_000 }).then(async (jobs) => {
      await Promise.all(
        jobs.map(async (job) => {
          if (await queue.ack(job, "r")) confirm({ type: "done", id: job.id });
        }),
      );
    });
    await Promise.all([...producers, work]);
  }
}

if (import.meta.main) await main(process.argv.slice(2));
