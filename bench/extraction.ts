#!/usr/bin/env bun
/**
 * What it costs to find text, thinking and calls in what a model says: chunk by chunk while it streams,
 * whole answers, and answers that were made to take long. The same over HTTP, beside other clients, is in
 * `chat-stream.ts`.
 */
import { createExtractor } from "#models/extract/create.ts";
import { ATTACKED_TOOLS, ATTACKS, type Attack, attackOf } from "#test/attacks.ts";
import { WHOLE_ANSWERS, type WholeAnswer } from "./support/answers.ts";
import { wireEvents } from "./support/chat-wire.ts";
import { type ChunkReader, chunkReaders } from "./support/chunk-readers.ts";
import { compare, median, type Series } from "./support/compare.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { PIECES, PROSE } from "./support/prose.ts";
import { atMostTimes, below, named, publish, type Section } from "./support/report.ts";

/** Answers in one round: the clock of the processor is too coarse for one. */
const ANSWERS = 5;
/** As long as the markup of one call may be, and longer than any answer of a model is. */
const ATTACK_LENGTH = 1_000_000;
/** Where growth is measured: long enough for the clock of the processor. */
const SHORT_LENGTH = 16_000;
const LONGER = 16;
/** What servers send at a time, in UTF-16 code units. */
const PIECE_LENGTH = 16;

publish([
  ...[await chunks(), await wholeAnswers()],
  ...[await attacks("whole"), await attacks("in pieces"), await growth()],
]);

async function chunks(): Promise<Section> {
  const packets = wireEvents();
  const contestants = Object.entries(chunkReaders).map(([name, read]) => ({
    name,
    round: () => chunkCost(read, packets),
  }));
  const series = await compare(contestants, { warmUp: 8, counted: 15 });
  const [least] = contestants;
  const ours = named(series, "BodyReader + AnswerReader");
  return {
    title: "extraction: a streamed chunk of prose, without the network",
    unit: "µs of processor time per chunk, less is better",
    series,
    aims: [below(3, ours), atMostTimes(3, [ours, named(series, least?.name ?? "")])],
  };
}

async function chunkCost(read: ChunkReader, packets: readonly Uint8Array[]): Promise<number> {
  const cost = await cpuMicroseconds(() => {
    for (let answer = 0; answer < ANSWERS; answer += 1) {
      if (read(packets) !== PROSE) throw new Error("A reader has lost or added text");
    }
  });
  return cost / ANSWERS / PIECES.length;
}

async function wholeAnswers(): Promise<Section> {
  const contestants = WHOLE_ANSWERS.map((answer) => ({
    name: answer.name,
    round: () => megabytesPerSecond(answer),
  }));
  return {
    title: "extraction: a whole answer at once",
    unit: "MB per second of processor time, more is better",
    series: await compare(contestants, { warmUp: 3, counted: 9 }),
    aims: [],
  };
}

async function megabytesPerSecond(answer: WholeAnswer): Promise<number> {
  const megabytes = Buffer.byteLength(answer.said) / 1e6;
  const times = Math.ceil(1 / megabytes);
  const cost = await cpuMicroseconds(() => {
    for (let time = 0; time < times; time += 1) demandAll(answer);
  });
  return ((times * megabytes) / cost) * 1e6;
}

function demandAll({ name, said, shown, calls }: WholeAnswer): void {
  const extractor = createExtractor({ tools: [] });
  const events = [...extractor.push(said), ...extractor.end()];
  const text = events.map((event) => (event.type === "text" ? event.text : "")).join("");
  const found = events.filter((event) => event.type === "call").length;
  if (text.trim() === shown.trim() && found === calls) return;
  throw new Error(`${name}: found ${found} calls and ${text.length} characters of text`);
}

/** The five that take longest, beside as much prose. One round: all of them together take 13 s. */
async function attacks(how: "whole" | "in pieces"): Promise<Section> {
  const pieceLength = how === "whole" ? ATTACK_LENGTH * 2 : PIECE_LENGTH;
  const prose: Attack = ["", PROSE];
  const contestants = Object.entries({ prose, ...ATTACKS }).map(([name, attack]) => ({
    name,
    round: () => costMs(attackOf(attack, ATTACK_LENGTH), pieceLength),
  }));
  const [yardstick, ...series] = await compare(contestants, { warmUp: 0, counted: 1 });
  const worst = series.toSorted(slowestFirst).slice(0, 5);
  return {
    title: `extraction: the worst of ${series.length} attacks of 1 MB, ${how}`,
    unit: "ms of processor time, less is better",
    series: yardstick === undefined ? worst : [yardstick, ...worst],
    aims: worst.slice(0, 1).map((slowest) => below(1000, slowest)),
  };
}

/** How the time of an attack grows with its length; what is counted instead of timed is in `models/extract/linear.test.ts`. */
async function growth(): Promise<Section> {
  const all: Series[] = [];
  for (const [name, attack] of Object.entries(ATTACKS)) {
    const [short, long] = [attackOf(attack, SHORT_LENGTH), attackOf(attack, SHORT_LENGTH * LONGER)];
    const contestants = [short, long].map((text) => ({
      name: "",
      round: () => costMs(text, PIECE_LENGTH),
    }));
    const costs = await compare(contestants, { warmUp: 1, counted: 5 });
    const [least = 0, most = 0] = costs.map(({ samples }) => Math.min(...samples));
    all.push({ name, samples: [most / least] });
  }
  const worst = all.toSorted(slowestFirst).slice(0, 5);
  return {
    title: `extraction: the growth of the time where an attack is ${LONGER} times as long`,
    unit: "times, 16 is linear, 256 is quadratic",
    series: worst,
    aims: worst.slice(0, 1).map((steepest) => below(36, steepest)),
  };
}

function slowestFirst(one: Series, other: Series): number {
  return median(other.samples) - median(one.samples);
}

async function costMs(text: string, pieceLength: number): Promise<number> {
  const cost = await cpuMicroseconds(() => {
    const extractor = createExtractor({ tools: ATTACKED_TOOLS });
    for (let at = 0; at < text.length; at += pieceLength) {
      extractor.push(text.slice(at, at + pieceLength));
    }
    extractor.end();
  });
  return cost / 1000;
}
