/** Programs that make the count of what they add hard: the watch neither fails, nor hangs, nor leaves the folder. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../temporary-folder.ts";
import { DEFAULT_POLICY, type WritableBind } from "./policy.ts";
import { runSandboxed } from "./run.ts";

const MIB = 1024 ** 2;
const root = realpathSync(mkdtempSync(join(tmpdir(), "org-attacks-")));
const copy = join(root, "copy");

beforeEach(async () => {
  await removeFolder(copy);
  mkdirSync(copy, { mode: 0o700 });
});

afterAll(() => removeFolder(root));

/** Processor time of the event loop's thread: what else the machine does makes no difference. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Runs a Python program in the folder, and watches how long the event loop works on one thing meanwhile. */
async function python(source: string, more: Partial<WritableBind> = {}) {
  const bind = { from: copy, to: "/workspace", maxBytes: 16 * MIB, maxFiles: 100_000, ...more };
  // A busy disk makes files slowly; what ends a program here is not the clock.
  const limits = { ...DEFAULT_POLICY, wallMs: 110_000, cpuMs: 110_000 };
  const policy = { ...limits, writable: [bind], folder: "/workspace" };
  let longestStopMs = 0;
  let lastMs = threadMs();
  const clock = setInterval(() => {
    const nowMs = threadMs();
    [longestStopMs, lastMs] = [Math.max(longestStopMs, nowMs - lastMs), nowMs];
  }, 1);
  try {
    const signal = new AbortController().signal;
    const command = ["python3", "-c", `import os, time\n${source}`];
    const result = await runSandboxed(command, policy, { signal });
    return { ...result, longestStopMs };
  } finally {
    clearInterval(clock);
  }
}

const WAIT = "time.sleep(100)";

describe("a program is stopped although it", () => {
  test("gives its files names that are not text", async () => {
    const source = `
for each in range(16):
  with open(b"\\xff%d" % each, "wb") as file: file.write(bytes(4 << 20))
${WAIT}`;
    expect(await python(source)).toMatchObject({ killed: "disk" });
  });

  test("puts its bytes below a folder whose name is not text", async () => {
    const source = `
os.mkdir(b"\\xfe"); os.chdir(b"\\xfe")
for each in range(16):
  with open(b"n" * 255 if each == 0 else str(each), "wb") as file: file.write(bytes(4 << 20))
${WAIT}`;
    expect(await python(source)).toMatchObject({ killed: "disk" });
  });

  test("gives few files very many names", async () => {
    const source = `
for each in range(50):
  with open("f%d" % each, "wb") as file: file.write(bytes(1 << 19))
for each in range(40000): os.link("f%d" % (each % 50), "l%d" % each)
${WAIT}`;
    expect(await python(source, { maxBytes: 20 * MIB, maxFiles: 20_000 })).toMatchObject({
      killed: "disk",
    });
  });

  test("takes its own rights away, and those of its folders", async () => {
    const source = `
for level in range(8):
  os.mkdir("d%d" % level)
  for each in range(2):
    with open("d%d/f%d" % (level, each), "wb") as file: file.write(bytes(2 << 20))
  os.chmod("d%d" % level, 0)
os.chmod(".", 0)
${WAIT}`;
    expect(await python(source)).toMatchObject({ killed: "disk" });
  });

  test("moves folders about and puts links in their places while they are counted", async () => {
    const source = `
os.mkdir("a"); os.mkdir("a/inner")
for each in range(12):
  with open("a/inner/f%d" % each, "wb") as file: file.write(bytes(2 << 20))
end = time.time() + 20
while time.time() < end:
  os.rename("a", "b"); os.symlink("/", "a"); os.unlink("a")
  os.rename("b", "a"); os.rename("a/inner", "inner"); os.symlink("/usr", "a/inner")
  os.unlink("a/inner"); os.rename("inner", "a/inner")`;
    expect(await python(source)).toMatchObject({ killed: "disk" });
  });
});

describe("a folder tree that is too deep", () => {
  const deep = (levels: number) => `
for level in range(${levels}):
  os.mkdir("d"); os.chdir("d")`;

  test("counts as too much, and org can remove it", async () => {
    expect(await python(deep(20_000))).toMatchObject({ killed: "disk", exit: null });
    await removeFolder(copy);
    expect(lstatSync(copy, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("is no matter where it is as deep as those that people make", async () => {
    expect(await python(deep(120))).toMatchObject({ killed: null, exit: 0 });
  });

  test("of names as long as can be is counted to the end", async () => {
    const source = `
for level in range(150):
  os.mkdir("x" * 255); os.chdir("x" * 255)
with open("f", "wb") as file: file.write(bytes(30 << 20))
${WAIT}`;
    expect(await python(source)).toMatchObject({ killed: "disk" });
  });
});

test("while 60,000 files are counted, the event loop goes on", async () => {
  const source = `
for each in range(60000): os.close(os.open("f%d" % each, os.O_CREAT | os.O_WRONLY))
# More than other programs give back to the disk meanwhile.
for each in range(4): os.posix_fallocate(os.open("big%d" % each, os.O_CREAT | os.O_WRONLY), 0, 60 << 20)
${WAIT}`;
  const { killed, longestStopMs } = await python(source);
  expect(killed).toBe("disk");
  expect(longestStopMs).toBeLessThan(200);
});

test("a program is stopped while the event loop of org stands still", async () => {
  const bind = { from: copy, to: "/workspace", maxBytes: 16 * MIB, maxFiles: 100_000 };
  const policy = { ...DEFAULT_POLICY, writable: [bind], folder: "/workspace", wallMs: 110_000 };
  // Once it is watched it writes until it is stopped, or for ever.
  const source = `
import os, time
time.sleep(0.4)
print("up", flush=True)
each = 0
while True:
  each += 1
  with open(f"f{each % 200}", "wb") as file: file.write(bytes(1 << 20))
  # In one step: a program that is stopped between two leaves the last number, not an empty file.
  with open("next", "w") as file: file.write(str(each))
  os.replace("next", "beat")
  time.sleep(0.02)`;
  const path = join(copy, "beat");
  const beat = () => (existsSync(path) ? readFileSync(path, "utf8") : "");
  let isStopped = false;
  const result = await runSandboxed(["python3", "-c", source], policy, {
    signal: new AbortController().signal,
    onOutput: () => {
      // The loop stands still until the program writes no more: however slow the machine is, only the thread can end it.
      for (let looks = 0, last = ""; looks < 30; looks += 1) {
        Bun.sleepSync(3000);
        const now = beat();
        isStopped = now === last && now !== "";
        if (isStopped) break;
        last = now;
      }
    },
  });
  expect(isStopped).toBe(true);
  expect(result.killed).toBe("disk");
});
