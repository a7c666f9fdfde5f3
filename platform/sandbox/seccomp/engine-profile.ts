/** The filter of every sandbox in the words that container engines read. */
import * as filter from "./filter.ts";
import { KNOWN_CALLS } from "./known-calls.ts";
import { BY_ARGUMENT } from "./syscalls.ts";

/** On one argument; `masked` is what its bits under `value` have to be. Without a mask all 64 bits are compared. */
type Condition = readonly [index: number, operation: Operation, value: number, masked?: number];
type Operation = "EQ" | "NE" | "LT" | "GT" | "MASKED_EQ";

interface Rule {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ALLOW" | "SCMP_ACT_ERRNO";
  readonly errnoRet?: number;
  readonly args?: readonly Readonly<Record<string, number | string>>[];
}

export interface EngineProfile {
  /** Calls that no rule names do not exist: those that are newer than all that was looked at. */
  readonly defaultAction: "SCMP_ACT_ERRNO";
  readonly defaultErrnoRet: number;
  /** Calls of another ABI of the processor end the program. */
  readonly architectures: readonly string[];
  readonly syscalls: readonly Rule[];
}

const ARCHITECTURES = { x64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" } as const;
const MAP_SHARED = [0x01, 0x03];
const MAP_PRIVATE = 0x02;
const SOCK_STREAM = 1;
const SOCK_DGRAM = 2;
const SOCK_SEQPACKET = 5;
const PERSONALITIES = [0, 0xffff_ffff];
const WHOLE = 0xffff_ffff;

/** Their names of files and modes are judged by the filter for folders that programs change for good: no container has one. */
const WITHOUT_ARGUMENTS = new Set([
  ...["chmod", "creat", "fchmod", "fchmodat", "mknod", "mknodat", "open", "openat"],
]);

/**
 * What the filter does, as a profile. Engines know calls by name alone: what is allowed is named, so that a number of
 * tomorrow is refused. No rule that allows a call overlaps one that refuses it, for their order means nothing.
 *
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp
 */
export function engineProfile(architecture: filter.Architecture): EngineProfile {
  const denied = filter.DENIED.map(([errno, calls]) =>
    refuse(
      calls.map(({ name }) => name),
      errno,
    ),
  );
  return {
    defaultAction: "SCMP_ACT_ERRNO",
    defaultErrnoRet: filter.ENOSYS,
    architectures: [ARCHITECTURES[architecture]],
    syscalls: [
      { names: allowed(), action: "SCMP_ACT_ALLOW" },
      ...denied,
      ...namespaces(),
      ...terminals(),
      ...sockets(),
      ...memory(),
      ...personalities(),
    ],
  };
}

/** Whatever their arguments. */
function allowed(): readonly string[] {
  const byArgument = BY_ARGUMENT.filter(({ name }) => !WITHOUT_ARGUMENTS.has(name));
  const others = new Set(
    [...byArgument, ...filter.DENIED.flatMap(([, calls]) => calls)].map(nameOf),
  );
  return KNOWN_CALLS.filter((name) => !others.has(name));
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function refuse(
  names: readonly string[],
  errnoRet: number,
  conditions: readonly Condition[] = [],
): Rule {
  return { names, action: "SCMP_ACT_ERRNO", errnoRet, ...argumentsOf(conditions) };
}

function allow(name: string, ...conditions: readonly Condition[]): Rule {
  return { names: [name], action: "SCMP_ACT_ALLOW", ...argumentsOf(conditions) };
}

function argumentsOf(conditions: readonly Condition[]): Pick<Rule, "args"> {
  const args = conditions.map(([index, operation, value, masked]) => ({
    ...{ index, value, op: `SCMP_CMP_${operation}` },
    ...(masked === undefined ? {} : { valueTwo: masked }),
  }));
  return args.length === 0 ? {} : { args };
}

/** That the low word of an argument is one. The kernel reads no more of it where it is an `int`. */
function word(index: number, value: number): Condition {
  return [index, "MASKED_EQ", WHOLE, value];
}

/**
 * That the low word of an argument is none of some: a condition for each part of all other words that begins alike, no
 * two of which hold together.
 */
function otherWord(index: number, values: readonly number[]): readonly Condition[] {
  const below = (prefix: number, bit: number): readonly Condition[] => {
    const mask = WHOLE - (2 ** bit - 1);
    const inside = values.filter((value) => value >= prefix && value < prefix + 2 ** bit);
    if (inside.length === 0) return [[index, "MASKED_EQ", mask, prefix]];
    if (bit === 0) return [];
    return [...below(prefix, bit - 1), ...below(prefix + 2 ** (bit - 1), bit - 1)];
  };
  return below(0, 32);
}

/** A rule for each bit: conditions of one rule all have to hold. */
function namespaces(): Rule[] {
  const bits = Array.from({ length: 31 }, (_, bit) => 2 ** bit);
  const refused = bits
    .filter((bit) => (bit & filter.CLONE_NEW_ANY) !== 0)
    .map((bit) => refuse(["clone"], filter.EPERM, [[0, "MASKED_EQ", bit, bit]]));
  return [...refused, allow("clone", [0, "MASKED_EQ", filter.CLONE_NEW_ANY, 0])];
}

/** All but 0 and the question for the present one. */
function personalities(): Rule[] {
  return [
    ...PERSONALITIES.map((value) => allow("personality", word(0, value))),
    ...otherWord(0, PERSONALITIES).map((one) => refuse(["personality"], filter.EPERM, [one])),
  ];
}

function terminals(): Rule[] {
  const requests = [filter.TIOCSTI, filter.TIOCLINUX];
  return [
    ...requests.map((request) => refuse(["ioctl"], filter.EPERM, [word(1, request)])),
    ...otherWord(1, requests).map((one) => allow("ioctl", one)),
  ];
}

function sockets(): Rule[] {
  const { AF_INET, AF_INET6, AF_UNIX, EAFNOSUPPORT, EPERM, IPPROTO_TCP, IPPROTO_UDP } = filter;
  const families = [AF_INET, AF_INET6];
  const protocols = [0, IPPROTO_TCP, IPPROTO_UDP];
  const pairs = families.flatMap((family) =>
    protocols.map((protocol) => [family, protocol] as const),
  );
  return [
    ...pairs.map(([family, protocol]) => allow("socket", word(0, family), word(2, protocol))),
    ...otherWord(0, families).map((one) => refuse(["socket"], EAFNOSUPPORT, [one])),
    ...otherWord(2, protocols).map((one) => refuse(["socket"], EPERM, [one])),
    ...socketPairs(AF_UNIX),
    ...socketSettings(),
    ...otherWord(0, [AF_UNIX]).map((one) => refuse(["socketpair"], EAFNOSUPPORT, [one])),
  ];
}

function socketPairs(family: number): Rule[] {
  const type = (value: number): readonly Condition[] => [
    word(0, family),
    [1, "MASKED_EQ", filter.SOCK_TYPE_MASK, value],
  ];
  return [
    ...[SOCK_STREAM, SOCK_SEQPACKET].map((value) => allow("socketpair", ...type(value))),
    refuse(["socketpair"], filter.EPERM, type(SOCK_DGRAM)),
  ];
}

function socketSettings(): Rule[] {
  const { SOL_SOCKET, SO_SNDBUF, EPERM } = filter;
  return [
    refuse(["setsockopt"], EPERM, [word(1, SOL_SOCKET), word(2, SO_SNDBUF)]),
    ...otherWord(1, [SOL_SOCKET]).map((one) => allow("setsockopt", one)),
    ...otherWord(2, [SO_SNDBUF]).map((one) => allow("setsockopt", word(1, SOL_SOCKET), one)),
  ];
}

function memory(): Rule[] {
  const { MAP_ANONYMOUS, MAP_TYPE_MASK, EPERM } = filter;
  const mask = MAP_ANONYMOUS | MAP_TYPE_MASK;
  return [
    allow("mmap", [3, "MASKED_EQ", MAP_ANONYMOUS, 0]),
    allow("mmap", [3, "MASKED_EQ", mask, MAP_ANONYMOUS | MAP_PRIVATE]),
    ...MAP_SHARED.map((type) =>
      refuse(["mmap"], EPERM, [[3, "MASKED_EQ", mask, MAP_ANONYMOUS | type]]),
    ),
    allow("prlimit64", word(0, 0)),
    ...otherWord(0, [0]).map((one) => refuse(["prlimit64"], EPERM, [one])),
  ];
}
