import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { geteuid } from "node:process";
import { checkSandbox } from "../check.ts";
import { chooseHost, findHost } from "../host.ts";
import { DEFAULT_POLICY } from "../policy.ts";
import { runSandboxed } from "../run.ts";
import { userOfRun } from "./entry-spec.ts";
import { landlockGaps, landlockHost } from "./host.ts";
import { Kernel } from "./kernel.ts";
import { LEAST_VERSION, pathRules, rulesetOf } from "./rules.ts";
import { folderBytes, Scratch } from "./scratch.ts";
import { descendantsOf, endDescendants, usageBelow } from "./tree.ts";

const SIX = 6;

describe("where it is refused", () => {
  test.each([0, 1, 2])("version %d is none, or lets programs empty files", (version) => {
    expect(() => landlockHost(version)).toThrow(
      expect.objectContaining({ code: "SANDBOX_UNAVAILABLE", unchanged: "Nothing was run." }),
    );
  });

  test("it is no way to a network", async () => {
    const policy = { ...DEFAULT_POLICY, network: { hosts: ["page.example"] } };
    const run = runSandboxed(["true"], policy, {
      signal: new AbortController().signal,
      host: landlockHost(SIX),
    });
    await expect(run).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
  });
});

test("nothing chooses it but a person, and then it holds for every tool", () => {
  expect(findHost().landlockVersion).toBeUndefined();
  chooseHost(landlockHost(SIX));
  try {
    expect(findHost().landlockVersion).toBe(SIX);
  } finally {
    chooseHost(undefined);
  }
});

test("a kernel is asked to forbid what it knows, and no more", () => {
  expect(rulesetOf(3)).toEqual({ files: 0x7fffn, network: 0n, scopes: 0n });
  expect(rulesetOf(4)).toEqual({ files: 0x7fffn, network: 3n, scopes: 0n });
  expect(rulesetOf(5)).toEqual({ files: 0xffffn, network: 3n, scopes: 0n });
  expect(rulesetOf(7)).toEqual({ files: 0xffffn, network: 3n, scopes: 3n });
});

test("says that signals reach further before Linux 6.12", () => {
  expect(landlockGaps(5).join()).toContain("signals");
  expect(landlockGaps(6).join()).not.toContain("signals");
});

