/** When a task is due, by pure functions of its schedule, the clock and what is written down of its last run. */
import { createHash } from "node:crypto";
import { type Cron, next } from "#platform/schedule/cron.ts";

/** Longest that a task begins after its time, in milliseconds: not every home at the same second. */
export const MOST_JITTER_MS = 60_000;

/** How long after its time a task of a home begins: always the same. In milliseconds, below {@link MOST_JITTER_MS}. */
export function jitterMs(home: string, name: string): number {
  const digest = createHash("sha256").update(`${home}\0${name}`).digest();
  return digest.readUInt32BE() % MOST_JITTER_MS;
}

/** A stretch of time in milliseconds since the epoch. */
export interface Span {
  /** Not part of it. */
  readonly after: number;
  /** Part of it. */
  readonly until: number;
}

/**
 * The last time at which a schedule was due within a span, or `undefined`: however many there were, it is one run.
 * What lies before is not counted one by one, so that a year asleep costs no more than an hour.
 */
export function latestDue(cron: Cron, zone: string, { after, until }: Span): number | undefined {
  const first = next(cron, zone, after);
  if (first > until) return undefined;
  let latest = first;
  // From the end on, each time four times as far back, until one is found.
  for (let back = 60_000; until - back > first; back *= 4) {
    const found = next(cron, zone, until - back);
    if (found > until) continue;
    latest = found;
    break;
  }
  for (let due = next(cron, zone, latest); due <= until; due = next(cron, zone, due)) latest = due;
  return latest;
}
