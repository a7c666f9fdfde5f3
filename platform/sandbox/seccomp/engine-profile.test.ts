import { expect, test } from "bun:test";
import fc from "fast-check";
import { ALLOWED, filterOutcome } from "#test/filter-outcome.ts";
import { engineProfile } from "./engine-profile.ts";
import { DENIED, filterProgram } from "./filter.ts";
import { BY_ARGUMENT } from "./syscalls.ts";

const { defaultAction, defaultErrnoRet, architectures, syscalls } = engineProfile("x64");

/** What the rules that hold for a call do; of none, what the profile does otherwise. */
function outcomes(name: string, args: readonly (number | bigint)[]): readonly string[] {
  const rules = syscalls
    .filter(({ names }) => names.includes(name))
    .filter(({ args: conditions = [] }) =>
      conditions.every(({ index, value, valueTwo = 0, op }) =>
        holds(op, [BigInt(args[Number(index)] ?? 0), BigInt(value ?? 0), BigInt(valueTwo)]),
      ),
    )
    .map(({ action, errnoRet }) => (action === "SCMP_ACT_ALLOW" ? ALLOWED : `errno ${errnoRet}`));
  return rules.length === 0 ? [`errno ${defaultErrnoRet}`] : [...new Set(rules)];
}

function holds(op: unknown, [given, value, masked]: readonly [bigint, bigint, bigint]): boolean {
  if (op !== "SCMP_CMP_MASKED_EQ") throw new Error(`${op} compares what the kernel does not read`);
  return (given & value) === masked;
}

function isRefused(name: string, args: readonly (number | bigint)[]): boolean {
  const all = outcomes(name, args);
  // Their order means nothing to an engine.
  if (all.includes(ALLOWED)) expect({ name, args, all }).toEqual({ name, args, all: [ALLOWED] });
  return !all.includes(ALLOWED);
}

test("what the filter refuses whatever its arguments, the profile refuses with the same error", () => {
  expect(architectures).toEqual(["SCMP_ARCH_X86_64"]);
  expect(engineProfile("arm64").architectures).toEqual(["SCMP_ARCH_AARCH64"]);
  for (const [errno, calls] of DENIED) {
    for (const { name } of calls) expect(outcomes(name, [])).toEqual([`errno ${errno}`]);
  }
});

test("what has no name in it does not exist: a call of tomorrow, whatever an engine calls it", () => {
  expect([defaultAction, defaultErrnoRet]).toEqual(["SCMP_ACT_ERRNO", 38]);
  for (const name of ["mseal", "listmount", "fchmodat2", "futex_wait", "lsm_set_self_attr"]) {
    expect(outcomes(name, [])).toEqual(["errno 38"]);
  }
  for (const name of ["read", "openat", "execve", "fork", "futex", "rseq", "getrandom"]) {
    expect(outcomes(name, [])).toEqual([ALLOWED]);
  }
});

test("what is judged by its arguments is refused where the filter refuses it, whatever their high words", () => {
  const program = filterProgram("x64");
  // Their modes are nothing to a container.
  const judged = BY_ARGUMENT.filter(
    ({ name }) => !/^(?:open|creat|f?chmod|mknod)(?:at)?$/.test(name),
  );
  expect(judged.map(({ name }) => name)).toContain("setsockopt");
  const near = fc.constantFrom(
    0,
    1,
    2,
    3,
    5,
    6,
    7,
    10,
    16,
    17,
    0x21,
    0x22,
    0x5412,
    0x541c,
    0xffffffff,
  );
  const low = fc.oneof(near, fc.nat(64), fc.nat(0xffff), fc.nat(0xffffffff));
  const high = fc.constantFrom(0n, 1n, 0xffffffffn);
  const call = fc.record({
    call: fc.constantFrom(...judged),
    args: fc.array(fc.tuple(low, high), { minLength: 6, maxLength: 6 }),
  });
  fc.assert(
    fc.property(call, ({ call: { name, x64 }, args }) => {
      const lows = args.map(([word]) => word);
      const whole = args.map(([word, above]) => (above << 32n) + BigInt(word));
      const number = x64 ?? 0;
      const byFilter = filterOutcome(program, { architecture: "x64", number, args: lows });
      expect({ name, lows, refused: isRefused(name, whole) }).toEqual({
        ...{ name, lows },
        refused: byFilter !== ALLOWED,
      });
    }),
    { numRuns: 5000 },
  );
});

test.each<[string, boolean, readonly (number | bigint)[]]>([
  ["clone", true, [0x1000_0000]],
  ["clone", true, [0x0002_0000 | 17]],
  ["clone", false, [0x003d_0f00]],
  ["ioctl", true, [0, 0x5412]],
  ["ioctl", false, [0, 0x5413]],
  ["socket", true, [1, 1, 0]],
  ["socket", true, [16, 3, 0]],
  ["socket", true, [40, 1, 0]],
  ["socket", true, [2, 1, 262]],
  ["socket", true, [2, 3, 1]],
  ["socket", false, [2, 1, 6]],
  ["socket", false, [10, 2, 17]],
  ["socket", false, [2, 1, 0]],
  ["socketpair", true, [1, 2]],
  ["socketpair", true, [2, 1]],
  ["socketpair", false, [1, 0x80001]],
  ["setsockopt", true, [3, 1, 7]],
  ["setsockopt", true, [3, (5n << 32n) + 1n, (9n << 32n) + 7n]],
  ["setsockopt", false, [3, 6, 7]],
  ["setsockopt", false, [3, 1, 8]],
  ["mmap", true, [0, 1, 3, 0x21]],
  ["mmap", false, [0, 1, 3, 0x22]],
  ["mmap", false, [0, 1, 3, 0x01]],
  ["prlimit64", true, [7]],
  ["prlimit64", false, [0]],
  ["personality", false, [0]],
  ["personality", false, [0xffff_ffff]],
  ["personality", true, [0x0004_0000]],
  ["personality", true, [0x8004_0000]],
  ["personality", true, [0x8000_0000]],
])("%s is refused: %p, with %p", (name, refused, args) => {
  expect(isRefused(name, args)).toBe(refused);
});
