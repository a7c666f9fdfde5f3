/**
 * The seccomp filter of every sandbox: Flatpak's deny list and what it leaves open that we do not need.
 *
 * @see https://github.com/flatpak/flatpak/blob/main/common/flatpak-run.c
 */
import {
  ALLOW,
  and,
  argument,
  assemble,
  fail,
  type Instruction,
  KILL_PROCESS,
  load,
  OFFSET,
  verdict,
  when,
} from "./bpf.ts";
import * as calls from "./syscalls.ts";

/** The processors that the filter is written for, by the name that Node gives them. */
export type Architecture = "x64" | "arm64";

// `linux/audit.h`: AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64.
const AUDIT_ARCHITECTURE = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;
/** From here on an x86-64 number means the x32 ABI: same calls, other numbers, nearly unused. */
const X32_BIT = 0x4000_0000;
/** The newest call that was considered (set_mempolicy_home_node, Linux 5.17); newer ones do not exist here. */
const LAST_CALL = 450;

export const EPERM = 1;
export const ENOSYS = 38;
export const EAFNOSUPPORT = 97;

export const CLONE_NEW_ANY = 0x7e02_0000;
export const TIOCSTI = 0x5412;
export const TIOCLINUX = 0x541c;
const PER_LINUX = 0;
const PERSONALITY_QUERY = 0xffff_ffff;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
const IPPROTO_DEFAULT = 0;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;
export const SOL_SOCKET = 1;
export const SO_SNDBUF = 7;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
const MAP_PRIVATE = 0x02;
export const MAP_TYPE_MASK = 0x0f;
export const MAP_ANONYMOUS = 0x20;
const O_CREAT_OR_TMPFILE = 0o20000100;
const S_ISUID_OR_S_ISGID = 0o6000;
/** The type of a socket without SOCK_CLOEXEC and SOCK_NONBLOCK. */
export const SOCK_TYPE_MASK = 0xf;

/** What is refused whatever its arguments. */
export const DENIED: readonly (readonly [errno: number, calls: readonly calls.SystemCall[]])[] = [
  [EPERM, calls.ADMINISTRATION],
  [EPERM, calls.NAMESPACES],
  [EPERM, calls.OTHER_PROCESSES],
  [EPERM, calls.MEMORY_POLICY],
  [ENOSYS, calls.UNCOUNTED_MEMORY],
  [ENOSYS, calls.YOUNG],
  [ENOSYS, calls.CLONE3],
];

/**
 * Which sandbox a filter is for: with namespaces of its own, the same for a program that builds sandboxes of its own
 * within, or with Landlock alone.
 */
export type FilterTier = "bubblewrap" | "nested" | "landlock";

const DENIED_WITHOUT_NAMESPACES: typeof DENIED = [
  ...DENIED,
  [EPERM, calls.METADATA],
  [EPERM, calls.OTHERS_BY_NUMBER],
];

// What a browser shuts its own processes in with; no mounts, so that none of them sees other files than we showed it.
const NESTING = new Set(["chroot", "unshare"]);
const DENIED_NESTED: typeof DENIED = DENIED.map(([errno, denied]) => [
  errno,
  denied.filter(({ name }) => !NESTING.has(name)),
]);
const CLONE_NEW_USER_PID_NET = 0x7000_0000;

const DENIALS: Readonly<Record<FilterTier, typeof DENIED>> = {
  bubblewrap: DENIED,
  nested: DENIED_NESTED,
  landlock: DENIED_WITHOUT_NAMESPACES,
};

function noNamespace(flags: number): readonly Instruction[] {
  return [
    load(argument(0)),
    ...when("jumpIfAnyBit", flags, [verdict(fail(EPERM))]),
    verdict(ALLOW),
  ];
}

