/** What looks like a failure and is none: nothing is found in it. */
import { describe, expect, test } from "bun:test";
import {
  at,
  burst,
  dead,
  found,
  full,
  GIBIBYTE,
  growing,
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

describe("nothing is found:", () => {
  test.each<[string, Observation]>([
    ["a home that is well", seen(looks(40))],
    [
      "a home in which nothing runs",
      seen(looks(40, { processes: [], queue: undefined, health: undefined })),
    ],
    [
      "a generation that a person has stopped, though it was killed",
      seen(looks(3, { processes: [dead()], stopped: ["current"] })),
    ],
    [
      "a generation that died, whose home a person has opened in a room since",
      seen(looks(3, { processes: [dead(), process("room")] })),
    ],
    ["a generation that told it leaves", seen(looks(3, { processes: [dead({ hasLeft: true })] }))],
    [
      "a process that is missed for one look",
      seen([...looks(2), look(at + 10_000, { processes: [dead()] })]),
    ],
    [
      "a burst that beats, though the process that began it is silent for two looks",
      seen([
        look(at, { processes: [process("current", { health: "silent" }), burst(1)] }),
        look(at + 5000, { processes: [process("current", { health: "silent" }), burst(2)] }),
      ]),
    ],
    [
      "a burst that has given no sign of life yet",
      seen(looks(2, { processes: [process("current"), burst(undefined)] })),
    ],
    [
      "another burst after the one before, and one that has ended",
      seen([
        ...looks(1, { processes: [burst(7)] }),
        look(at + 5000, {
          processes: [burst(7, { identity: { pid: 9, startTime: 2, boot: "boot" } })],
        }),
        look(at + 10_000, { processes: [burst(7, { lives: false })] }),
      ]),
    ],
    [
      "a burst without a sign of life in a look that came late",
      seen(looks(2, { isLate: true, processes: [process("current"), burst(7)] })),
    ],
    [
      "two silences, as of a busy machine",
      seen([
        ...looks(2, { processes: [process("current", { health: "silent" })] }),
        look(at + 10_000),
      ]),
    ],
    [
      "five silences of a process that waits for a processor more than half of the time",
      seen(starved(5, 2600)),
    ],
    [
      "silence in looks that came late, as after a sleep of the machine",
      seen(looks(3, { isLate: true, processes: [process("current", { health: "silent" })] })),
    ],
    [
      "a generation that leaves and takes no more",
      seen(looks(40, { processes: [process("current", { ready: "leaving" })] })),
    ],
    [
      "an engine that its owner has ended, while the kernel killed something else for want of memory",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        look(at + 5000, { processes: [process("current")], oomKills: 1 }),
      ]),
    ],
    [
      "an engine that the kernel has killed, and that runs again",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        look(at + 5000, {
          processes: [process("current"), process("engine", { lives: false })],
          oomKills: 1,
        }),
        look(at + 10_000, {
          processes: [
            process("current"),
            process("engine", { identity: { pid: 9, startTime: 2, boot: "boot" } }),
          ],
          oomKills: 1,
        }),
      ]),
    ],
    [
      "an engine that the kernel has killed, whose owner has ended since",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        look(at + 5000, {
          processes: [process("current"), process("engine", { lives: false })],
          oomKills: 1,
        }),
        look(at + 10_000, {
          processes: [process("current", { hasLeft: true }), process("engine", { lives: false })],
          oomKills: 1,
        }),
      ]),
    ],
    [
      "an engine that was full for two looks, and one that has half of its memory",
      seen([
        ...looks(2, { processes: [process("current"), full()] }),
        ...looks(40, { processes: [process("current"), full({ memoryShare: 0.5 })] }),
      ]),
    ],
    [
      "three engines one after the other, each of them full",
      seen(
        [1, 2, 3].map((pid) =>
          look(at + pid * 5000, {
            processes: [
              process("current"),
              full({ identity: { pid, startTime: 1, boot: "boot" } }),
            ],
          }),
        ),
      ),
    ],
    [
      "an engine that did not end for want of memory",
      seen([
        look(at, { processes: [process("current"), process("engine")] }),
        look(at + 5000, { processes: [process("current"), process("engine", { lives: false })] }),
      ]),
    ],
    [
      "memory that grows and stays small",
      seen(hours([0.1, 0.2, 0.4, 0.8].map((n) => n * GIBIBYTE))),
    ],
    ["much memory that does not grow", seen(hours([3, 3.1, 3.0, 3.2].map((n) => n * GIBIBYTE)))],
    [
      "memory that grows while jobs run",
      seen(
        hours(
          [1, 1.3, 1.7, 2.3].map((n) => n * GIBIBYTE),
          { queue: { ...QUEUE, oldestMs: 0 } },
        ),
      ),
    ],
    ["memory that grows fast and stays small", seen(growing([0.5, 0.6, 0.7, 0.8, 0.9]))],
    ["much memory that was asked for once", seen(growing([1.1, 1.1, 1.5, 1.5, 1.5]))],
    ["much memory that comes and goes", seen(growing([1.1, 1.3, 1.2, 1.4, 1.3]))],
    ["much memory that grows by a little at each look", seen(growing([2, 2.01, 2.02, 2.03, 2.04]))],
    [
      "much memory that a job asks for while it runs",
      seen(growing([1.1, 1.2, 1.3, 1.4, 1.5], { queue: { ...QUEUE, busy: 1 } })),
    ],
    [
      "memory of another process than the one before",
      seen([
        ...growing([1.1, 1.2]),
        ...growing([1.3, 1.4, 1.5], {
          processes: [
            process("current", {
              rss: 2 * GIBIBYTE,
              identity: { pid: 9, startTime: 2, boot: "boot" },
            }),
          ],
        }),
      ]),
    ],
    [
      "a log of a database that is large for three looks",
      seen([...looks(1), ...looks(3, { wals: [WAL] })]),
    ],
    [
      "a log that grows while a backup reads the file",
      seen(looks(40, { wals: [WAL], isBackingUp: true })),
    ],
    [
      "a large log that is being brought into its file",
      seen([90, 85, 80, 75].map((n) => look(at, { wals: [{ ...WAL, bytes: n * 1024 ** 2 }] }))),
    ],
    [
      "a log of a database that was large once",
      seen([look(at, { wals: [WAL] }), look(at + MINUTE), look(at + 2 * MINUTE)]),
    ],
    [
      "a slow job that lives, while others wait",
      seen(looks(2, { queue: { ...QUEUE, busy: 2, oldestMs: 900_000, unsettledMs: 5000 } })),
    ],
    [
      "a job that has run for long while none waits",
      seen(looks(2, { queue: { ...QUEUE, queued: 0, busy: 1, unsettledMs: 900_000 } })),
    ],
    [
      "jobs of a kind that is paused, which wait beside idle workers",
      seen(looks(2, { queue: { ...QUEUE, oldestMs: 900_000 }, paused: ["tool"] })),
    ],
    [
      "turns that quote the error of a model server",
      seen(looks(1, { isProviderUp: false }), {
        lines: many(50, { event: "tool-result", code: "PROVIDER_UNREACHABLE" }),
      }),
    ],
    [
      "turns that failed before the model server was started again",
      seen(looks(1, { isProviderUp: true }), {
        lines: many(9, { event: "turn-end", code: "PROVIDER_UNREACHABLE" }),
      }),
    ],
    [
      "a model that is slow and alive",
      seen(looks(1, { isProviderUp: true }), {
        lines: many(9, { event: "turn-end", code: "STREAM_SILENT" }),
      }),
    ],
    [
      "turns that could not reach a server of which its owner does not say how it is",
      seen(looks(1), { lines: many(9, { event: "turn-end", code: "PROVIDER_UNREACHABLE" }) }),
    ],
    [
      "four turns that could not reach the model server",
      seen(looks(1, { isProviderUp: false }), {
        lines: many(4, { event: "turn-end", code: "PROVIDER_UNREACHABLE" }),
      }),
    ],
    [
      "jobs that die of different things",
      seen(looks(1), {
        lines: many(20, { event: "job-dead", kind: "tool" }).map((one, index) => ({
          ...one,
          code: `C${index % 2}`,
        })),
      }),
    ],
    [
      "a job whose own code looks like ours",
      seen(looks(1), {
        lines: many(9, { event: "job-dead", kind: "tool", code: "JOURNAL_CORRUPT" }),
      }),
    ],
    [
      "a call whose output SQLite calls damaged",
      seen(looks(1), {
        lines: many(9, { event: "tool-result", code: "BUG", errno: "SQLITE_CORRUPT" }),
      }),
    ],
    [
      "a promotion that is under way",
      seen(looks(9, { processes: [process("current"), process("promotion")] })),
    ],
    [
      "a work tree of a candidate that a person works in",
      seen(looks(64, { worktrees: [{ ...TREE, isDirty: true }] }, MINUTE)),
    ],
    [
      "a branch that has just gone",
      seen(looks(5, { worktrees: [{ ...TREE, isGone: true }] }, MINUTE)),
    ],
    [
      "a clock that is set by half a minute",
      seen([look(at), look(at + 5000, { wall: 1_800_000_000_000 + at + 35_000 })]),
    ],
    ["a home of a day that has no backup yet", seen(looks(3, { health: withoutBackup(24) }))],
    [
      "a home whose backups a person has switched off",
      seen(looks(3, { health: { ...withoutBackup(400), isBackupOff: true } })),
    ],
    ["999 warnings a minute", seen(looks(1), { warnings: new Map([["current", 999]]) })],
    [
      "a question of ten minutes",
      seen([look(at, { questions: [{ room: "r", id: "A1", since: at - 10 * MINUTE }] })]),
    ],
    [
      "a database that could not be read, before what runs now was started",
      seen(looks(1), {
        lines: [line(at, { event: "start-failed", code: "JOURNAL_CORRUPT", pid: 7 })],
      }),
    ],
    ["three ends, each an hour apart", seen(looks(2), { ends: [] })],
  ])("%s", (_what, observation) => {
    expect(found(observation)).toEqual([]);
  });
});
