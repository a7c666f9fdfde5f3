import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { parseStat, readBootId, readProcessInfo } from "./process-info.ts";

test("reads the start time behind a program name with spaces and parentheses", () => {
  const stat = `42 (a) b) R) T 1 42 42 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 126875 3133440 392`;
  expect(parseStat(42, stat)).toEqual({ pid: 42, startTime: 126_875, state: "T" });
});

test("makes nothing of a line that it cannot read", () => {
  expect(parseStat(42, "")).toBeUndefined();
  expect(parseStat(42, "42 (cat) R 1 2")).toBeUndefined();
});

test("a running process has the same start time at every look, and an ended one has none", async () => {
  const child = Bun.spawn(["cat"], { stdin: "pipe", stdout: "ignore" });
  const info = await readProcessInfo(child.pid);
  expect(info?.startTime).toBeGreaterThan(0);
  expect((await readProcessInfo(child.pid))?.startTime).toBe(info?.startTime);
  child.stdin.end();
  await child.exited;
  expect(await readProcessInfo(child.pid)).toBeUndefined();
});

test("a stopped process shows as stopped", async () => {
  const child = Bun.spawn(["sh", "-c", "kill -STOP $$"], { stdin: "ignore" });
  try {
    // The condition itself is what is awaited: the kernel's word that the child has stopped.
    let state = "";
    while (state !== "T") state = (await readProcessInfo(child.pid))?.state ?? "gone";
    expect(state).toBe("T");
  } finally {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a process that ended counts as gone, even while its parent has not collected it", async () => {
  // After `exec` no process collects the background child: it stays a zombie as long as the parent lives. The
  // child waits for that, for a shell collects what ends before.
  const child = `sh -c 'while ! grep -q cat /proc/$PPID/comm; do :; done'`;
  const command = `${child} & echo $!; exec cat`;
  const parent = Bun.spawn(["sh", "-c", command], { stdin: "pipe", stdout: "pipe" });
  try {
    const first = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(first.value));
    const stat = () => readFileSync(`/proc/${pid}/stat`, "utf8");
    while (!stat().includes(") Z ")) await new Promise(setImmediate);
    expect(await readProcessInfo(pid)).toBeUndefined();
  } finally {
    parent.kill("SIGKILL");
    await parent.exited;
  }
});

test("a process whose first thread has ended lives until its last one has", async () => {
  const source =
    "import ctypes, os, sys, threading\n" +
    "threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()\n" +
    "ctypes.CDLL(None).pthread_exit(None)";
  const child = Bun.spawn(["python3", "-c", source], { stdin: "pipe" });
  const stat = () => readFileSync(`/proc/${child.pid}/stat`, "utf8");
  while (!stat().includes(") Z ")) await new Promise(setImmediate);
  expect(await readProcessInfo(child.pid)).toMatchObject({ state: "Z" });
  child.stdin.end();
  await child.exited;
  expect(await readProcessInfo(child.pid)).toBeUndefined();
});

test("the boot has an id", async () => {
  expect(await readBootId()).toMatch(/^[0-9a-f-]{36}$/);
});
