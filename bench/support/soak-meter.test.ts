import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { growths, type Sample, sample } from "./soak-meter.ts";

const START: Sample = {
  ...{ minute: 0, rssMib: 120, descriptors: 30, children: 0, temporary: 0 },
  ...{ stateKib: 100, requests: 10 },
};
const MIDDLE: Sample = { ...START, minute: 15, rssMib: 300, stateKib: 1100, requests: 1010 };
const END: Sample = { ...MIDDLE, minute: 30, rssMib: 330, stateKib: 2100, requests: 2010 };

test("what fills up to the middle and then stays does not grow without bound", () => {
  expect(growths(START, MIDDLE, END)).toEqual([]);
});

test.each([
  [{ rssMib: 500 }, "MiB of memory: 300 → 500"],
  [{ descriptors: 60 }, "descriptors: 30 → 60"],
  [{ children: 1 }, "child processes: 0 → 1"],
  [{ temporary: 9 }, "temporary: 0 → 9"],
  [{ stateKib: 6100 }, "KiB of state for each request: 1 → 5"],
])("a run that ends with %j fails", (more, sentence) => {
  expect(growths(START, MIDDLE, { ...END, ...more })).toEqual([sentence]);
});

test("a process is looked at: what it holds, what lies in its folder, and the bytes of its state", async () => {
  const folder = await mkdtemp(join(tmpdir(), "org-soak-"));
  await Promise.all([
    Bun.write(join(folder, "journal.sqlite"), "x".repeat(3000)),
    Bun.write(join(folder, "journal.sqlite-wal"), "x".repeat(2000)),
    Bun.write(join(folder, "settings.toml"), "x".repeat(9000)),
  ]);
  const child = Bun.spawn(["sh", "-c", "sleep 99 & echo up; wait"], {
    ...{ stdout: "pipe", detached: true },
  });
  await child.stdout.getReader().read();
  const measured = { pid: child.pid, temporary: folder, journal: join(folder, "journal.sqlite") };
  const seen = await sample(measured, { minute: 3, requests: 7 });
  expect(seen).toMatchObject({ minute: 3, requests: 7, children: 1, temporary: 3, stateKib: 5 });
  expect(seen.descriptors).toBeGreaterThan(2);
  process.kill(-child.pid, "SIGKILL");
  await child.exited;
  await expect(sample(measured, { minute: 4, requests: 8 })).rejects.toThrow("ENOENT");
  await rm(folder, { recursive: true });
});
