/**
 * Programs that take more than their share. Each is finite, so that it does no harm where nothing stops it;
 * `LIMITS` are below what they take.
 */
import type { SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { Probe } from "./probe.ts";

const MIB = 1024 ** 2;

/** The policy of these probes: small, so that little is enough to meet a limit. */
export const LIMITS: Partial<SandboxPolicy> = {
  memoryBytes: 64 * MIB,
  cpuMs: 300,
  // What is stopped for its time was not stopped for what it took.
  wallMs: 30_000,
  processes: 32,
  openFiles: 64,
  scratchBytes: 16 * MIB,
  outputBytes: { stdout: MIB / 4, stderr: MIB / 4 },
};

const taken = (id: string, safe: string, code: string): Probe => ({
  id,
  class: "resource",
  safe,
  code,
});
const STOPPED = "all of the sandbox is stopped";
const REFUSED = "the program is refused more";

/** The program is refused and lives on; many of these share one sandbox. */
export const REFUSALS: readonly Probe[] = [
  taken(
    "processes",
    REFUSED,
    `
for _ in range(60):
    if os.fork() == 0: time.sleep(9); os._exit(0)
return '60 processes'`,
  ),
  taken(
    "descriptors",
    REFUSED,
    "return len([os.open('/dev/null', os.O_RDONLY) for _ in range(200)])",
  ),
  taken(
    "threads",
    REFUSED,
    `
import threading
try:
    for _ in range(60): threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
except RuntimeError as e: held(e)
return '60 threads'`,
  ),
  taken(
    "zombies",
    REFUSED,
    "for _ in range(60):\n    if os.fork() == 0: os._exit(0)\nreturn '60 processes that are not waited for'",
  ),
  taken("watches", REFUSED, "return len([call('inotify_init1', 0) for _ in range(40)])"),
  taken(
    "real-time-priority",
    REFUSED,
    "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); return 'real time'",
  ),
  taken("higher-priority", REFUSED, "return os.nice(-5)"),
  taken("large-file", REFUSED, "open('/tmp/large', 'w').truncate(20 << 20); return '20 MiB'"),
  taken(
    "many-files-of-scratch",
    REFUSED,
    "for n in range(4): open(f'/tmp/part-{n}', 'wb').write(bytes(6 << 20))\nreturn '24 MiB'",
  ),
  taken(
    "shared-memory-folder",
    REFUSED,
    "open('/dev/shm/x', 'wb').write(bytes(3 << 20)); return '3 MiB'",
  ),
  taken("fill-dev", REFUSED, "open('/dev/filler', 'wb').write(bytes(1 << 20)); return '1 MiB'"),
  taken("fill-run", REFUSED, "open('/run/filler', 'wb').write(bytes(1 << 20)); return '1 MiB'"),
  taken(
    "core-file",
    REFUSED,
    "return resource.getrlimit(resource.RLIMIT_CORE)[1] or held('0 bytes')",
  ),
  taken(
    "raise-limit",
    REFUSED,
    "soft, hard = resource.getrlimit(resource.RLIMIT_NPROC)\nresource.setrlimit(resource.RLIMIT_NPROC, (min(hard, 4096) if hard > 0 else 4096,) * 2)\nreturn 'raised' if hard < 0 or hard >= 4096 else held(f'{hard} stays')",
  ),
];

/** The watchdog ends the sandbox; each has one of its own. */
export const STOPS: readonly Probe[] = [
  taken("memory", STOPPED, "kept = bytearray(150 << 20)\nhold(); return '150 MiB'"),
  taken(
    "memory-of-children",
    STOPPED,
    `
for _ in range(10):
    if os.fork() == 0: kept = bytearray(15 << 20); hold(); os._exit(0)
hold(); return '150 MiB in ten processes'`,
  ),
  taken(
    "inodes",
    STOPPED,
    "for n in range(90_000): os.close(os.open(f'/tmp/inode-{n}', os.O_CREAT))\nhold(); return '90,000 files'",
  ),
  taken(
    "page-tables",
    STOPPED,
    `
libc.mmap.restype = ctypes.c_void_p
for _ in range(4):
    start = libc.mmap(None, ctypes.c_long(1 << 34), 1, 0x4022, -1, 0)
    for offset in range(0, 1 << 34, 1 << 21): ctypes.c_char.from_address(start + offset).value
hold(); return '128 MiB of page tables'`,
  ),
  // The watchdog reads what the kernel says of a process, and a part of that the process chooses.
  taken(
    "memory-under-a-false-name",
    STOPPED,
    "libc.prctl(15, b'RssAnon: 0 kB')\nkept = bytearray(150 << 20)\nhold(); return '150 MiB'",
  ),
  taken(
    "memory-without-a-first-thread",
    STOPPED,
    `
import threading
ours, theirs = os.pipe()
def fill():
    os.read(ours, 1)
    kept = bytearray(150 << 20)
    hold(); report(bites=True, seen='150 MiB'); os._exit(0)
threading.Thread(target=fill).start()
os.write(theirs, b'x')
libc.syscall(ctypes.c_long(NUMBERS['exit']), ctypes.c_long(0))`,
  ),
  taken(
    "memory-that-may-not-be-looked-at",
    STOPPED,
    `
for _ in range(4):
    if os.fork() == 0: libc.prctl(4, 0); kept = bytearray(40 << 20); hold(); os._exit(0)
hold(); return '160 MiB in four processes'`,
  ),
  taken(
    "memory-of-locks",
    STOPPED,
    `
file = os.open('/tmp/lock', os.O_CREAT | os.O_RDWR)
for at in range(0, 4000, 2): fcntl.lockf(file, fcntl.LOCK_EX, 1, at)
hold(); return '2,000 locks'`,
  ),
  taken("cpu", STOPPED, "while time.process_time() < 1.2: pass\nreturn '1.2 s of CPU time'"),
  taken(
    "cpu-of-a-chain",
    STOPPED,
    `
ours, theirs = os.pipe()
if os.fork() == 0:
    for _ in range(60):
        end = time.process_time() + .02
        while time.process_time() < end: pass
        if os.fork(): os._exit(0)
    os.write(theirs, b'x'); os._exit(0)
os.read(ours, 1); return '1.2 s of CPU time in 60 processes'`,
  ),
  taken(
    "output",
    STOPPED,
    "for _ in range(40): os.write(1, b'y' * 65535 + b'\\n')\nhold(); return '2.5 MiB'",
  ),
  taken(
    "errors",
    STOPPED,
    "for _ in range(40): os.write(2, b'y' * 65535 + b'\\n')\nhold(); return '2.5 MiB'",
  ),
];
