/** Each pattern: found where it is there, and not where something only looks like it. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  at,
  burst,
  dead,
  found,
  full,
  GIBIBYTE,
  growing,
  HOUR,
  hours,
  MINUTE,
  many,
  QUEUE,
  TREE,
  WAL,
  withoutBackup,
} from "#test/found-patterns.ts";
import { line, look, looks, process, seen, starved } from "#test/seen-home.ts";
import type { Observation } from "../observation.ts";
import { PATTERNS } from "./all.ts";

const idSchema = z.object({ id: z.string() });

test("the patterns are those of the list that they were planned in", () => {
  const file = join(import.meta.dir, "../../../test/fixtures/supervisor-patterns.jsonl");
  const planned = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((text) => idSchema.parse(JSON.parse(text)).id);
  expect(PATTERNS.map(({ id }) => id).sort()).toEqual(planned.sort());
});

describe("is found:", () => {
  test.each<[string, Observation]>([
    ["owner-gone current", seen(looks(2, { processes: [dead()] }))],
    [
      "owner-gone room",
      seen(looks(2, { processes: [process("room", { lives: false })], isSocketDead: true })),
    ],
    [
      "generation-down current",
      seen(looks(3, { processes: [process("current", { health: "silent", ready: undefined })] })),
    ],
    ["generation-down current", seen(starved(6, 2600))],
    ["generation-down current", seen(starved(3, 2400))],
    [
      "generation-down current",
      seen(looks(26, { processes: [process("current", { ready: "SQLITE_IOERR_WRITE" })] })),
    ],
    [
      "port-taken current",
      seen(
        looks(2, { processes: [dead({ portHolder: { pid: 7, name: "python3", isOurs: false } })] }),
      ),
    ],
    [
      "engine-oom engine",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        look(at + 5000, {
          processes: [process("current"), process("engine", { lives: false })],
          oomKills: 1,
        }),
      ]),
    ],
    // Another fix was under way when it ended.
    [
      "engine-oom engine",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        ...[1, 2, 3, 4].map((index) =>
          look(at + index * 5000, {
            processes: [process("current"), process("engine", { lives: false })],
            oomKills: 1,
          }),
        ),
      ]),
    ],
    ["engine-oom engine", seen(looks(3, { processes: [process("current"), full()] }))],
    ["burst-hung autonomy", seen(looks(2, { processes: [process("current"), burst(7)] }))],
    ["leak current", seen(hours([1, 1.3, 1.7, 2.3].map((n) => n * GIBIBYTE)))],
    ["leak current", seen(growing([1.01, 1.03, 1.05, 1.07, 1.09]))],
    ["disk-low home", seen(looks(3, { disk: { free: 4e8, total: 1e11 } }))],
    ["disk-low home", seen(looks(1, { disk: { free: 1e8, total: 1e11 } }))],
    ["disk-low home", seen(looks(1, { processes: [process("current", { ready: "ENOSPC" })] }))],
    ["wal-grown journal.sqlite-wal", seen(looks(4, { wals: [WAL] }))],
    ["queue-stuck current", seen(looks(2, { queue: { ...QUEUE, oldestMs: 301_000 } }))],
    ["queue-stuck current", seen(looks(2, { queue: { ...QUEUE, busy: 2, unsettledMs: 601_000 } }))],
    [
      "provider-down current",
      seen(looks(1, { isProviderUp: false }), {
        lines: many(5, { event: "turn-end", code: "PROVIDER_UNREACHABLE" }),
      }),
    ],
    [
      "provider-down current",
      seen(looks(1, { isProviderUp: false }), {
        lines: many(5, { event: "turn-end", code: "STREAM_SILENT" }),
      }),
    ],
    [
      "dead-letters tool",
      seen(looks(1), {
        lines: many(11, { event: "job-dead", kind: "tool", code: "X", level: "error" }),
      }),
    ],
    [
      "lock-dead promotion",
      seen(looks(2, { processes: [process("current"), process("promotion", { lives: false })] })),
    ],
    ["worktree-zombie home", seen(looks(1, { worktrees: [{ ...TREE, isMissing: true }] }))],
    ["worktree-zombie home", seen(looks(64, { worktrees: [{ ...TREE, isGone: true }] }, MINUTE))],
    [
      "worktree-zombie dirty",
      seen(looks(64, { worktrees: [{ ...TREE, isGone: true, isDirty: true }] }, MINUTE)),
    ],
    [
      "clock-jump home",
      seen([look(at), look(at + 5000, { wall: 1_800_000_000_000 + at + 86_400_000 })]),
    ],
    [
      "clock-jump home",
      seen([look(at), look(at + 5000, { wall: 1_800_000_000_000 + at - 86_400_000 })]),
    ],
    [
      "backup-stale home",
      seen([
        look(at, {
          health: {
            damaged: [],
            isBackupVerified: true,
            backupAt: 1_800_000_000_000 + at - 37 * HOUR,
          },
        }),
      ]),
    ],
    ["backup-stale home", seen(looks(1, { health: withoutBackup(37) }))],
    [
      "db-corrupt memory",
      seen([look(at, { health: { damaged: ["memory"], isBackupVerified: true } })]),
    ],
    [
      "db-corrupt current",
      seen(looks(1, { processes: [] }), {
        lines: [line(at, { event: "start-failed", code: "JOURNAL_CORRUPT", level: "error" })],
      }),
    ],
    [
      "db-corrupt current",
      seen(looks(1), {
        lines: [line(at, { event: "fault", code: "BUG", errno: "SQLITE_CORRUPT_INDEX" })],
      }),
    ],
    ["log-flood current", seen(looks(1), { warnings: new Map([["current", 1001]]) })],
    [
      "approvals-waiting r A1",
      seen([look(at, { questions: [{ room: "r", id: "A1", since: at - 16 * MINUTE }] })]),
    ],
  ])("%s", (expected, observation) => {
    expect(found(observation)).toEqual([expected]);
  });

  test("crash-loop current, before anything starts it once more", () => {
    const ends = [1, 2, 3, 4].map((minute) => ({ role: "current", at: at - minute * MINUTE }));
    expect(found(seen(looks(2, { processes: [dead()] }), { ends }))[0]).toBe("crash-loop current");
  });
});
