/**
 * Programs that take more than they are given, and that do not want to end, started by root and by an
 * ordinary user. What they use up is their sandbox's.
 */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { readProcessInfo } from "#platform/process-info.ts";
import { findHost } from "#platform/sandbox/host.ts";
import { descendantsOf } from "#platform/sandbox/landlock/tree.ts";
import { endOrphans } from "#platform/sandbox/orphans.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import { pythonRequest } from "../sandbox-roles.ts";
import { until } from "../until.ts";
import type { SandboxEngine } from "./engine.ts";

const MIB = 1024 ** 2;

export function limitsSuite(engine: SandboxEngine): void {
  memorySuite(engine);
  timeSuite(engine);
  endSuite(engine);
}

function memorySuite(engine: SandboxEngine): void {
  const { attack } = engine;

  const fill = engine.isContainer
    ? "kept[-1][0].setblocking(False); kept[-1][0].send(b'x' * 131072)"
    : "pass";

  test("a fork bomb stays within its sandbox", async () => {
    const { stdout, killed } = await attack(
      `
count = 0
try:
    while True:
        if os.fork() == 0: time.sleep(100)
        count += 1
except OSError: print(count)
`,
      { processes: 40 },
    );
    expect(killed).toBeNull();
    // Python and the children come to 40, with what of the sandbox itself is counted.
    expect(Number(stdout)).toBe(39 - engine.countedProcesses);
  });

  test.each([
    ["private memory", "kept = []\nwhile True: kept.append(bytearray(1 << 20))"],
    [
      "many processes with a little each",
      `for _ in range(30):
  if os.fork() == 0: b = bytearray(20 << 20); time.sleep(100)
time.sleep(100)`,
    ],
    [
      "files without content",
      "n = 0\nwhile True:\n  os.close(os.open(f'/tmp/{n}', os.O_CREAT)); n += 1",
    ],
    [
      "page tables",
      `while True:
  p = libc.mmap(None, ctypes.c_long(1 << 34), 1, 0x4022, -1, 0)
  for offset in range(0, 1 << 34, 1 << 21): ctypes.c_char.from_address(p + offset).value`,
    ],
    [
      "page tables of one process among several",
      `for _ in range(3):
  if os.fork() == 0: time.sleep(100)
for _ in range(6):
  p = libc.mmap(None, ctypes.c_long(1 << 34), 1, 0x4022, -1, 0)
  for offset in range(0, 1 << 34, 1 << 21): ctypes.c_char.from_address(p + offset).value
time.sleep(100)`,
    ],
    [
      // Under bubblewrap each counts as if it was full; a container's kernel counts what is in it.
      "sockets that are not read",
      `for _ in range(30):
  if os.fork() == 0:
    kept = []
    try:
      while True:
        kept.append(socket.socketpair())
        ${fill}
    except OSError: time.sleep(100)
time.sleep(100)`,
    ],
    [
      "connections that are not read",
      `server = socket.create_server(('127.0.0.1', 0), backlog=4096); kept = []
while True:
  client = socket.create_connection(server.getsockname())
  kept += [client, server.accept()]; client.setblocking(False)
  try:
    while True: client.send(b'x' * 65536)
  except BlockingIOError: pass`,
    ],
    ...(engine.isContainer ? [SHARED_PAGES] : []),
  ])("memory in the form of %s is counted", async (_form, code) => {
    const { killed, peakBytes } = await attack(code, { memoryBytes: 64 * MIB });
    expect(killed).toBe("memory");
    // A kernel that holds the limit lets nothing above it.
    expect(peakBytes).toBeGreaterThan(engine.isContainer ? 63 * MIB : 64 * MIB);
  });

  test("memory that processes share since a fork counts once", async () => {
    const { killed, exit } = await attack(
      `
shared = bytearray(30 << 20)
for _ in range(10):
    if os.fork() == 0: time.sleep(.3); os._exit(0)
for _ in range(10): os.wait()
`,
      { memoryBytes: 64 * MIB },
    );
    expect({ killed, exit }).toEqual({ killed: null, exit: 0 });
  });
}

function timeSuite({ attack }: SandboxEngine): void {
  test.each([
    ["one process", "busy(60)"],
    [
      "a chain of processes, each the child of one that ended",
      `if os.fork() == 0:
  while True:
    busy(.01)
    if os.fork(): os._exit(0)
time.sleep(60)`,
    ],
    [
      "children too short to be seen, that are not waited for",
      `signal.signal(signal.SIGCHLD, signal.SIG_IGN)
while True:
  pid = os.fork()
  if pid == 0: busy(.006); os._exit(0)
  try: os.waitpid(pid, 0)
  except ChildProcessError: pass`,
    ],
  ])("CPU time is counted for %s", async (_form, code) => {
    const { killed, cpuMs } = await attack(code, { cpuMs: 400 });
    expect(killed).toBe("cpu");
    expect(cpuMs).toBeGreaterThan(400);
  });

  test("a flood of output is cut", async () => {
    const outputBytes = { stdout: 1 * MIB, stderr: 1000 };
    const result = await attack("while True: print('x' * 1000)", { outputBytes });
    expect(result.killed).toBe("output");
    expect(result.truncated).toEqual({ stdout: true, stderr: false });
    expect(result.stdout.length).toBe(1 * MIB);
  });
}

