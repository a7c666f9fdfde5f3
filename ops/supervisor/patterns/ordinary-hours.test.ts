/** Hours of ordinary work: nothing is found in them. */
import { expect, test } from "bun:test";
import { at, found, HOUR, many } from "#test/found-patterns.ts";
import { look, process, seen } from "#test/seen-home.ts";
import type { Look } from "../observation.ts";

test("twenty hours of ordinary work, compressed, are without a finding", () => {
  const all: Look[] = [];
  const minutes: Look[] = [];
  for (let beat = 0; beat < (20 * HOUR) / 5000; beat += 1) {
    const hour = (beat * 5000) / HOUR;
    const busy = beat % 120 < 60 ? 1 : 0;
    const now = look(at + beat * 5000 + (beat % 7) * 30, {
      processes: [process("current", { rss: (300 + 200 * Math.abs(Math.sin(hour))) * 1024 ** 2 })],
      // Two looks of each hour and a quarter fall into one large commit.
      wals: [
        { name: "journal.sqlite-wal", bytes: (beat % 900) * (beat % 900 < 898 ? 70_000 : 90_000) },
      ],
      queue: {
        queued: beat % 40,
        oldestMs: (beat % 40) * 5000,
        workers: 1,
        busy,
        unsettledMs: busy * (beat % 60) * 5000,
      },
      questions:
        beat % 400 < 100 ? [{ room: "r", id: "A1", since: at + (beat - (beat % 400)) * 5000 }] : [],
      health: {
        damaged: [],
        isBackupVerified: true,
        backupAt: 1_800_000_000_000 + at + (Math.floor(hour / 24) * 24 - 2) * HOUR,
      },
    });
    all.push(now);
    if (beat % 12 === 0) minutes.push(now);
    const lines = many(3, { event: "turn-end", code: "PROVIDER_UNREACHABLE" }).map((one) => ({
      ...one,
      at: now.at - 1,
    }));
    const observation = seen(all.slice(-40), {
      minutes: minutes.slice(-250),
      lines: beat % 720 === 0 ? lines : [],
    });
    expect(found(observation)).toEqual([]);
  }
});
