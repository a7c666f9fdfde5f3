import type { Descriptors } from "./descriptors.ts";
import {
  fileOptions,
  INSIDE_BUN,
  INSIDE_ID,
  type Layout,
  layoutOptions,
  WORK_FOLDER,
} from "./layout.ts";
import { type SandboxPolicy, SYSTEM_PATH } from "./policy.ts";
import { processLimits } from "./process-limits.ts";

/** A file that only this run has. */
export interface SandboxFile {
  /** Absolute path inside, outside of `/usr`, `/proc` and `/dev`; read-only unless it lies in `/work` or `/tmp`. */
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** What to start, and what it inherits beyond its three streams. */
export interface BwrapArguments {
  /** Everything after `bwrap`. */
  readonly command: readonly string[];
  /** Our end of the pipe on which bubblewrap reports. */
  readonly statusFd: number;
  /** Bubblewrap waits, before it sets anything up, until a byte is written here. */
  readonly startPipeFd: number | undefined;
}

/** Where a program says that it is ready to begin, and then waits for a line: the first two behind its streams. */
export const START_FDS = { ready: 3, start: 4 } as const;

/** Says that the program is ready to begin, and begins it when a line comes; the end of the pipe ends it. */
export const BEGIN_SCRIPT: string = `echo >&${START_FDS.ready} && read -r _ <&${START_FDS.start} && exec "$@" ${START_FDS.ready}>&- ${START_FDS.start}<&-`;

export interface BwrapRequest extends Layout {
  readonly command: readonly string[];
  readonly files: readonly SandboxFile[];
  /** The seccomp filter, as the kernel reads it. */
  readonly filter: Uint8Array;
  /** Makes bubblewrap wait, see {@link BwrapArguments.startPipeFd}. */
  readonly waits: boolean;
}

/**
 * The command line of bubblewrap. All its options travel in an anonymous file (`--args`), because a
 * command line is public and these name folders of the host.
 */
export function bwrapArguments(request: BwrapRequest, descriptors: Descriptors): BwrapArguments {
  const { command, policy, files } = request;
  const status = descriptors.addPipe();
  const gate = request.waits ? descriptors.addStartPipe() : undefined;
  const options = [
    ...namespaceOptions(policy),
    ...environmentOptions(policy),
    ...layoutOptions(request, descriptors),
    ...files.flatMap((file) => fileOptions(file.path, descriptors.addContent(file.content))),
    ...["--remount-ro", "/"],
    ...["--chdir", policy.folder ?? WORK_FOLDER],
    ...["--json-status-fd", String(status.number)],
    ...(gate === undefined ? [] : ["--block-fd", String(gate.number)]),
    ...["--seccomp", String(descriptors.addContent(request.filter))],
  ];
  const list = descriptors.addContent(`${options.join("\0")}\0`);
  return {
    command: [
      ...["--args", String(list), "--", "sh", "-c", BEGIN_SCRIPT, "begin"],
      ...limitCommand(policy),
      "--",
      ...command,
    ],
    statusFd: status.read,
    startPipeFd: gate?.write,
  };
}

function namespaceOptions({ nested = false }: SandboxPolicy): string[] {
  const namespaces = ["user", "ipc", "pid", "net", "uts", "cgroup"];
  return [
    ...namespaces.map((namespace) => `--unshare-${namespace}`),
    ...(nested ? [] : ["--disable-userns"]),
    ...["--new-session", "--die-with-parent"],
    ...["--uid", String(INSIDE_ID), "--gid", String(INSIDE_ID), "--hostname", "sandbox"],
  ];
}

function environmentOptions(policy: SandboxPolicy): string[] {
  const environment = {
    PATH: [...(policy.path ?? []), SYSTEM_PATH, INSIDE_BUN.replace(/\/bun$/, "")].join(":"),
    HOME: WORK_FOLDER,
    LANG: "C.UTF-8",
    TMPDIR: "/tmp",
    ...policy.environment,
  };
  return Object.entries(environment).flatMap(([name, value]) => ["--setenv", name, value]);
}

// Set inside the namespace: there, Linux counts the processes of this sandbox alone (kernel 5.14 or newer).
function limitCommand(policy: SandboxPolicy): string[] {
  const { processes, openFiles, fileBytes, dataBytes, ...cpu } = processLimits(policy);
  return [
    "prlimit",
    `--nproc=${processes}`,
    `--nofile=${openFiles}`,
    `--fsize=${fileBytes}`,
    "--core=0",
    `--data=${dataBytes}`,
    `--cpu=${cpu.cpuSeconds}:${cpu.hardCpuSeconds}`,
  ];
}