// Other protocols would load their kernel modules into the host.
const INTERNET_SOCKET: readonly Instruction[] = [
  load(argument(2)),
  ...[IPPROTO_DEFAULT, IPPROTO_TCP, IPPROTO_UDP].flatMap((protocol) =>
    when("jumpIfEqual", protocol, [verdict(ALLOW)]),
  ),
  verdict(fail(EPERM)),
];

// A file in a folder that programs change for good belongs to org's own user: with one of these bits, others could run
// it with that user's rights.
function noBorrowedRights(modeIndex: number): readonly Instruction[] {
  return [
    load(argument(modeIndex)),
    ...when("jumpIfAnyBit", S_ISUID_OR_S_ISGID, [verdict(fail(EPERM))]),
    verdict(ALLOW),
  ];
}

// The mode is an argument only where a file is made.
function noBorrowedRightsIfMade(flagsIndex: number): readonly Instruction[] {
  return [
    load(argument(flagsIndex)),
    ...when("jumpIfAnyBit", O_CREAT_OR_TMPFILE, noBorrowedRights(flagsIndex + 1)),
    verdict(ALLOW),
  ];
}

/** What a call's arguments decide; each ends in a verdict. The kernel, too, looks only at these low words. */
const ARGUMENT_RULES: Readonly<Record<string, readonly Instruction[]>> = {
  ...Object.fromEntries(
    ["chmod", "fchmod", "creat", "mknod"].map((call) => [call, noBorrowedRights(1)]),
  ),
  ...Object.fromEntries(["fchmodat", "mknodat"].map((call) => [call, noBorrowedRights(2)])),
  open: noBorrowedRightsIfMade(1),
  openat: noBorrowedRightsIfMade(2),
  clone: noNamespace(CLONE_NEW_ANY),
  // Both type into the terminal that org runs in.
  ioctl: [
    load(argument(1)),
    ...when("jumpIfEqual", TIOCSTI, [verdict(fail(EPERM))]),
    ...when("jumpIfEqual", TIOCLINUX, [verdict(fail(EPERM))]),
    verdict(ALLOW),
  ],
  personality: [
    load(argument(0)),
    ...when("jumpIfEqual", PER_LINUX, [verdict(ALLOW)]),
    ...when("jumpIfEqual", PERSONALITY_QUERY, [verdict(ALLOW)]),
    verdict(fail(EPERM)),
  ],
  // The network namespace has only its own loopback. Unix sockets reach into every folder that is shown,
  // a read-only mount does not stop them: org's own socket may lie there.
  socket: [
    load(argument(0)),
    ...when("jumpIfEqual", AF_INET, INTERNET_SOCKET),
    ...when("jumpIfEqual", AF_INET6, INTERNET_SOCKET),
    verdict(fail(EAFNOSUPPORT)),
  ],
  // Of itself alone: without a namespace, others of the same user have numbers, too.
  prlimit64: [load(argument(0)), ...when("jumpIfEqual", 0, [verdict(ALLOW)]), verdict(fail(EPERM))],
  // Not SOCK_DGRAM: that end can be connected anew, to a path.
  socketpair: [
    load(argument(0)),
    ...when("jumpIfEqual", AF_UNIX, [
      load(argument(1)),
      and(SOCK_TYPE_MASK),
      ...when("jumpIfEqual", SOCK_STREAM, [verdict(ALLOW)]),
      ...when("jumpIfEqual", SOCK_SEQPACKET, [verdict(ALLOW)]),
      verdict(fail(EPERM)),
    ]),
    verdict(fail(EAFNOSUPPORT)),
  ],
  // Shared memory outlives its mapping: what was filled and then unmapped but for one page, no counter shows.
  mmap: [
    load(argument(3)),
    and(MAP_ANONYMOUS | MAP_TYPE_MASK),
    ...when("jumpIfEqual", MAP_ANONYMOUS | MAP_PRIVATE, [verdict(ALLOW)]),
    ...when("jumpIfAnyBit", MAP_ANONYMOUS, [verdict(fail(EPERM))]),
    verdict(ALLOW),
  ],
  // The watchdog counts a Unix socket by the size that its buffer has from the start.
  setsockopt: [
    load(argument(1)),
    ...when("jumpIfEqual", SOL_SOCKET, [
      load(argument(2)),
      ...when("jumpIfEqual", SO_SNDBUF, [verdict(fail(EPERM))]),
      verdict(ALLOW),
    ]),
    verdict(ALLOW),
  ],
};

