/** The policy of a sandbox in the words of a container engine: pure, but for a look at what is to be hidden. */
import { lstatSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { OrgError } from "#core/errors.ts";
import { OVERFLOW_ID } from "../host.ts";
import { WORK_FOLDER } from "../layout.ts";
import type { ReadOnlyBind, SandboxPolicy } from "../policy.ts";
import { isPlainFolder } from "../writable.ts";
import type { ContainerHost } from "./container-host.ts";

/** The folders that a program may write to; emptied before the next one comes. */
export const WRITABLE_FOLDERS: readonly string[] = [
  ...[WORK_FOLDER, "/tmp"],
  // Podman would make one of any size.
  "/var/tmp",
  "/dev/shm",
];

/** `USER:GROUP` of every program. */
export const CONTAINER_USER: string = `${OVERFLOW_ID}:${OVERFLOW_ID}`;
/** Of the first process: no program can look into one of another user, nor list what it has open. */
export const FIRST_USER: string = `${OVERFLOW_ID - 1}:${OVERFLOW_ID - 1}`;

/** Processors that a container may keep busy; its time is counted beside that. */
export const CPUS: number = Math.min(2, availableParallelism());
const SHM_BYTES = 1024 * 1024;
const EMPTY_TMPFS_BYTES = 4096;
/** The first process of the container, and the shell that waits for the program. */
const OWN_PROCESSES = 2;
/** Of one user on the whole machine: the container's own number is held by its control group. */
const USER_PROCESSES = 2048;
/** Shared memory and queues would outlive the program that made them. */
const NO_IPC: Readonly<Record<string, string>> = {
  "kernel.shmmni": "0",
  "kernel.msgmni": "0",
  "kernel.sem": "0 0 0 0",
  "fs.mqueue.queues_max": "0",
};

/** It tells how the host was started. */
const BOOT_OPTIONS = "/proc/cmdline";
/** What Docker shows empty by itself, and {@link BOOT_OPTIONS}. */
const MASKED: readonly string[] = [
  ...["/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys"],
  ...["/proc/latency_stats", "/proc/sched_debug", "/proc/scsi", "/proc/timer_list"],
  ...["/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware", BOOT_OPTIONS],
];

/** A folder of the host that holds files of the calls, and where the container sees it. */
export interface FileFolder {
  readonly from: string;
  readonly to: string;
}

export interface BodyParts {
  readonly policy: SandboxPolicy;
  readonly host: Pick<ContainerHost, "image" | "runtime">;
  readonly folders: readonly FileFolder[];
  readonly labels: Readonly<Record<string, string>>;
  /** Shell words of the first process. */
  readonly first: string;
  /** The filter of system calls, as the engine takes it. */
  readonly seccomp: string;
  readonly isPodman: boolean;
  /** A file on the host that no user may read: it stands for what is hidden. */
  readonly closed: string;
  /** A file on the host with the names that a container knows: the engine would write those of the host into it. */
  readonly hosts: string;
}

/** What is asked of `POST /containers/create`. */
export type CreateBody = Readonly<Record<string, unknown>>;

/** Everything that holds for every container: no rights, no network, nothing of the host. */
export function lockedBody(limits: {
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  readonly openFiles: number;
  readonly seccomp: string;
  readonly isPodman: boolean;
}): { readonly config: CreateBody; readonly hostConfig: CreateBody } {
  return {
    config: {
      ...{ User: CONTAINER_USER, NetworkDisabled: true, Hostname: "sandbox", StopTimeout: 1 },
      // What the image would have run beside the program.
      Healthcheck: { Test: ["NONE"] },
      ...{ AttachStdin: false, OpenStdin: false, Tty: false },
    },
    hostConfig: {
      ...{ NetworkMode: "none", IpcMode: "private", ReadonlyRootfs: true, AutoRemove: true },
      ...{ CapDrop: ["ALL"], Privileged: false },
      SecurityOpt: [
        ...["no-new-privileges", `seccomp=${limits.seccomp}`],
        ...(limits.isPodman ? [`mask=${BOOT_OPTIONS}`] : []),
      ],
      // Podman has no such field, and adds to a list of its own; this one takes the place of Docker's.
      ...(limits.isPodman ? {} : { MaskedPaths: MASKED }),
      ...{ Memory: limits.memoryBytes, MemorySwap: limits.memoryBytes },
      ...{ NanoCpus: Math.round(limits.cpus * 1e9), PidsLimit: limits.processes },
      ...{ ShmSize: SHM_BYTES, Sysctls: NO_IPC },
      Ulimits: [
        { Name: "core", Soft: 0, Hard: 0 },
        { Name: "nofile", Soft: limits.openFiles, Hard: limits.openFiles },
        // Without a number of its own an engine asks for more than it may give, and starts nothing.
        { Name: "nproc", Soft: USER_PROCESSES, Hard: USER_PROCESSES },
      ],
    },
  };
}

/** A container in which programs of a policy run. */
export function createBody(parts: BodyParts): CreateBody {
  const { policy, host, folders, labels, first, seccomp, closed, hosts, isPodman } = parts;
  const { memoryBytes, processes, openFiles, scratchBytes, readOnly } = policy;
  const { config, hostConfig } = lockedBody({
    ...{ memoryBytes, openFiles, cpus: CPUS, seccomp, isPodman },
    processes: processes + OWN_PROCESSES,
  });
  const scratch = `rw,nosuid,nodev,size=${scratchBytes},mode=1777`;
  const hidden = readOnly.flatMap(hiddenIn);
  return {
    ...config,
    Image: host.image,
    User: FIRST_USER,
    Entrypoint: ["/bin/sh", "-c", first],
    Cmd: [],
    WorkingDir: WORK_FOLDER,
    Labels: labels,
    HostConfig: {
      ...hostConfig,
      ...(host.runtime === undefined ? {} : { Runtime: host.runtime }),
      // What a program says goes to us alone.
      LogConfig: { Type: "none", Config: {} },
      Tmpfs: {
        ...{ [WORK_FOLDER]: scratch, "/tmp": scratch, "/var/tmp": scratch },
        // It tells of the host's devices, drivers and limits. Docker mounts more below it.
        ...(isPodman ? { "/sys": EMPTY } : {}),
        ...Object.fromEntries(
          hidden.flatMap(({ to, isFolder }) => (isFolder ? [[to, EMPTY]] : [])),
        ),
      },
      Mounts: [
        ...folders.map(readOnlyMount),
        ...readOnly.map(readOnlyMount),
        readOnlyMount({ from: hosts, to: "/etc/hosts" }),
        ...hidden.flatMap(({ to, isFolder }) =>
          isFolder ? [] : [readOnlyMount({ from: closed, to })],
        ),
      ],
    },
  };
}

const EMPTY = `ro,nosuid,nodev,noexec,size=${EMPTY_TMPFS_BYTES},mode=0000`;

function readOnlyMount({ from, to }: FileFolder): CreateBody {
  // Not recursive: what else is mounted below would come along, and be written to.
  const options = { Propagation: "private", NonRecursive: true };
  return { Type: "bind", Source: from, Target: to, ReadOnly: true, BindOptions: options };
}

interface Hidden {
  readonly to: string;
  readonly isFolder: boolean;
}

/** What of a bind exists and is to be hidden; behind a link there is nothing to hide, for it leads to nothing inside. */
function hiddenIn({ from, to, hide = [] }: ReadOnlyBind): Hidden[] {
  return hide.flatMap((name) => {
    const path = join(from, name);
    if (!isPlainFolder(dirname(path))) return [];
    const entry = lstatSync(path, { throwIfNoEntry: false });
    if (entry === undefined || entry.isSymbolicLink()) return [];
    return [{ to: join(to, name), isFolder: entry.isDirectory() }];
  });
}

/**
 * Refuses what no container is given.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE` for folders that programs change for good, `PATH_REFUSED` for something to
 *   show that does not lie below what may be shown, `INPUT_INVALID` for a variable that no shell can set.
 */
export function refuseUnmapped(
  policy: SandboxPolicy,
  { shows }: Pick<ContainerHost, "shows">,
): void {
  const { writable = [], readOnly, environment } = policy;
  const [written] = writable;
  if (written !== undefined) {
    throw new OrgError(`A container cannot change "${written.from}"`, {
      code: "SANDBOX_UNAVAILABLE",
      why: "No folder of this machine is given to a container to write to.",
      remedies: ['use bubblewrap, the usual sandbox: leave sandbox = "container" out'],
      unchanged: "Nothing was run.",
    });
  }
  const strange = readOnly.find(({ from }) => !shows.some((folder) => isBelow(from, folder)));
  if (strange !== undefined) {
    throw new OrgError(`A container may not read "${strange.from}"`, {
      code: "PATH_REFUSED",
      why: `It may see what lies in ${shows.map((folder) => `"${folder}"`).join(" and ")}, and nothing else of this machine.`,
      remedies: [
        "copy it into the workspace",
        'use bubblewrap, the usual sandbox: leave sandbox = "container" out',
      ],
      unchanged: "Nothing was run.",
    });
  }
  const unset = Object.entries(environment).find(
    ([name, value]) => !/^[A-Za-z_]\w*$/.test(name) || value.includes("\0"),
  );
  if (unset === undefined) return;
  throw new OrgError(`A container cannot be given the variable "${unset[0].slice(0, 80)}"`, {
    code: "INPUT_INVALID",
    why: "Its name is not one that a shell knows, or its value has a byte 0.",
    remedies: ["name it with letters, digits and underscores"],
    unchanged: "Nothing was run.",
  });
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
