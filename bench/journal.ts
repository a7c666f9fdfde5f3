#!/usr/bin/env bun
/** Durable appends of the journal, and reading it back, beside SQLite used directly at the same sync level. */
import type { JournaledEvent } from "#core/events.ts";
import { openSqliteJournal, type SqliteJournal } from "#home/journal/sqlite-journal.ts";
import { compare } from "./support/compare.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { RawJournal } from "./support/raw-journal.ts";
import { publish, type Section } from "./support/report.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const ROUNDS = { warmUp: 1, counted: 9 };
const APPENDS = 100;
const WRITERS = 50;
const REPLAYED = 10_000;

/** As long as an ordinary paragraph of a model. */
const EVENT: JournaledEvent = {
  type: "answer",
  turn: "t-01k2x7m4n5",
  persona: "agent",
  hop: 0,
  text: "The lighthouse at the end of the pier had been dark for eleven years. ".repeat(6),
  calls: [],
};

await using folder = await temporaryFolder();
await using journal = await openSqliteJournal(`${folder.path}/ours.sqlite`);
using raw = new RawJournal(`${folder.path}/raw.sqlite`);
let nextKey = 0;

publish([await oneWriter(), await manyWriters(), await replay()]);

async function oneWriter(): Promise<Section> {
  return {
    title: "journal: one writer, each append on disk before the next",
    unit: "appends per second, more is better",
    series: await compare(
      [
        { name: "bun:sqlite, one by one", round: () => rate(APPENDS, rawOneByOne) },
        { name: "Journal", round: () => rate(APPENDS, () => writer(journal, APPENDS)) },
      ],
      ROUNDS,
    ),
    aims: [],
  };
}

async function manyWriters(): Promise<Section> {
  const each = 10;
  const all = WRITERS * each;
  return {
    title: `journal: ${WRITERS} writers at once, each waits until its append is on disk`,
    unit: "appends per second, more is better",
    series: await compare(
      [
        { name: "bun:sqlite, one by one", round: () => rate(APPENDS, rawOneByOne) },
        { name: "Journal", round: () => rate(all, () => writers(each)) },
        {
          name: `bun:sqlite, ${WRITERS} in one transaction`,
          round: () => rate(all, () => rawBatches(each)),
        },
      ],
      ROUNDS,
    ),
    aims: [],
  };
}

async function replay(): Promise<Section> {
  const fill = Array.from({ length: REPLAYED }, () => append(journal, "replayed"));
  await Promise.all(fill);
  raw.appendAll("replayed", fill.map(newEntry));
  const eventsPerSecond = async (read: () => unknown): Promise<number> =>
    (REPLAYED / (await cpuMicroseconds(read))) * 1e6;
  return {
    title: `journal: a room of ${REPLAYED.toLocaleString("en")} events, read from the start`,
    unit: "events per second of processor time, more is better",
    series: await compare(
      [
        {
          name: "bun:sqlite, all rows at once",
          round: () => eventsPerSecond(() => demandAll(raw.readAll("replayed").length)),
        },
        {
          name: "Journal",
          round: () => eventsPerSecond(async () => demandAll(await countRead())),
        },
      ],
      ROUNDS,
    ),
    aims: [],
  };
}

/** How many of something per second of wall-clock time: a disk that is waited for takes no processor time. */
async function rate(count: number, work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (count / (performance.now() - start)) * 1000;
}

function newEntry(): { readonly key: string; readonly event: JournaledEvent } {
  nextKey += 1;
  return { key: `k-${nextKey}`, event: EVENT };
}

function append(to: SqliteJournal, room: string): Promise<unknown> {
  return to.append(room, newEntry());
}

async function writer(to: SqliteJournal, appends: number): Promise<void> {
  for (let n = 0; n < appends; n += 1) await append(to, "room");
}

async function writers(each: number): Promise<void> {
  await Promise.all(Array.from({ length: WRITERS }, () => writer(journal, each)));
}

function rawOneByOne(): void {
  for (let n = 0; n < APPENDS; n += 1) raw.append("room", newEntry());
}

function rawBatches(batches: number): void {
  for (let n = 0; n < batches; n += 1) {
    raw.appendAll("room", Array.from({ length: WRITERS }, newEntry));
  }
}

async function countRead(): Promise<number> {
  let count = 0;
  for await (const { event } of journal.read("replayed", 1))
    if (event.type === "answer") count += 1;
  return count;
}

function demandAll(count: number): void {
  if (count !== REPLAYED) throw new Error(`Read ${count} of ${REPLAYED} events`);
}