test("a hidden name is in no rule, and its neighbours are", () => {
  const folder = mkdtempSync(join(tmpdir(), "org-landlock-"));
  try {
    for (const name of [".env", "a.txt"]) writeFileSync(join(folder, name), "");
    const readOnly = [{ from: folder, to: "/shown", hide: [".env"] }];
    const rules = pathRules({ ...DEFAULT_POLICY, readOnly }, folder, process.execPath);
    const paths = rules.map(({ path }) => path);
    expect(paths).toContain(join(folder, "a.txt"));
    expect(paths).not.toContain(join(folder, ".env"));
    // Of the folder itself only its list of names.
    expect(rules.findLast(({ path }) => path === folder)?.rights).toBe("8");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a scratch folder takes files under their names, counts them, and goes whatever is in it", async () => {
  let path = "";
  {
    await using scratch = await Scratch.open(undefined);
    path = scratch.path;
    expect(scratch.locate("/work/a/b")).toBe(join(path, "a/b"));
    expect(scratch.locate("/run/cmd")).toBe(join(path, "run/cmd"));
    scratch.fill(
      [{ path: "/run/cmd", content: "x".repeat(9000) }],
      [{ from: "/usr", to: "/work/usr" }],
    );
    expect(existsSync(join(path, "usr/bin"))).toBe(true);
    expect(folderBytes(scratch.path, 1e9)).toBeGreaterThanOrEqual(9000);
    mkdirSync(join(path, "shut/inner"), { recursive: true });
    chmodSync(join(path, "shut"), 0);
  }
  expect(existsSync(dirname(path))).toBe(false);
  expect(existsSync("/usr/bin")).toBe(true);
});

test("a scratch folder of a process that was killed goes with the next run, whatever is in it", async () => {
  await using scratch = await Scratch.open(undefined);
  // Process 1 began at another time: as if a killed process had had its number.
  const left = scratch.root.replace(/-\d+-\d+-[^-]*$/, "-1-1-left");
  mkdirSync(join(left, "work/shut/inner"), { recursive: true });
  chmodSync(join(left, "work/shut"), 0);
  await using next = await Scratch.open(undefined);
  expect([existsSync(left), existsSync(scratch.path), existsSync(next.path)]).toEqual([
    false,
    true,
    true,
  ]);
});

test("ends everything below a process, and leaves the process", async () => {
  await using child = Bun.spawn(["sh", "-c", "sleep 99 & sleep 99 & echo up; wait; read end"], {
    ...{ stdin: "pipe", stdout: "pipe" },
  });
  await child.stdout.getReader().read();
  expect(descendantsOf(child.pid).length).toBe(2);
  await endDescendants(child.pid, () => undefined);
  expect([descendantsOf(child.pid), child.exitCode]).toEqual([[], null]);
  void child.stdin.end();
  await child.exited;
});

test("sees a process, and what it started", async () => {
  await using child = Bun.spawn(["sh", "-c", "echo up; read end; :"], {
    ...{ stdin: "pipe", stdout: "pipe" },
  });
  await child.stdout.getReader().read();
  expect(descendantsOf(process.pid)).toContain(child.pid);
  const { tasks, processes } = usageBelow(process.pid);
  expect(tasks).toBeGreaterThanOrEqual(1);
  expect(processes.map(({ pid }) => pid)).toContain(child.pid);
  void child.stdin.end();
  await child.exited;
});

test("the time of a process that has ended is not lost", async () => {
  const before = usageBelow(process.pid).cpuMs;
  await Bun.$`sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'`;
  expect(usageBelow(process.pid).cpuMs).toBeGreaterThan(before);
});

test("programs of root are given no folder that they could not give back", async () => {
  const copy = mkdtempSync(join(tmpdir(), "org-landlock-copy-"));
  try {
    const writable = [{ from: copy, to: "/workspace", maxBytes: 1e9, maxFiles: 1000 }];
    const policy = { ...DEFAULT_POLICY, writable, folder: "/workspace" };
    const run = () =>
      runSandboxed(["sh", "-c", "echo kept > new; mkdir folder; cat /workspace/new new"], policy, {
        ...{ signal: new AbortController().signal, host: landlockHost(SIX) },
      });
    if (geteuid?.() === 0) {
      await expect(run()).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
      expect(readdirSync(copy)).toEqual([]);
    } else if (new Kernel().landlockVersion >= LEAST_VERSION) {
      expect(await run()).toMatchObject({ stdout: "kept\n" });
      expect(readdirSync(copy).sort()).toEqual(["folder", "new"]);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test("each program of root is a user of its own, where there are so many users", () => {
  const [first, second] = [userOfRun("0 0 4294967295\n"), userOfRun("0 0 4294967295\n")];
  expect(second).toBe(first + 1);
  expect(first).toBeGreaterThan(2 ** 30);
  expect(first).toBeLessThan(2 ** 31);
  expect(userOfRun("         0       1000          1\n         1     100000      65536\n")).toBe(
    65_534,
  );
});

describe.skipIf(new Kernel().landlockVersion < LEAST_VERSION)("where the kernel has it", () => {
  test("a program runs, reads its input, and cannot open what is not named", async () => {
    const script = "cat; cat /etc/passwd; exit 5";
    const result = await runSandboxed(["sh", "-c", script], DEFAULT_POLICY, {
      ...{ signal: new AbortController().signal, host: landlockHost(), stdin: "said\n" },
    });
    expect(result).toMatchObject({ exit: 5, killed: null, stdout: "said\n" });
    expect(result.stderr).toContain("Permission denied");
  });

  test("a program is stopped by the clock, with what it started", async () => {
    const policy = { ...DEFAULT_POLICY, wallMs: 200 };
    const result = await runSandboxed(["sh", "-c", "sleep 99 & sleep 99"], policy, {
      ...{ signal: new AbortController().signal, host: landlockHost() },
    });
    expect(result).toMatchObject({ exit: null, killed: "wall" });
  });

  test("a program is stopped by the clock while the event loop stands still", async () => {
    const policy = { ...DEFAULT_POLICY, wallMs: 1000 };
    const ticks = "sleep 0.4; n=0; while :; do echo $n; n=$((n+1)); sleep 0.1; done";
    let isStill = false;
    const result = await runSandboxed(["sh", "-c", ticks], policy, {
      ...{ signal: new AbortController().signal, host: landlockHost() },
      onOutput: () => {
        if (!isStill) Bun.sleepSync(2000);
        isStill = true;
      },
    });
    expect(result.killed).toBe("wall");
    expect(Number(result.stdout.trim().split("\n").at(-1))).toBeLessThan(16);
  });

  // The programs of any other user count as that user's, on the whole machine.
  test.if(geteuid?.() === 0)(
    "a program of root starts whatever number of processes another has just started",
    async () => {
      const other = new AbortController();
      const storm = "while :; do for i in $(seq 50); do sleep 0.05 & done; wait; done";
      const started = runSandboxed(["sh", "-c", storm], DEFAULT_POLICY, {
        ...{ signal: other.signal, host: landlockHost() },
      });
      try {
        const policy = { ...DEFAULT_POLICY, processes: 24 };
        for (let round = 0; round < 5; round++) {
          const ran = await runSandboxed(["sh", "-c", "echo ran | cat"], policy, {
            ...{ signal: new AbortController().signal, host: landlockHost() },
          });
          expect(ran).toMatchObject({ exit: 0, stdout: "ran\n" });
        }
      } finally {
        other.abort();
        await started;
      }
    },
  );

  test("the check of the machine names it, and what it does not promise", async () => {
    const signal = new AbortController().signal;
    expect(await checkSandbox({ signal, host: landlockHost() })).toMatchObject({
      state: "warning",
      detail: expect.stringMatching(/^Landlock \d+, limits by landlock, .*not promised: /),
    });
  });

  test("a program that ends by a signal, or does not exist, says so as usual", async () => {
    const run = async (...command: string[]) => {
      const signal = new AbortController().signal;
      return await runSandboxed(command, DEFAULT_POLICY, { signal, host: landlockHost() });
    };
    expect(await run("sh", "-c", "kill -SEGV $$")).toMatchObject({ exit: 139, signal: "SIGSEGV" });
    expect(await run("no-such-program")).toMatchObject({ exit: 127 });
  });
});
