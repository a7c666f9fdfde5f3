import { expect, test } from "bun:test";
import fc from "fast-check";
import { CpuMeter, LockSchedule } from "./look.ts";
import type { ProcessUsage } from "./proc.ts";
import type { TreeUsage } from "./tree-usage.ts";

function usage(pid: number, cpuMs: number, running = false): ProcessUsage {
  return { pid, cpuMs, running, threads: 1, privateBytes: 0, unsharedBytes: 0, sharedBytes: 0 };
}

function tree(...processes: ProcessUsage[]): TreeUsage {
  const cpuMs = processes.reduce((sum, process) => sum + process.cpuMs, 0);
  return { processes, locks: 0, cpuMs, tasks: processes.length, memoryBytes: 0 };
}

function meter(...looks: readonly TreeUsage[]): number {
  const cpu = new CpuMeter();
  for (const [index, look] of looks.entries()) cpu.add(look, index * 25);
  return cpu.totalMs;
}

/** @returns the looks, by their numbers, at which locks are counted. */
function lockCounts(looks: number, cpuMsOf: (look: number) => number): readonly number[] {
  const schedule = new LockSchedule();
  return Array.from({ length: looks }, (_, look) => look).filter((look) =>
    schedule.isDue(cpuMsOf(look)),
  );
}

test("counts locks by the processor time of the program", () => {
  expect(lockCounts(40, (look) => look * 25)).toEqual([4, 14, 24, 34]);
});

test("counts no locks of a program that a busy machine lets wait", () => {
  expect(lockCounts(39, (look) => look)).toEqual([]);
});

test("counts the locks of a program that seems to do nothing, too", () => {
  expect(lockCounts(100, () => 0)).toEqual([39, 79]);
});

test("takes threads for no processes that came and went", () => {
  const first = { ...usage(2, 30, true), threads: 1 };
  const later = { ...usage(2, 40, true), threads: 9 };
  expect(meter(tree(first), tree(later, usage(11, 5, true)))).toBe(45);
});

test("counts a machine that stood still for a moment only", () => {
  const cpu = new CpuMeter();
  cpu.add(tree(usage(2, 0, true)), 0);
  cpu.add(tree(usage(2, 0, true), usage(9, 0, true)), 5000);
  expect(cpu.totalMs).toBeLessThanOrEqual(500);
  expect(cpu.totalMs).toBeGreaterThan(0);
});

test("adds up the tree", () => {
  expect(meter(tree(usage(1, 10)), tree(usage(1, 10), usage(2, 30)))).toBe(40);
});

test("a child that was waited for counts on in its parent", () => {
  expect(meter(tree(usage(1, 0), usage(2, 50)), tree(usage(1, 50)))).toBe(50);
});

test("a child that was not waited for is not forgotten", () => {
  expect(meter(tree(usage(1, 0), usage(2, 50)), tree(usage(1, 0)))).toBe(50);
});

test("children too short to be seen count by what runs at the moment of a look", () => {
  // Process ids 3 to 8 came and went; their time is in no counter.
  const looks = [tree(usage(1, 0), usage(2, 0, true)), tree(usage(1, 0), usage(9, 0, true))];
  expect(meter(...looks)).toBe(25);
});

test("children too short to be seen do not count twice where their parent waited for them", () => {
  const looks = [tree(usage(1, 0), usage(2, 0, true)), tree(usage(1, 25), usage(9, 0, true))];
  expect(meter(...looks)).toBe(25);
});

test("never runs backwards", () => {
  const look = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.nat(500), fc.boolean()), {
      selector: ([pid]) => pid,
    })
    .map((all) => tree(usage(1, 0), ...all.map(([pid, ms, running]) => usage(pid, ms, running))));
  fc.assert(
    fc.property(fc.array(look, { minLength: 2 }), (looks) => {
      const cpu = new CpuMeter();
      let before = 0;
      for (const [index, each] of looks.entries()) {
        cpu.add(each, index * 25);
        // A sum of fractions differs in its last digits.
        expect(cpu.totalMs).toBeGreaterThanOrEqual(before - 1e-6);
        before = cpu.totalMs;
      }
    }),
  );
});
