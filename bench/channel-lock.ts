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

const kinds: Readonly<Record<string, () => Acquire>> = {
  "async-mutex": () => {
    const mutex = new Mutex();
    return () => mutex.acquire();
  },
  ChannelLock: () => {
    const lock = new ChannelLock();
    return () => lock.waitForLock(Number.POSITIVE_INFINITY);
  },
  "async-mutex, limited wait": () => {
    const mutex = withTimeout(new Mutex(), WAIT_MS);
    return () => mutex.acquire();
  },
  "ChannelLock, limited wait": () => {
    const lock = new ChannelLock();
    return () => lock.waitForLock(WAIT_MS);
  },
};

publish([
  await section("channel-lock: nobody else waits", 1),
  await section(`channel-lock: ${SPEAKERS} speakers wait for each other`, SPEAKERS),
]);

async function section(title: string, speakers: number): Promise<Section> {
  const contestants = Object.entries(kinds).map(([name, make]): Contestant => {
    return { name, round: () => operationsPerSecond(make(), speakers) };
  });
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
