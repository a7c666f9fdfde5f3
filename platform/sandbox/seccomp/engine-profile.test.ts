import { expect, test } from "bun:test";
import { engineProfile } from "./engine-profile.ts";
import { DENIED } from "./filter.ts";

const { defaultAction, architectures, syscalls } = engineProfile("x64");

/** Whether the profile refuses a call with these arguments. */
function isRefused(name: string, ...args: readonly number[]): boolean {
  const compare = (op: unknown, [given, value, masked]: readonly [bigint, bigint, bigint]) => {
    if (op === "SCMP_CMP_EQ") return given === value;
    if (op === "SCMP_CMP_NE") return given !== value;
    if (op === "SCMP_CMP_LT") return given < value;
    if (op === "SCMP_CMP_GT") return given > value;
    return (given & value) === masked;
  };
  return syscalls
    .filter(({ names }) => names.includes(name))
    .some(({ args: conditions = [] }) =>
      conditions.every(({ index, value, valueTwo = 0, op }) =>
        compare(op, [BigInt(args[Number(index)] ?? 0), BigInt(value ?? 0), BigInt(valueTwo)]),
      ),
    );
}

test("what the filter refuses whatever its arguments, the profile refuses with the same error", () => {
  expect(defaultAction).toBe("SCMP_ACT_ALLOW");
  expect(architectures).toEqual(["SCMP_ARCH_X86_64"]);
  expect(engineProfile("arm64").architectures).toEqual(["SCMP_ARCH_AARCH64"]);
  for (const [errno, calls] of DENIED) {
    for (const { name } of calls) {
      const rule = syscalls.find(({ names }) => names.includes(name));
      expect(rule).toMatchObject({ action: "SCMP_ACT_ERRNO", errnoRet: errno });
    }
  }
});

test.each<[string, boolean, readonly number[]]>([
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
  ["setsockopt", false, [3, 6, 7]],
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
  expect(isRefused(name, ...args)).toBe(refused);
});
