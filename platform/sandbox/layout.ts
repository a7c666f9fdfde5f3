/** The file system that a sandboxed program sees: the host's `/usr`, and nothing else of the host. */
import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Descriptors } from "./descriptors.ts";
import type { Layers } from "./layer.ts";
import type { ReadOnlyBind, SandboxPolicy } from "./policy.ts";
import { isPlainFolder } from "./writable.ts";

/** The uid and gid inside. */
export const INSIDE_ID = 1000;
/** The empty, writable folder in which every program starts. */
export const WORK_FOLDER = "/work";
/** The Bun of the host, wherever it lies there. */
export const INSIDE_BUN = "/opt/bun/bin/bun";

const SHM_BYTES = 1024 * 1024;
const EMPTY_TMPFS_BYTES = 4096;
// Both are read by nearly every program, hold no secret, and cannot be made up.
/** Files of the host's `/etc` that programs see: what every system of its kind has. */
export const HOST_ETC: readonly string[] = [
  ...["/etc/alternatives", "/etc/ld.so.cache"],
  // What models ask for first when they want to know where they are.
  ...["/etc/os-release", "/etc/debian_version"],
];
const MADE_UP_ETC = {
  passwd: `user:x:${INSIDE_ID}:${INSIDE_ID}:user:${WORK_FOLDER}:/bin/sh\n`,
  group: `user:x:${INSIDE_ID}:\n`,
  hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
  // Without it the C library asks a name server, and waits for it.
  "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
};
/** Folders that are links into `/usr` on today's systems, and folders of their own on older ones. */
const USR_LINKS = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

export interface Layout {
  readonly policy: SandboxPolicy;
  /** Where a host path lies for bubblewrap. */
  readonly locate: (path: string) => string;
  readonly layers: Layers | undefined;
}

/** The host paths, beyond the system's own, that a sandbox shows and no program changes. */
export function visiblePaths(policy: SandboxPolicy): string[] {
  const bun = hostBun();
  return [...policy.readOnly.map(({ from }) => from), ...(isSystemPath(bun) ? [] : [bun])];
}

/** Options of bubblewrap that build the file system; the order matters, mounts hide what lies below. */
export function layoutOptions(
  { policy, locate, layers }: Layout,
  descriptors: Descriptors,
): string[] {
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...USR_LINKS.flatMap(linkOrBind),
    ...bunOptions(locate),
    ...Object.entries(MADE_UP_ETC).flatMap(([name, content]) =>
      fileOptions(`/etc/${name}`, descriptors.addContent(content)),
    ),
    ...HOST_ETC.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--proc", "/proc"],
    // Init is bubblewrap itself: its environment, descriptors and memory are not for programs.
    ...sizedTmpfs("/proc/1", EMPTY_TMPFS_BYTES, "0555"),
    ...["--remount-ro", "/proc/1"],
    // How the host was started: some put credentials there.
    ...["--ro-bind", "/dev/null", "/proc/cmdline"],
    // Its settings of message queues belong to the namespace, and could be written. Who makes a user namespace writes its
    // own `uid_map` there.
    ...(policy.nested === true ? [] : ["--remount-ro", "/proc"]),
    ...["--dev", "/dev"],
    // Both read as endless zeros. /dev/zero can also be mapped, as shared memory that no limit sees.
    ...["--dev-bind", "/dev/full", "/dev/zero"],
    ...sizedTmpfs("/dev/shm", SHM_BYTES, "1777"),
    // What bubblewrap puts into /dev lies on a tmpfs without a size.
    ...["--remount-ro", "/dev"],
    ...sizedTmpfs("/tmp", policy.scratchBytes, "1777"),
    ...sizedTmpfs(WORK_FOLDER, policy.scratchBytes, "0755"),
    // First: what is shown may lie in one of them.
    ...(policy.writable ?? []).flatMap(({ from, to }) => ["--bind", locate(from), to]),
    ...policy.readOnly.flatMap((bind) => [
      ...boundTo(bind, layers?.from.get(bind.to), locate),
      ...(bind.hide ?? []).flatMap((name) => hideOptions(bind, name)),
    ]),
  ];
}

/** @param layered where the folder lies with a layer above it. */
function boundTo(
  { from, to }: ReadOnlyBind,
  layered: string | undefined,
  locate: Layout["locate"],
): string[] {
  return layered === undefined ? ["--ro-bind", locate(from), to] : ["--bind", layered, to];
}

/** Copies the content of a descriptor into a file that no program can change once `/` is read-only. */
export function fileOptions(path: string, fd: number): string[] {
  return ["--perms", "0444", "--file", String(fd), path];
}

function sizedTmpfs(path: string, bytes: number, permissions: string): string[] {
  return ["--perms", permissions, "--size", String(bytes), "--tmpfs", path];
}

function linkOrBind(path: string): string[] {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return [];
  if (entry.isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind", path, path];
}

// A mount point must exist, and one on a link would lie somewhere else: a link leads out of the shown
// folder, where there is nothing, or to something inside that is shown anyway.
function hideOptions({ from, to }: ReadOnlyBind, name: string): string[] {
  if (!isPlainFolder(dirname(join(from, name)))) return [];
  const entry = lstatSync(join(from, name), { throwIfNoEntry: false });
  const target = join(to, name);
  if (entry?.isDirectory()) {
    return [...sizedTmpfs(target, EMPTY_TMPFS_BYTES, "0000"), "--remount-ro", target];
  }
  // A pipe, too: what is written into it leaves a folder that is shown read-only.
  const isHidden = entry !== undefined && !entry.isSymbolicLink();
  return isHidden ? ["--ro-bind", "/dev/null", target] : [];
}

function bunOptions(locate: (path: string) => string): string[] {
  const bun = hostBun();
  // Of a Bun that the system brings along, a second mount would only cost time.
  return isSystemPath(bun)
    ? ["--symlink", bun, INSIDE_BUN]
    : ["--ro-bind", locate(bun), INSIDE_BUN];
}

function hostBun(): string {
  return realpathSync(process.execPath);
}

function isSystemPath(path: string): boolean {
  return path.startsWith("/usr/");
}