function endSuite(engine: SandboxEngine): void {
  const { attack, bench, words } = engine;

  test("a daemon that ignores signals does not outlive its program", async () => {
    const marker = `${process.pid}.${words.length}`;
    const { exit, stdout } = await attack(`
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(1, 32):
            try: signal.signal(number, signal.SIG_IGN)
            except OSError: pass
        devnull = os.open('/dev/null', os.O_RDWR)
        for fd in 0, 1, 2: os.dup2(devnull, fd)
        os.execv('/usr/bin/sleep', ['sleep', '${marker}'])
    os._exit(0)
os.wait()
others = lambda: [p for p in os.listdir('/proc') if p.isdigit() and p not in ('1', str(os.getpid()))]
while not any('${marker}' in open(f'/proc/{p}/cmdline').read() for p in others()): pass
print('daemon up')
`);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: "daemon up\n" });
    expect(processesWith(marker)).toEqual([]);
  });

  test("kill -9 of org ends everything it started", async () => {
    await killOrg(engine, {});
  });

  test("kill -9 of org ends everything of a program that writes into a layer", async () => {
    const readOnly = [{ from: bench.folder, to: "/workspace", layered: true }];
    await killOrg(engine, { readOnly, folder: "/workspace" });
  });

  test("kill -9 of org while a sandbox is being started leaves no program that goes on", async () => {
    const marker = `starting-${crypto.randomUUID()}`;
    const command = ["/usr/bin/python3", "-c", "import time; time.sleep(600)", marker];
    const policy = { ...DEFAULT_POLICY, wallMs: 600_000 };
    const { kills, longestStartMs } = engine.isContainer ? IN_CONTAINERS : UNDER_BUBBLEWRAP;
    for (let count = 0; count < kills; count += 1) {
      const child = bench.start(words, engine.adapt({ command, policy, files: [] }));
      // No pause, and only its own children: a start has several steps of a few milliseconds each.
      while (!engine.isContainer && descendantsOf(child.pid).length === 0);
      const end = performance.now() + (count * longestStartMs) / kills;
      while (performance.now() < end);
      child.kill("SIGKILL");
      await child.exited;
      await until("the program to be gone", async () => programsWith(marker).length === 0);
    }
    await endOrphans(findHost().bwrap);
    await until("all to be gone", async () => commandsWith(marker).length === 0);
  });
}

/** Under bubblewrap they are refused: the suite of escapes has it. */
const SHARED_PAGES = [
  "shared pages without a file",
  `import mmap
zero = os.open('/dev/zero', os.O_RDWR)
kept = []
while True:
  kept.append(mmap.mmap(zero, 1 << 20)); kept[-1].write(b'x' * (1 << 20))`,
] as const;

const UNDER_BUBBLEWRAP = { kills: 24, longestStartMs: 24 };
/** From the start of org's process: its children are none of the container's. */
const IN_CONTAINERS = { kills: 8, longestStartMs: 400 };

/** Command lines in which a text stands. */
function commandsWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .map((pid) => readText(`/proc/${pid}/cmdline`))
    .filter((line) => line.includes(text));
}

/** Those of programs, without what sets their sandbox up. */
function programsWith(text: string): readonly string[] {
  return commandsWith(text).filter((line) => !line.includes("bwrap"));
}

/** Kills an org that runs a program with three children, and waits until nothing of it is left. */
async function killOrg(engine: SandboxEngine, policy: Partial<SandboxPolicy>): Promise<void> {
  const code = `
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in range(3):
    if os.fork() == 0: os.setsid(); time.sleep(600)
print('up'); time.sleep(600)
`;
  const request = pythonRequest(code, { ...policy, wallMs: 600_000 });
  const marker = crypto.randomUUID();
  const command = [...request.command, marker];
  const child = engine.bench.start(engine.words, engine.adapt({ ...request, command }));
  const { value } = await child.stderr.getReader().read();
  expect(new TextDecoder().decode(value)).toStartWith("up");
  const tree = engine.isContainer ? processesWith(marker).map(Number) : descendantsOf(child.pid);
  // The program and its three children, and under bubblewrap that and its init.
  expect(tree.length).toBe(engine.isContainer ? 4 : 6);
  child.kill("SIGKILL");
  await child.exited;
  await until("all of the sandbox to be gone", async () => {
    const left = await Promise.all(tree.map(readProcessInfo));
    return left.every((info) => info === undefined);
  });
}

function processesWith(argument: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      // No process, or gone meanwhile.
      return false;
    }
  });
}

/** Nothing of a process or thread that is gone meanwhile. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
