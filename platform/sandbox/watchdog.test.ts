/** What holds while the event loop of org stands still, as it may for a moment under a long output. */
import { expect, test } from "bun:test";
import { DEFAULT_POLICY, type SandboxPolicy } from "./policy.ts";
import type { SandboxResult } from "./result.ts";
import { runSandboxed } from "./run.ts";

const MIB = 1024 ** 2;
const BLOCKED_MS = 2000;
/** So much longer than a limit of one second that a thread which a busy machine lets wait still is first. */
const LONG_BLOCKED_MS = 5000;

/** Runs a Python program that prints "up" once it is watched, and lets the event loop stand still from then on. */
async function runBlocked(
  source: string,
  limits: Partial<SandboxPolicy>,
  blockedMs: number = BLOCKED_MS,
): Promise<SandboxResult> {
  const policy = { ...DEFAULT_POLICY, ...limits };
  return await runSandboxed(
    ["python3", "-u", "-c", `import time\ntime.sleep(0.4)\n${source}`],
    policy,
    {
      signal: new AbortController().signal,
      onOutput: once(() => Bun.sleepSync(blockedMs)),
    },
  );
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    work();
  };
}

/** The last number that a program printed. */
const lastOf = ({ stdout }: SandboxResult): number => Number(stdout.trim().split("\n").at(-1));

test("a program that takes more memory than it may is stopped while the event loop stands still", async () => {
  const source = `
import time
print("up")
time.sleep(0.1)
kept = []
for count in range(80):
    kept.append(bytearray(b"x" * (10 << 20)))
    print((count + 1) * 10)
    time.sleep(0.01)
time.sleep(60)`;
  const result = await runBlocked(source, { memoryBytes: 256 * MIB });
  expect(result.killed).toBe("memory");
  expect(result.peakBytes).toBeGreaterThan(256 * MIB);
  // It was to be stopped at 256 MiB; 800 would have come within those two seconds.
  expect(lastOf(result)).toBeLessThan(600);
});

test("the clock runs on while the event loop stands still", async () => {
  const source = `
import time
start = time.monotonic()
print("up")
while True:
    time.sleep(0.05)
    print(time.monotonic() - start)`;
  const result = await runBlocked(source, { wallMs: 1100 }, LONG_BLOCKED_MS);
  expect(result.killed).toBe("wall");
  expect(lastOf(result)).toBeLessThan(LONG_BLOCKED_MS / 1000 - 1);
});

test("a program within its limits is left alone while the event loop stands still", async () => {
  const source = `
import time
print("up")
time.sleep(1)
print(1)`;
  const result = await runBlocked(source, {});
  expect(result).toMatchObject({ killed: null, exit: 0, stdout: "up\n1\n" });
});
