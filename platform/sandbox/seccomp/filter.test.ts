import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ALLOWED, filterOutcome, judge, NATIVE } from "#test/filter-outcome.ts";
import { type Architecture, filterBytes, filterProgram, isSupported } from "./filter.ts";
import * as calls from "./syscalls.ts";

const ARCHITECTURES: readonly Architecture[] = ["x64", "arm64"];
function outcome(architecture: Architecture, number: number, ...args: number[]): string {
  return filterOutcome(filterProgram(architecture), { architecture, number, args });
}

/** The same of a program that may build sandboxes of its own. */
function nestedOutcome(architecture: Architecture, number: number, ...args: number[]): string {
  return filterOutcome(filterProgram(architecture, "nested"), { architecture, number, args });
}

function numberOf(name: string, architecture: Architecture): number {
  const number = calls.BY_ARGUMENT.find((call) => call.name === name)?.[architecture];
  if (typeof number !== "number") throw new Error(`${name} has no number`);
  return number;
}

test.each(ARCHITECTURES)("%s: every denied call fails, whatever its arguments", (architecture) => {
  const groups: [number, readonly calls.SystemCall[]][] = [
    [1, calls.ADMINISTRATION],
    [1, calls.NAMESPACES],
    [1, calls.OTHER_PROCESSES],
    [1, calls.MEMORY_POLICY],
    [38, calls.UNCOUNTED_MEMORY],
    [38, calls.YOUNG],
    [38, calls.CLONE3],
  ];
  const args = fc.array(fc.nat(0xffffffff), { maxLength: 6 });
  for (const [errno, group] of groups) {
    for (const call of group) {
      const number = call[architecture];
      if (number === null) continue;
      fc.assert(
        fc.property(
          args,
          (values) => outcome(architecture, number, ...values) === `errno ${errno}`,
        ),
        { numRuns: 3 },
      );
    }
  }
});

test("x64: what programs live on is allowed", () => {
  // read, write, open, mprotect, brk, fork, execve, exit, futex, openat, epoll_wait, prlimit64, statx, rseq
  const numbers = [0, 1, 2, 10, 12, 57, 59, 60, 202, 257, 232, 302, 332, 334];
  expect(numbers.map((number) => outcome("x64", number))).toEqual(numbers.map(() => ALLOWED));
});

test.each(ARCHITECTURES)(
  "%s: a call that is newer than the filter does not exist",
  (architecture) => {
    const newer = fc.integer({ min: 451, max: 0x3fffffff });
    fc.assert(fc.property(newer, (number) => outcome(architecture, number) === "errno 38"));
  },
);

test("x64: the x32 ABI ends the program", () => {
  const x32 = fc.integer({ min: 0x40000000, max: 0xffffffff });
  fc.assert(fc.property(x32, (number) => outcome("x64", number) === "killed"));
});

test.each(ARCHITECTURES)("%s: another ABI ends the program", (architecture) => {
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.nat(600), (abi, number) => {
      fc.pre(abi !== NATIVE[architecture]);
      const call = { architecture: abi, number, arguments: [0, 0, 0, 0, 0, 0] };
      return judge(filterProgram(architecture), call) === 0x80000000;
    }),
  );
  const i386 = { architecture: 0x40000003, number: 1, arguments: [0, 0, 0, 0, 0, 0] };
  expect(judge(filterProgram("x64"), i386)).toBe(0x80000000);
});

test.each(ARCHITECTURES)(
  "%s: clone makes processes and threads, never namespaces",
  (architecture) => {
    const clone = numberOf("clone", architecture);
    expect(outcome(architecture, clone, 0x01200011)).toBe(ALLOWED); // fork of glibc
    expect(outcome(architecture, clone, 0x003d0f00)).toBe(ALLOWED); // pthread_create
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) {
      expect(outcome(architecture, clone, (1 << bit) | 17)).toBe("errno 1");
    }
  },
);

test.each(ARCHITECTURES)("%s: no file is made or becomes set-uid or set-gid", (architecture) => {
  // The place of the mode among the arguments, and of the flags that say whether it is one.
  const places: readonly (readonly [name: string, mode: number, flags?: number])[] = [
    ...([
      ["chmod", 1],
      ["fchmod", 1],
      ["creat", 1],
      ["mknod", 1],
    ] as const),
    ...([
      ["fchmodat", 2],
      ["mknodat", 2],
      ["open", 2, 1],
      ["openat", 3, 2],
    ] as const),
  ];
  for (const [name, mode, flags] of places) {
    const number = calls.BY_ARGUMENT.find((call) => call.name === name)?.[architecture];
    if (typeof number !== "number") continue;
    const judged = (bits: number, flag: number) => {
      const args = Array<number>(6).fill(0);
      args[mode] = bits;
      if (flags !== undefined) args[flags] = flag;
      return outcome(architecture, number, ...args);
    };
    for (const flag of [0o100, 0o20200000, 0o1101]) {
      expect([name, judged(0o101777, flag)]).toEqual([name, ALLOWED]);
      for (const bits of [0o4755, 0o2755, 0o6000, 0o104711]) {
        expect([name, judged(bits, flag)]).toEqual([name, "errno 1"]);
      }
    }
    // Nothing is made: what lies where the mode would be says nothing.
    if (flags !== undefined) expect([name, judged(0o7777, 0o2001)]).toEqual([name, ALLOWED]);
  }
});

