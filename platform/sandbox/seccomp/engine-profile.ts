/** The filter of every sandbox in the words that container engines read. */
import * as filter from "./filter.ts";

type Condition = readonly [index: number, operation: Operation, value: number, masked?: number];
type Operation = "EQ" | "NE" | "LT" | "GT" | "MASKED_EQ";

interface Rule {
  readonly names: readonly string[];
  readonly action: "SCMP_ACT_ERRNO";
  readonly errnoRet: number;
  readonly args?: readonly Readonly<Record<string, number | string>>[];
}

export interface EngineProfile {
  /** Everything that no rule names is allowed, as in the filter. */
  readonly defaultAction: "SCMP_ACT_ALLOW";
  /** Calls of another ABI of the processor end the program. */
  readonly architectures: readonly string[];
  readonly syscalls: readonly Rule[];
}

const ARCHITECTURES = { x64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" } as const;
const MAP_SHARED = [0x01, 0x03];
const SOCK_DGRAM = 2;

/**
 * What the filter refuses, as a profile. Two things have no words there: numbers that are newer than all that was looked
 * at, and the rights of new files, which a container gains nothing by.
 *
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp
 */
export function engineProfile(architecture: filter.Architecture): EngineProfile {
  const denied = filter.DENIED.map(([errno, calls]) =>
    rule(
      calls.map(({ name }) => name),
      errno,
    ),
  );
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    architectures: [ARCHITECTURES[architecture]],
    syscalls: [
      ...denied,
      ...namespaces(),
      ...terminals(),
      ...sockets(),
      ...memory(),
      ...personalities(),
    ],
  };
}

function rule(
  names: readonly string[],
  errnoRet: number,
  conditions: readonly Condition[] = [],
): Rule {
  const args = conditions.map(([index, operation, value, masked]) => ({
    ...{ index, value, op: `SCMP_CMP_${operation}` },
    ...(masked === undefined ? {} : { valueTwo: masked }),
  }));
  return { names, action: "SCMP_ACT_ERRNO", errnoRet, ...(args.length === 0 ? {} : { args }) };
}

/** A rule for each bit: conditions of one rule all have to hold. */
function namespaces(): Rule[] {
  const bits = Array.from({ length: 31 }, (_, bit) => 2 ** bit);
  return bits
    .filter((bit) => (bit & filter.CLONE_NEW_ANY) !== 0)
    .map((bit) => rule(["clone"], filter.EPERM, [[0, "MASKED_EQ", bit, bit]]));
}

/** All but 0 and the question for the present one, which has every bit. */
function personalities(): Rule[] {
  const highest = 2 ** 31;
  const others = Array.from({ length: 31 }, (_, bit) => 2 ** bit);
  return others.flatMap((bit) =>
    [bit, highest].map((only) =>
      rule(["personality"], filter.EPERM, [[0, "MASKED_EQ", highest + bit, only]]),
    ),
  );
}

function terminals(): Rule[] {
  return [filter.TIOCSTI, filter.TIOCLINUX].map((request) =>
    rule(["ioctl"], filter.EPERM, [[1, "MASKED_EQ", 0xffff_ffff, request]]),
  );
}

function sockets(): Rule[] {
  const { AF_INET, AF_INET6, AF_UNIX, EAFNOSUPPORT, EPERM } = filter;
  const family = (operation: Operation, value: number): Rule =>
    rule(["socket"], EAFNOSUPPORT, [[0, operation, value]]);
  const between = (from: number, to: number): number[] =>
    Array.from({ length: to - from - 1 }, (_, at) => from + 1 + at);
  const protocols = [
    ...between(0, filter.IPPROTO_TCP),
    ...between(filter.IPPROTO_TCP, filter.IPPROTO_UDP),
  ];
  return [
    family("LT", AF_INET),
    ...between(AF_INET, AF_INET6).map((value) => family("EQ", value)),
    family("GT", AF_INET6),
    ...protocols.map((protocol) => rule(["socket"], EPERM, [[2, "EQ", protocol]])),
    rule(["socket"], EPERM, [[2, "GT", filter.IPPROTO_UDP]]),
    rule(["socketpair"], EAFNOSUPPORT, [[0, "NE", AF_UNIX]]),
    rule(["socketpair"], EPERM, [[1, "MASKED_EQ", filter.SOCK_TYPE_MASK, SOCK_DGRAM]]),
    rule(["setsockopt"], EPERM, [
      [1, "EQ", filter.SOL_SOCKET],
      [2, "EQ", filter.SO_SNDBUF],
    ]),
  ];
}

function memory(): Rule[] {
  const { MAP_ANONYMOUS, MAP_TYPE_MASK, EPERM } = filter;
  const mask = MAP_ANONYMOUS | MAP_TYPE_MASK;
  return [
    ...MAP_SHARED.map((type) =>
      rule(["mmap"], EPERM, [[3, "MASKED_EQ", mask, MAP_ANONYMOUS | type]]),
    ),
    rule(["prlimit64"], EPERM, [[0, "NE", 0]]),
  ];
}
