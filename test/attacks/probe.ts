/** What a probe is, and how many of them become one program. */
import * as calls from "#platform/sandbox/seccomp/syscalls.ts";

type ProbeClass = "escape" | "resource" | "network" | "leak" | "path" | "terminal";

/** One harmless attack: it looks, tries what it then undoes, or reaches for loopback. */
export interface Probe {
  readonly id: string;
  readonly class: ProbeClass;
  /** What the host sees, or keeps, when the probe is held off. */
  readonly safe: string;
  /**
   * Body of a Python function that returns what it reached; raising means that it was held off. It knows
   * `target` (see `Targets`), `call(NAME, …)` for system calls, `held(why)`, and `hold()`, which keeps what it took.
   */
  readonly code: string;
  /** Why it is tried inside our sandbox only. */
  readonly only?: string;
}

/** What became of a probe. */
export interface Outcome {
  readonly id: string;
  readonly bites: boolean;
  /** How it was refused, or what it reached. */
  readonly seen: string;
  /** The probe itself is wrong: it was neither refused nor did it reach anything. */
  readonly broken?: boolean;
}

/** What is attacked; all of it lies on the host, and is there for nothing else. */
export interface Targets {
  /** A server that sends "welcome" to each client, on TCP, and one that answers, on UDP. */
  readonly tcpPort: number;
  readonly udpPort: number;
  /** A Unix socket with such a server, in a folder that everybody may enter, and another without a path. */
  readonly door: string;
  readonly abstractDoor: string;
  /** A process of the same user, with `secret` in its environment and in its command line. */
  readonly pid: number;
  /** Stands in the environment of the process that starts the sandbox, and in `secretFile`. */
  readonly secret: string;
  readonly secretFile: string;
  /** The folder that is shown to programs: where it lies on the host, and where inside. */
  readonly shownOnHost: string;
  readonly shown: string;
  readonly hostname: string;
}

/** Calls that the filter does not name, and the probes need. */
const ALLOWED: readonly calls.SystemCall[] = [{ name: "exit", x64: 60, arm64: 93 }];

const NUMBERS = Object.fromEntries(
  [ALLOWED, ...Object.values(calls)]
    .filter((table) => Array.isArray(table))
    .flat()
    .map((row) => [row.name, process.arch === "arm64" ? row.arm64 : row.x64]),
);

const HEADER = `
import ctypes, errno, fcntl, json, mmap, os, pathlib, resource, signal, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
def is_open(fd):
    try: os.fstat(fd); return True
    except OSError: return False
AT_START = [fd for fd in range(3, 256) if is_open(fd)]
class Held(Exception): pass
def held(why): raise Held(why)
def call(name, *words):
    if NUMBERS[name] is None: held('no such call on this processor')
    ctypes.set_errno(0)
    words = [ctypes.c_long(w) if isinstance(w, int) else w for w in words]
    result = libc.syscall(ctypes.c_long(NUMBERS[name]), *words)
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
def hold(): time.sleep(HOLD_SECONDS)
def read(path, size=4096):
    with open(path, 'rb') as file: return file.read(size).decode('utf8', 'replace')
def processes():
    return [int(p) for p in os.listdir('/proc') if p.isdigit()]
def fork_in_time():
    # What the probe before has left behind may still be on its way out.
    for _ in range(40):
        try: return os.fork()
        except BlockingIOError: time.sleep(.05)
    return os.fork()
def try_one(name, probe):
    ours, theirs = os.pipe()
    pid = fork_in_time()
    if pid == 0:
        os.setsid(); os.close(ours); signal.alarm(4 + int(HOLD_SECONDS))
        global report
        report = lambda **what: os.write(theirs, json.dumps({'id': name, **what}).encode())
        try: report(bites=True, seen=ascii(probe())[:150])
        except (OSError, Held, subprocess.SubprocessError) as e: report(bites=False, seen=str(e)[:150])
        except BaseException as e: report(bites=False, seen=repr(e)[:150], broken=True)
        os._exit(0)
    os.close(theirs)
    status = os.waitpid(pid, 0)[1]
    # What it started holds the pipe open, too.
    try: os.killpg(pid, signal.SIGKILL)
    except OSError: pass
    line = os.read(ours, 4096)
    os.close(ours)
    print(line.decode() or json.dumps({'id': name, 'bites': False, 'seen': f'ended with status {status}'}), flush=True)
`;

/**
 * A Python program that tries all probes, one process each, and prints one outcome a line, as JSON.
 *
 * @param holdSeconds how long a probe keeps what it took before it counts as left alone; a busy machine looks late.
 */
export function programOf(probes: readonly Probe[], targets: Targets, holdSeconds = 0.8): string {
  const functions = probes.map(
    ({ code }, index) =>
      `def probe_${index}():\n${code.trim().replace(/^/gm, "    ")}\n    held('nothing happened')\n`,
  );
  const tries = probes.map(({ id }, index) => `try_one(${JSON.stringify(id)}, probe_${index})`);
  return [
    HEADER,
    `HOLD_SECONDS = ${holdSeconds}`,
    // JSON within JSON: the only way to write it down that Python reads, too.
    `target = json.loads(${JSON.stringify(JSON.stringify(targets))})`,
    `NUMBERS = json.loads(${JSON.stringify(JSON.stringify(NUMBERS))})`,
    ...functions,
    ...tries,
  ].join("\n");
}

/** The outcomes that a program printed; a probe without one has shown nothing. */
export function outcomesOf(probes: readonly Probe[], stdout: string): readonly Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const line of stdout.split("\n").filter((text) => text.startsWith('{"id"'))) {
    const outcome: Outcome = JSON.parse(line);
    outcomes.set(outcome.id, outcome);
  }
  return probes.map(
    ({ id }) => outcomes.get(id) ?? { id, bites: false, seen: "said nothing", broken: true },
  );
}
