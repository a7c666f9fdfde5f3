import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#test/until.ts";
import { Look } from "./look.ts";
import { tasksAtOnce } from "./tasks-at-once.ts";

const STAT = "7 (a ) R name) S 1 7 7 0";

/** A `/proc` with one folder for each process, and in it its threads. */
class FakeProc implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "org-proc-"));

  add(pid: number, threads: readonly number[], stat = STAT): string {
    const folder = join(this.path, String(pid));
    for (const thread of threads) {
      mkdirSync(join(folder, "task", String(thread)), { recursive: true });
      writeFileSync(join(folder, "task", String(thread), "stat"), stat);
    }
    return folder;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

test("counts threads of every process", () => {
  using proc = new FakeProc();
  expect(tasksAtOnce([proc.add(2, [2, 3, 4]), proc.add(5, [5])])).toBe(4);
});

test("counts none that is gone, and none of which the kernel has already taken leave", () => {
  using proc = new FakeProc();
  const dead = proc.add(5, [5], STAT.replace(" S ", " X "));
  const zombie = proc.add(6, [6], STAT.replace(" S ", " Z "));
  expect(tasksAtOnce([join(proc.path, "4"), dead, zombie])).toBe(1);
});

test("counts none that ends while the others are counted", async () => {
  using proc = new FakeProc();
  const [first, second] = [proc.add(2, [2]), proc.add(3, [3, 4])];
  const stat = join(first, "task/2/stat");
  rmSync(stat);
  // The count waits at the first process until the second one is gone.
  const script = 'mkfifo "$1"; echo ready; rm -r "$2"; echo "2 (x) S" > "$1"';
  const ender = Bun.spawn(["sh", "-c", script, "sh", stat, second], { stdout: "pipe" });
  const reader = ender.stdout.getReader();
  await reader.read();
  expect(tasksAtOnce([first, second])).toBe(1);
  await ender.exited;
});

test("a look ends what has more processes and threads at once than it may", async () => {
  const script = "exec 3<&0; cat <&3 & cat <&3 & cat <&3 & wait";
  const child = Bun.spawn(["sh", "-c", script], { stdin: "pipe" });
  const subject = { kind: "below", pid: child.pid, scratch: "/nonexistent" } as const;
  const limits = { memoryBytes: 2 ** 40, cpuMs: 600_000 };
  using strict = new Look(subject, { ...limits, processes: 2 });
  using enough = new Look(subject, { ...limits, processes: 3 });
  await until("it has too many", async () => strict.again() === "processes");
  expect(enough.again()).toBeUndefined();
  child.stdin.end();
  await child.exited;
});
