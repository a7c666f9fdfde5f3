#!/usr/bin/env bun
/** How often a lock can change hands, beside async-mutex. */
import { Mutex, withTimeout } from "async-mutex";
import { ChannelLock } from "#core/channel-lock.ts";
import { type Contestant, compare } from "./support/compare.ts";
import { cpuMicroseconds } from "./support/cpu.ts";
import { publish, type Section } from "./support/report.ts";

const ROUNDS = { warmUp: 5, counted: 15 };
/** Acquisitions in one round. */
const OPERATIONS = 50_000;
/** Speakers that queue for the contended lock. */
const SPEAKERS = 100;
/** Longer than a round takes: the timers are set and cleared, but never fire. */
const WAIT_MS = 60_000;

/** Acquires a lock and returns what releases it. */
type Acquire = () => Promise<() => void>;

/** Two locks that do the same, ours last. */
type Pair = readonly [theirs: () => Acquire, ours: () => Acquire];

const unlimited: Pair = [
  () => {
    const mutex = new Mutex();
    return () => mutex.acquire();
  },
  () => {
    const lock = new ChannelLock();
    return () => lock.waitForLock(Number.POSITIVE_INFINITY);
  },
];

const limited: Pair = [
  () => {
    const mutex = withTimeout(new Mutex(), WAIT_MS);
    return () => mutex.acquire();
  },
  () => {
    const lock = new ChannelLock();
    return () => lock.waitForLock(WAIT_MS);
  },
];

publish([
  await section("channel-lock: no other waits", unlimited, 1),
  await section("channel-lock: no other waits, wait limited in time", limited, 1),
  await section(`channel-lock: ${SPEAKERS} speakers`, unlimited, SPEAKERS),
  await section(`channel-lock: ${SPEAKERS} speakers, wait limited in time`, limited, SPEAKERS),
]);

async function section(title: string, [theirs, ours]: Pair, speakers: number): Promise<Section> {
  const contestants: readonly Contestant[] = [
    { name: "async-mutex", round: () => operationsPerSecond(theirs(), speakers) },
    { name: "ChannelLock", round: () => operationsPerSecond(ours(), speakers) },
  ];
  return {
    title,
    unit: "operations per second of processor time, more is better",
    series: await compare(contestants, ROUNDS),
    aims: [],
  };
}

async function operationsPerSecond(acquire: Acquire, speakers: number): Promise<number> {
  const each = OPERATIONS / speakers;
  const cost = await cpuMicroseconds(() =>
    Promise.all(Array.from({ length: speakers }, () => speak(acquire, each))),
  );
  return (OPERATIONS / cost) * 1e6;
}

async function speak(acquire: Acquire, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const release = await acquire();
    release();
  }
}
