import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { POLICIES } from "./policy.ts";
import { processLimits, tooFewFiles } from "./process-limits.ts";

const UNLIMITED = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max file size             unlimited            unlimited            bytes
Max data size             unlimited            unlimited            bytes
Max processes             96343                96343                processes
Max open files            1024                 20000                files
`;

test("a program has the limits of its policy where this process has more", () => {
  const policy = POLICIES.sh;
  expect(processLimits(policy, UNLIMITED)).toEqual({
    cpuSeconds: policy.cpuMs / 1000 + 1,
    hardCpuSeconds: policy.cpuMs / 1000 + 2,
    fileBytes: policy.scratchBytes,
    dataBytes: 4 * 1024 ** 3,
    processes: policy.processes,
    openFiles: policy.openFiles,
  });
});

test.each([
  ["Max cpu time", "seconds", "cpuSeconds"],
  ["Max cpu time", "seconds", "hardCpuSeconds"],
  ["Max file size", "bytes", "fileBytes"],
  ["Max data size", "bytes", "dataBytes"],
  ["Max processes", "processes", "processes"],
  ["Max open files", "files", "openFiles"],
] as const)("a program has no more than this process of: %s", (name, unit, key) => {
  const line = `${name.padEnd(26)}${"32".padEnd(21)}${"33".padEnd(21)}${unit}`;
  const own = UNLIMITED.replace(new RegExp(`^${name}.*$`, "m"), line);
  expect(processLimits(POLICIES.sh, own)[key]).toBe(33);
});

test("no program is started where it could open too few files", () => {
  const own = UNLIMITED.replace("20000", "31");
  expect(() => processLimits(POLICIES.sh, own)).toThrow(
    expect.objectContaining({
      code: "SANDBOX_UNAVAILABLE",
      why: "its limit is 31, and a program needs 32",
      unchanged: "Nothing was run.",
    }),
  );
  expect(tooFewFiles(new Error("EMFILE: too many open files"))).toMatchObject({
    why: "EMFILE: too many open files",
  });
});

/** `org sandbox run` under limits of the shell that starts it. */
async function underLimits(limits: string, command: readonly string[]) {
  const main = join(import.meta.dir, "../../main.ts");
  const home = await mkdtemp(join(tmpdir(), "org-limits-"));
  try {
    const shell = ["sh", "-c", `${limits}; exec "$@"`, "sh", process.execPath, main, ...command];
    const child = Bun.spawn(shell, {
      env: { PATH: Bun.env["PATH"] ?? "", HOME: home, ORG_HOME: home },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { stdout, stderr, exit: await child.exited };
  } finally {
    await rm(home, { recursive: true });
  }
}

test("a program runs where this process has less than its policy allows", async () => {
  const limits = "ulimit -n 64; ulimit -f 20000; ulimit -t 30";
  const command = ["sandbox", "run", "--", "sh", "-c", "ulimit -n; ulimit -t"];
  expect(await underLimits(limits, command)).toEqual({ stdout: "64\n30\n", stderr: "", exit: 0 });
});

test.each([24, 20, 16])(
  "a limit of %i open files is said, with what to do about it",
  async (limit) => {
    const ran = await underLimits(`ulimit -n ${limit}`, ["sandbox", "run", "--", "true"]);
    expect(ran.stdout).toBe("");
    expect([74, 77]).toContain(ran.exit);
    expect(ran.stderr).toMatch(/this process may open too few files \[/i);
    expect(ran.stderr).toContain("→ ulimit -n 1024 ");
    expect(ran.stderr).not.toContain("bug");
  },
);