/** By their arguments in the tier "nested" alone, or otherwise there. */
const NESTED_ARGUMENT_RULES: Readonly<Record<string, readonly Instruction[]>> = {
  clone: noNamespace(CLONE_NEW_ANY & ~CLONE_NEW_USER_PID_NET),
  unshare: noNamespace(CLONE_NEW_ANY & ~CLONE_NEW_USER_PID_NET),
  // The processes of a browser talk over them; nothing but the system's own folders is shown there.
  socket: [
    load(argument(0)),
    ...when("jumpIfEqual", AF_UNIX, [verdict(ALLOW)]),
    ...(ARGUMENT_RULES["socket"] ?? []),
  ],
};

/** The files of the host are the host's own there, see `METADATA`. */
const CHANGES_RIGHTS = ["chmod", "fchmod", "fchmodat"];

/** Without a network of its own, any socket would reach that of the host. */
const NO_SOCKET: readonly Instruction[] = [verdict(fail(EAFNOSUPPORT))];

/** Whether there is a filter for this processor; without one there is no sandbox. */
export function isSupported(architecture: string): architecture is Architecture {
  return architecture in AUDIT_ARCHITECTURE;
}

/** The filter as instructions. Everything that no rule names is allowed. */
export function filterProgram(
  architecture: Architecture,
  tier: FilterTier = "bubblewrap",
): Instruction[] {
  const unshare = calls.NAMESPACES.filter(({ name }) => name === "unshare");
  const byArgument = tier === "nested" ? [...calls.BY_ARGUMENT, ...unshare] : calls.BY_ARGUMENT;
  return [
    load(OFFSET.architecture),
    // Another ABI of the same processor (i386, 32-bit ARM): its numbers mean other calls.
    ...unless(AUDIT_ARCHITECTURE[architecture], verdict(KILL_PROCESS)),
    load(OFFSET.number),
    ...(architecture === "x64" ? when("jumpIfGreater", X32_BIT - 1, [verdict(KILL_PROCESS)]) : []),
    ...when("jumpIfGreater", LAST_CALL, [verdict(fail(ENOSYS))]),
    ...DENIALS[tier].flatMap(([errno, denied]) =>
      denied.flatMap((call) => rule(call[architecture], [verdict(fail(errno))])),
    ),
    ...byArgument.flatMap((call) => rule(call[architecture], judgement(call.name, tier))),
    verdict(ALLOW),
  ];
}

/** The filter as the bytes that bubblewrap's `--seccomp` reads. */
export function filterBytes(architecture: Architecture, tier?: FilterTier): Uint8Array {
  return assemble(filterProgram(architecture, tier));
}

function rule(number: number | null, then: readonly Instruction[]): Instruction[] {
  return number === null ? [] : when("jumpIfEqual", number, then);
}

function judgement(name: string, tier: FilterTier): readonly Instruction[] {
  if (name === "socket" && tier === "landlock") return NO_SOCKET;
  if (CHANGES_RIGHTS.includes(name) && tier === "landlock") return [verdict(fail(EPERM))];
  const instructions =
    (tier === "nested" ? NESTED_ARGUMENT_RULES[name] : undefined) ?? ARGUMENT_RULES[name];
  if (instructions === undefined) throw new Error(`No rule judges the arguments of "${name}"`);
  return instructions;
}

function unless(operand: number, then: Instruction): Instruction[] {
  const [jump] = when("jumpIfEqual", operand, [then]);
  if (jump === undefined) return [];
  return [{ ...jump, skipIfTrue: 1, skipIfFalse: 0 }, then];
}