test.each(ARCHITECTURES)("%s: ioctl cannot type into a terminal", (architecture) => {
  const ioctl = numberOf("ioctl", architecture);
  expect(outcome(architecture, ioctl, 0, 0x5401)).toBe(ALLOWED); // TCGETS
  expect(outcome(architecture, ioctl, 0, 0x5412)).toBe("errno 1"); // TIOCSTI
  expect(outcome(architecture, ioctl, 0, 0x541c)).toBe("errno 1"); // TIOCLINUX
});

test.each(ARCHITECTURES)(
  "%s: only plain Internet sockets and connected pairs exist",
  (architecture) => {
    const socket = numberOf("socket", architecture);
    const pair = numberOf("socketpair", architecture);
    fc.assert(
      fc.property(fc.nat(60), fc.nat(300), (family, protocol) => {
        const isInternet = family === 2 || family === 10;
        const expected = isInternet
          ? [0, 6, 17].includes(protocol)
            ? ALLOWED
            : "errno 1"
          : "errno 97";
        return outcome(architecture, socket, family, 1, protocol) === expected;
      }),
      { numRuns: 300 },
    );
    const CLOEXEC_NONBLOCK = 0o2004000;
    expect(outcome(architecture, pair, 1, 1 | CLOEXEC_NONBLOCK)).toBe(ALLOWED);
    expect(outcome(architecture, pair, 1, 5)).toBe(ALLOWED);
    expect(outcome(architecture, pair, 1, 2 | CLOEXEC_NONBLOCK)).toBe("errno 1"); // SOCK_DGRAM
    expect(outcome(architecture, pair, 40, 1)).toBe("errno 97"); // AF_VSOCK
  },
);

test("personality may be asked, not changed", () => {
  expect(outcome("x64", 135, 0xffffffff)).toBe(ALLOWED);
  expect(outcome("x64", 135, 0)).toBe(ALLOWED);
  expect(outcome("x64", 135, 0x0040000)).toBe("errno 1"); // ADDR_NO_RANDOMIZE
});

test("no number stands in two rules of one processor", () => {
  const tables = Object.values(calls).flat();
  for (const architecture of ARCHITECTURES) {
    const numbers = tables.map((call) => call[architecture]).filter((number) => number !== null);
    expect(new Set(numbers).size).toBe(numbers.length);
  }
});

test("assembles to the kernel's layout of 8 bytes an instruction", () => {
  const bytes = filterBytes("x64");
  expect(bytes.length).toBe(filterProgram("x64").length * 8);
  // ld [4]; jeq #AUDIT_ARCH_X86_64, 1, 0; ret #KILL_PROCESS
  expect(Buffer.from(bytes.subarray(0, 24)).toString("hex")).toBe(
    "2000000004000000150001003e0000c00600000000000080",
  );
});

test("says for which processors there is a filter", () => {
  expect(["x64", "arm64", "riscv64"].map(isSupported)).toEqual([true, true, false]);
});

describe("a program that builds sandboxes of its own", () => {
  const [USER, PID, NET] = [1 << 28, 1 << 29, 1 << 30];

  test.each(ARCHITECTURES)("%s: makes user, process and network namespaces, no others", (arch) => {
    const unshare = calls.NAMESPACES.find(({ name }) => name === "unshare")?.[arch] ?? 0;
    for (const call of [numberOf("clone", arch), unshare]) {
      for (const flag of [USER, PID, NET, USER | PID | NET]) {
        expect(nestedOutcome(arch, call, flag)).toBe(ALLOWED);
      }
      for (const bit of [17, 25, 26, 27]) {
        expect(nestedOutcome(arch, call, (1 << bit) | USER)).toBe("errno 1");
      }
    }
  });

  test.each(ARCHITECTURES)("%s: mounts nothing, enters nothing, looks into nothing", (arch) => {
    const may = new Set(["chroot", "unshare"]);
    const denied = [
      ...calls.NAMESPACES.filter(({ name }) => !may.has(name)),
      ...[...calls.ADMINISTRATION, ...calls.OTHER_PROCESSES, ...calls.UNCOUNTED_MEMORY],
    ];
    expect(denied.some(({ name }) => name === "mount")).toBe(true);
    for (const call of denied) {
      const number = call[arch];
      if (number !== null) expect(nestedOutcome(arch, number, 0)).toStartWith("errno");
    }
  });

  test.each(ARCHITECTURES)("%s: has Unix sockets, and no other kind that others lack", (arch) => {
    const socket = numberOf("socket", arch);
    expect([nestedOutcome(arch, socket, 1, 1), outcome(arch, socket, 1, 1)]).toEqual([
      ALLOWED,
      "errno 97",
    ]);
    for (const family of [2, 10, 16, 17, 40]) {
      for (const protocol of [0, 6, 17, 132]) {
        const args = [family, 1, protocol] as const;
        expect(nestedOutcome(arch, socket, ...args)).toBe(outcome(arch, socket, ...args));
      }
    }
  });
});
