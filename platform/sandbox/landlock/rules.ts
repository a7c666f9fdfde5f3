/** Which files a program of this tier may use; everything else it cannot open. */
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { HOST_ETC } from "../layout.ts";
import type { SandboxPolicy } from "../policy.ts";
import type { Ruleset } from "./kernel.ts";

// `linux/landlock.h`: LANDLOCK_ACCESS_FS_…
const EXECUTE = 1n << 0n;
const WRITE_FILE = 1n << 1n;
const READ_FILE = 1n << 2n;
const READ_DIR = 1n << 3n;
const MAKE_CHAR = 1n << 6n;
const MAKE_SOCK = 1n << 9n;
const MAKE_BLOCK = 1n << 11n;
const TRUNCATE = 1n << 14n;
const IOCTL_DEV = 1n << 15n;
/** All fifteen that Linux 6.2 knows. */
const ALL_OF_VERSION_3 = (1n << 15n) - 1n;
const OF_FILES: bigint = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV;

/** Before it, a program could empty files that it may not write (`truncate`). Linux 6.2. */
export const LEAST_VERSION = 3;
const NETWORK_VERSION = 4;
const DEVICE_VERSION = 5;
/** With it, a program cannot send signals to processes that are not its own. Linux 6.12. */
export const SIGNAL_VERSION = 6;

const BIND_AND_CONNECT_TCP = 3n;
const ABSTRACT_SOCKETS_AND_SIGNALS = 3n;

/** Everything that this kernel can forbid. */
export function rulesetOf(version: number): Ruleset {
  return {
    files: ALL_OF_VERSION_3 | (version >= DEVICE_VERSION ? IOCTL_DEV : 0n),
    network: version >= NETWORK_VERSION ? BIND_AND_CONNECT_TCP : 0n,
    scopes: version >= SIGNAL_VERSION ? ABSTRACT_SOCKETS_AND_SIGNALS : 0n,
  };
}

export interface PathRule {
  readonly path: string;
  /** As a decimal number: JSON has no larger ones. */
  readonly rights: string;
}

const READ = READ_FILE | READ_DIR;
const CHANGE: bigint = ALL_OF_VERSION_3 & ~(MAKE_CHAR | MAKE_BLOCK | MAKE_SOCK);
const SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];
const DEVICES: readonly (readonly [path: string, rights: bigint])[] = [
  ["/dev/null", READ_FILE | WRITE_FILE | TRUNCATE],
  ["/dev/zero", READ_FILE],
  ["/dev/random", READ_FILE],
  ["/dev/urandom", READ_FILE],
];

/**
 * @param scratch the folder that belongs to this run.
 * @param bun the program that runs us.
 */
export function pathRules(policy: SandboxPolicy, scratch: string, bun: string): PathRule[] {
  const allowed: (readonly [path: string, rights: bigint])[] = [
    ...SYSTEM.map((path) => [path, READ | EXECUTE] as const),
    ...HOST_ETC.map((path) => [path, READ] as const),
    ...DEVICES,
    // Programs ask for their own maps there (Bun ends without them), and no rule can tell one process from
    // another. Environments and memory of others stay closed: Landlock forbids what a debugger may.
    ["/proc", READ_FILE],
    [bun, READ_FILE | EXECUTE],
    [scratch, CHANGE],
    ...(policy.writable ?? []).map(({ from }) => [from, CHANGE] as const),
    ...policy.readOnly.flatMap(({ from, hide = [] }) => readRules(from, hide)),
  ];
  return allowed.flatMap(([path, rights]) => ruleOf(path, rights));
}

// Rights hold for everything below a folder, so a hidden name means a rule for each of the others.
function readRules(from: string, hide: readonly string[]): (readonly [string, bigint])[] {
  const isFolder = lstatSync(from).isDirectory();
  if (!isFolder || hide.length === 0) return [[from, READ]];
  const names = readdirSync(from).filter((name) => !hide.includes(name));
  const own = names.filter((name) => !lstatSync(join(from, name)).isSymbolicLink());
  const below = (name: string) => hide.filter((one) => one.startsWith(`${name}/`));
  const entries = own.flatMap((name) =>
    readRules(
      join(from, name),
      below(name).map((one) => one.slice(name.length + 1)),
    ),
  );
  return [[from, READ_DIR], ...entries];
}

function ruleOf(path: string, rights: bigint): PathRule[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  // The kernel refuses rights of a folder on a file.
  const fitting = stat.isDirectory() ? rights : rights & OF_FILES;
  return [{ path: realpathSync(path), rights: String(fitting) }];
}
