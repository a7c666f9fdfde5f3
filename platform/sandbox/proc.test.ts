import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  listProcesses,
  readLockCount,
  readProcess,
  readProportionalBytes,
  readTmpfsBytes,
} from "./proc.ts";
import { SocketMeter } from "./sockets.ts";

/** A folder with these files, as the kernel would fill it. */
function folderWith(files: Readonly<Record<string, string>>) {
  const path = mkdtempSync(join(tmpdir(), "org-proc-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

test("reads CPU time, state, threads and memory, whatever the program is called", () => {
  using folder = folderWith({
    stat: "7 (a) R 9) S 1 7 7 0 -1 4194304 99 0 0 0 11 22 33 44 20 0 5 0 126875 3133440 392",
    status:
      "Name:\ta\nVmPTE:\t      8 kB\nRssAnon:\t     100 kB\nRssFile:\t 9000 kB\nRssShmem:\t 20 kB\nVmSwap:\t 1 kB\nHugetlbPages:\t 2048 kB\n",
  });
  expect(readProcess(folder.path, 7)).toEqual({
    pid: 7,
    running: false,
    cpuMs: 1100,
    threads: 5,
    privateBytes: (8 + 100 + 1 + 2048) * 1024,
    unsharedBytes: (8 + 2048) * 1024,
    sharedBytes: 20 * 1024,
  });
});

test("a process that ended has no memory", () => {
  using folder = folderWith({
    stat: "7 (a) Z 1 7 7 0 -1 4194304 99 0 0 0 1 0 0 0 20 0 1 0 126875 0 0",
    status: "Name:\ta\nState:\tZ (zombie)\n",
  });
  expect(readProcess(folder.path, 7)).toMatchObject({ cpuMs: 10, privateBytes: 0, sharedBytes: 0 });
});

test("a process cannot say its memory by its name", () => {
  using folder = folderWith({
    stat: "7 (RssAnon: 0 kB) S 1 7 7 0 -1 4194304 99 0 0 0 1 0 0 0 20 0 1 0 126875 0 0",
    status: "Name:\tRssAnon: 0 kB\nRssAnon:\t  2048 kB\nVmPTE:\t  4 kB\n",
  });
  expect(readProcess(folder.path, 7)?.privateBytes).toBe(2052 * 1024);
});

test("a process whose first thread has ended has the memory of the others", () => {
  using folder = folderWith({
    stat: "7 (a) Z 1 7 7 0 -1 4194304 99 0 0 0 1 0 0 0 20 0 2 0 126875 0 0",
    status: "Name:\ta\nState:\tZ (zombie)\n",
    "task/7/status": "Name:\ta\nState:\tZ (zombie)\n",
    "task/8/status": "Name:\ta\nRssAnon:\t  2048 kB\n",
  });
  expect(readProcess(folder.path, 7)?.privateBytes).toBe(2048 * 1024);
});

test("counts locks, and no further than asked", () => {
  const line = "1: POSIX  ADVISORY  WRITE 4242 00:2d:3 0 0\n";
  using folder = folderWith({ few: line.repeat(3), many: line.repeat(90_000) });
  expect(readLockCount(join(folder.path, "few"), 10)).toBe(3);
  const many = readLockCount(join(folder.path, "many"), 10);
  expect(many).toBeGreaterThan(10);
  expect(many).toBeLessThan(30);
  expect(readLockCount("/nonexistent", 10)).toBe(0);
});

test("what is gone is undefined, or nothing", () => {
  expect(readProcess("/nonexistent", 7)).toBeUndefined();
  expect(readProportionalBytes("/nonexistent")).toBeUndefined();
  expect(listProcesses("/nonexistent")).toBeUndefined();
  expect(readTmpfsBytes("/nonexistent")).toBe(0);
});

test("finds this process, with memory to both counts", () => {
  expect(listProcesses("/proc")).toContain(process.pid);
  const usage = readProcess("/proc/self", process.pid);
  expect(usage?.privateBytes).toBeGreaterThan(1024 ** 2);
  expect(readProportionalBytes("/proc/self")).toBeGreaterThan(1024 ** 2);
});

const TABLE = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt\n";

test("counts what waits in Internet sockets, and what the others can hold", () => {
  using folder = folderWith({
    sockstat: "sockets: used 4\nTCP: inuse 2 orphan 0 tw 0 alloc 2 mem 9\n",
    tcp: `${TABLE}   0: 0100007F:1F90 0100007F:9C40 01 00000100:00000010 00:00000000\n`,
    udp: `${TABLE}  12: 0100007F:0035 00000000:0000 07 00000000:00001000 00:00000000\n`,
  });
  const sendBuffer = Number(readFileSync("/proc/sys/net/core/wmem_default", "utf8"));
  expect(new SocketMeter().bytes(folder.path, 0)).toBe(2 * (0x110 + 0x1000) + 2 * sendBuffer);
});

test("no socket, no bytes", () => {
  using folder = folderWith({ sockstat: "sockets: used 0\n" });
  expect(new SocketMeter().bytes(folder.path, 0)).toBe(0);
});

test("a table that the kernel calls empty is not read", () => {
  using folder = folderWith({
    sockstat: "sockets: used 1\nTCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0\nUDP: inuse 1 mem 0\n",
    sockstat6: "TCP6: inuse 0\nUDP6: inuse 0\n",
    tcp: `${TABLE}   0: 0100007F:1F90 00000000:0000 0A 00000100:00000010 00:00000000\n`,
    udp: `${TABLE}  12: 0100007F:0035 00000000:0000 07 00000000:00001000 00:00000000\n`,
  });
  expect(new SocketMeter().bytes(folder.path, 0)).toBe(2 * 0x1000);
});

test("sockets are counted anew by processor time, by their number, and now and then", () => {
  const udp = (queued: string) =>
    `${TABLE}  12: 0100007F:0035 00000000:0000 07 00000000:${queued} 00:00000000\n`;
  using folder = folderWith({ sockstat: "sockets: used 1\n", udp: udp("00000010") });
  const meter = new SocketMeter();
  expect(meter.bytes(folder.path, 100)).toBe(0x20);
  writeFileSync(join(folder.path, "udp"), udp("00000020"));
  expect(meter.bytes(folder.path, 124)).toBe(0x20);
  expect(meter.bytes(folder.path, 125)).toBe(0x40);
  writeFileSync(join(folder.path, "udp"), udp("00000030"));
  expect(meter.bytes(folder.path, 125)).toBe(0x40);
  // A process that was not waited for has taken its time along.
  expect(meter.bytes(folder.path, 90)).toBe(0x60);
  writeFileSync(join(folder.path, "udp"), udp("00000040"));
  const looks = Array.from({ length: 40 }, () => meter.bytes(folder.path, 90));
  expect([looks.at(-2), looks.at(-1)]).toEqual([0x60, 0x80]);
  writeFileSync(join(folder.path, "udp"), udp("00000050"));
  writeFileSync(join(folder.path, "sockstat"), "sockets: used 2\n");
  expect(meter.bytes(folder.path, 90)).toBeGreaterThan(0xa0);
});
