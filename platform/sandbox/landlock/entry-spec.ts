import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { geteuid } from "node:process";
import { OVERFLOW_ID, type SandboxHost } from "../host.ts";
import { INSIDE_BUN } from "../layout.ts";
import { type SandboxPolicy, SYSTEM_PATH } from "../policy.ts";
import { processLimits } from "../process-limits.ts";
import type { EntrySpec } from "./enter.ts";
import { pathRules, rulesetOf } from "./rules.ts";
import type { Scratch } from "./scratch.ts";

// Numbers of `RLIMIT_`, the same on x86-64 and arm64.
const CPU = 0;
const FSIZE = 1;
const DATA = 2;
const CORE = 4;
const NPROC = 6;
const NOFILE = 7;

/** Above the users of a machine, and those that systemd and container engines hand out. */
const FIRST_OF_RUNS = 2 ** 30;
/** Users that one process hands out before it begins again: more than it runs programs at once. */
const USERS_OF_A_PROCESS = 256;
let runs = 0;

export interface Entry {
  readonly command: readonly string[];
  readonly policy: SandboxPolicy;
  readonly scratch: Scratch;
  /** Whom root becomes. */
  readonly owner: number | undefined;
  readonly host: SandboxHost;
}

/** Everything that the command is started with. */
export function entrySpec({ command, policy, scratch, owner, host }: Entry): EntrySpec {
  const bun = realpathSync(process.execPath);
  const { files, network, scopes } = rulesetOf(host.landlockVersion ?? 0);
  const environment = {
    PATH: [...(policy.path ?? []), SYSTEM_PATH].join(":"),
    HOME: scratch.path,
    LANG: "C.UTF-8",
    TMPDIR: scratch.path,
    ...policy.environment,
  };
  // The kernel counts all that the user runs, on the whole machine.
  const processes = tasksOf(owner ?? geteuid?.() ?? 0) + policy.processes;
  const limits = processLimits({ ...policy, processes });
  return {
    // A file of this run is named by where it would lie in the usual sandbox.
    command: command.map((word) => (word === INSIDE_BUN ? bun : located(word, scratch))),
    environment: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    folder:
      [...(policy.writable ?? []), ...policy.readOnly].find(({ to }) => to === policy.folder)
        ?.from ?? scratch.path,
    ruleset: { files: String(files), network: String(network), scopes: String(scopes) },
    rules: pathRules(policy, scratch.path, bun),
    userId: owner ?? null,
    limits: [
      [CPU, limits.cpuSeconds, limits.hardCpuSeconds],
      [FSIZE, limits.fileBytes],
      [DATA, limits.dataBytes],
      [CORE, 0],
      [NPROC, limits.processes],
      [NOFILE, limits.openFiles],
    ],
    filter: Buffer.from(host.filter).toString("base64"),
  };
}

/**
 * Whom root becomes for one run: a user that nothing else on the machine is, for the kernel counts processes by user.
 * Two runs of one user refuse each other processes, and even their start.
 *
 * @param map `/proc/self/uid_map`: the users that there are in this namespace.
 */
export function userOfRun(map: string = readFileSync("/proc/self/uid_map", "utf8")): number {
  const id = FIRST_OF_RUNS + process.pid * USERS_OF_A_PROCESS + (runs++ % USERS_OF_A_PROCESS);
  const isThere = map.split("\n").some((line) => {
    const [first = Number.NaN, , count = 0] = line.trim().split(/\s+/).map(Number);
    return id >= first && id < first + count;
  });
  return isThere ? id : OVERFLOW_ID;
}

function located(word: string, scratch: Scratch): string {
  return /^\/(?:run|work|tmp)\//.test(word) ? scratch.locate(word) : word;
}

/** Processes and threads of a user, now. */
function tasksOf(userId: number): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.reduce((sum, pid) => sum + (ownerOf(pid) === userId ? threadsOf(pid) : 0), 0);
}

function ownerOf(pid: string): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function threadsOf(pid: string): number {
  try {
    return readdirSync(`/proc/${pid}/task`).length;
  } catch {
    // It ended meanwhile.
    return 0;
  }
}
