import { expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#test/until.ts";
import { withMoreTime } from "#test/with-more-time.ts";
import { findHost, type SandboxHost } from "./host.ts";
import { INSIDE_BUN } from "./layout.ts";
import { DEFAULT_POLICY } from "./policy.ts";
import { runSandboxed, type SandboxOptions } from "./run.ts";

const signal = new AbortController().signal;

function bash(script: string, options: Partial<SandboxOptions> = {}) {
  return runSandboxed(["bash", "-c", script], DEFAULT_POLICY, { signal, ...options });
}

test("returns what a program printed and how it ended", async () => {
  expect(await bash("echo out; echo err >&2; exit 3")).toMatchObject({
    exit: 3,
    signal: null,
    killed: null,
    stdout: "out\n",
    stderr: "err\n",
    truncated: { stdout: false, stderr: false },
  });
});

test("names the signal that ended a program", async () => {
  expect(await bash("kill -ABRT $$")).toMatchObject({ exit: 134, signal: "SIGABRT", killed: null });
});

test("says that it was processor time where the kernel ended a program and nothing had seen it", async () => {
  // Its own limit is below that of the policy: the watchdog has nothing to say.
  const result = await bash("ulimit -S -t 1; while :; do :; done");
  expect(result).toMatchObject({ exit: null, signal: "SIGXCPU", killed: "cpu" });
  expect(result.cpuMs).toBeLessThan(DEFAULT_POLICY.cpuMs);
});

test("a program that does not exist is the program's failure, not the sandbox's", async () => {
  const { exit, stderr } = await runSandboxed(["no-such-program"], DEFAULT_POLICY, { signal });
  expect(exit).toBe(127);
  expect(stderr).toContain("no-such-program");
});

test("starts in an empty folder that can be written, with nothing on stdin", async () => {
  expect((await bash("pwd; ls -A; touch here && ls; cat")).stdout).toBe("/work\nhere\n");
});

test("hands over stdin and files", async () => {
  const { stdout } = await bash("cat; cat /run/a; echo more >> /work/b; cat /work/b", {
    stdin: "from stdin\n",
    files: [
      { path: "/run/a", content: new TextEncoder().encode("a file\n") },
      { path: "/work/c", content: "" },
    ],
  });
  expect(stdout).toBe("from stdin\na file\nmore\n");
});

test("hands over a stream while it comes in, and its end", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const line = (text: string) => writer.write(new TextEncoder().encode(text));
  const seen: string[] = [];
  const running = bash("cat", {
    stdin: readable,
    onOutput: (_, text) => {
      seen.push(text);
      // Only once the first line has made its way through the program does the stream go on.
      void (seen.length === 1 ? line("two\n") : writer.close());
    },
  });
  void line("one\n");
  expect((await running).stdout).toBe("one\ntwo\n");
  expect(seen).toEqual(["one\n", "two\n"]);
});

test("lets go of a stream that the program does not read to its end", async () => {
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    cancel: () => {
      cancelled = true;
    },
  });
  const before = new Set(openPipes());
  const { stdout } = await bash("head -c 100000 | wc -c", { stdin: endless });
  expect(stdout).toBe("100000\n");
  expect(cancelled).toBe(true);
  // By their names: what earlier tests of this process left open may be closed meanwhile.
  await until("the pipe to be closed", async () => openPipes().every((pipe) => before.has(pipe)));
});

test("a program can write to /dev/stdout and /dev/stderr by name", async () => {
  expect(await bash("echo a > /dev/stdout; echo b > /dev/stderr")).toMatchObject({
    stdout: "a\n",
    stderr: "b\n",
  });
});

test("tells output as it arrives", async () => {
  const seen: string[] = [];
  const stop = new AbortController();
  // The program never ends by itself: what is seen was seen while it ran.
  const running = bash("echo one; echo two >&2; sleep 60", {
    signal: stop.signal,
    onOutput: (stream, text) => {
      seen.push(`${stream} ${text}`);
      if (seen.length === 2) stop.abort();
    },
  });
  expect(await running).toMatchObject({ killed: "aborted", stdout: "one\n", stderr: "two\n" });
  expect(seen.sort()).toEqual(["stderr two\n", "stdout one\n"]);
});

test("does not start what was aborted before", async () => {
  const result = await bash("echo no", { signal: AbortSignal.abort() });
  expect(result).toMatchObject({ killed: "aborted", stdout: "", wallMs: 0 });
});

test("stops at the wall clock what ignores every polite signal", async () => {
  const script = "trap '' TERM INT HUP; echo up; while :; do sleep 60; done";
  const run = (wallMs: number) =>
    runSandboxed(["bash", "-c", script], { ...DEFAULT_POLICY, wallMs }, { signal });
  const result = await withMoreTime(run, ({ stdout }) => stdout !== "");
  expect(result).toMatchObject({ killed: "wall", exit: null, stdout: "up\n" });
});

test("runs the Bun that runs org, and Python", async () => {
  const { stdout } = await bash(
    `bun --version; ${INSIDE_BUN} -e 'console.log(6 * 7)'; python3 -c 'print(1)'`,
  );
  expect(stdout).toBe(`${Bun.version}\n42\n1\n`);
});

test("a program sees three descriptors and no other", async () => {
  // The fourth is the folder that `ls` reads.
  expect((await bash("ls /proc/self/fd")).stdout).toBe("0\n1\n2\n3\n");
});

test("shows folders read-only, even those that only their owner may read, but for what is hidden", async () => {
  // mkdtemp makes it with mode 0700.
  const folder = mkdtempSync(join(tmpdir(), "org-shown-"));
  try {
    writeFileSync(join(folder, "a"), "content\n", { mode: 0o600 });
    writeFileSync(join(folder, "hidden file"), "private\n");
    mkdirSync(join(folder, "hidden folder"));
    writeFileSync(join(folder, "hidden folder", "b"), "private\n");
    expect(Bun.spawnSync(["mkfifo", join(folder, "hidden pipe")]).exitCode).toBe(0);
    const hide = ["hidden file", "hidden folder", "hidden pipe", "absent"];
    const policy = { ...DEFAULT_POLICY, readOnly: [{ from: folder, to: "/data", hide }] };
    const script =
      "cd /data; cat a; echo x > a; echo x > new; cat 'hidden file' 'hidden folder/b' 'hidden pipe'; echo x > 'hidden pipe'; ls -A";
    const { stdout, stderr } = await runSandboxed(["bash", "-c", script], policy, { signal });
    expect(stdout).toBe("content\na\nhidden file\nhidden folder\nhidden pipe\n");
    expect(stderr.match(/Read-only file system/g)?.length).toBe(2);
    expect(stderr.match(/denied/g)?.length).toBe(4);
    expect(readdirSync(folder).length).toBe(4);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("thirty runs leave no descriptor and no process behind", async () => {
  // The event loop of a thread that begins meanwhile has some of its own, and no run of ours has.
  const descriptors = () =>
    readdirSync("/proc/self/fd").filter((fd) => !/\[event(?:fd|poll)\]/.test(targetOf(fd))).length;
  const children = () =>
    readdirSync("/proc/self/task")
      .map((task) => childrenOf(task))
      .join("");
  // Long enough for the second watch, whose thread has descriptors of its own and stays.
  await bash("sleep 1");
  const before = descriptors();
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      Array.from({ length: 10 }, () => runSandboxed(["true"], DEFAULT_POLICY, { signal })),
    );
  }
  // Fewer is possible: what earlier tests left to the garbage collector may go meanwhile. More is for a moment: a thread
  // that begins reads its program.
  await until("no more descriptors than before", async () => descriptors() <= before);
  expect(children()).toBe("");
});

/** The pipes that this process has open, by name. */
function openPipes(): readonly string[] {
  return readdirSync("/proc/self/fd")
    .map(targetOf)
    .filter((target) => /^(?:pipe|socket):/.test(target));
}

function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    // It was closed meanwhile, as the one is that lists them.
    return "";
  }
}

function childrenOf(task: string): string {
  const path = `/proc/self/task/${task}/children`;
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

/** A bubblewrap that fails as the real one does on machines that we do not have. */
async function hostThatSays(message: string): Promise<{ host: SandboxHost; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "org-bwrap-"));
  const bwrap = join(folder, "bwrap");
  writeFileSync(bwrap, `#!/bin/sh\necho '${message}' >&2\nexit 1\n`, { mode: 0o755 });
  return {
    host: { ...findHost(), bwrap, demotion: [] },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

test("does not run a program where the sandbox cannot be set up", async () => {
  const { host, remove } = await hostThatSays("bwrap: setting up uid map: Permission denied");
  try {
    await expect(bash("echo ran", { host })).rejects.toMatchObject({
      code: "SANDBOX_UNAVAILABLE",
      message: "The sandbox could not be set up: bwrap: setting up uid map: Permission denied",
      unchanged: "Nothing was run.",
    });
  } finally {
    remove();
  }
});

test("a bubblewrap that is not there is a set-up that failed", async () => {
  const host = { ...findHost(), bwrap: "/nonexistent/bwrap", demotion: [] };
  await expect(bash("true", { host })).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
});

test("a folder that does not exist is named", async () => {
  const policy = { ...DEFAULT_POLICY, readOnly: [{ from: "/nonexistent/folder", to: "/data" }] };
  await expect(runSandboxed(["true"], policy, { signal })).rejects.toThrow(/\/nonexistent\/folder/);
});

test("a folder behind a link is not shown", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "org-link-")));
  try {
    symlinkSync("/etc", join(folder, "link"));
    const policy = { ...DEFAULT_POLICY, readOnly: [{ from: join(folder, "link"), to: "/data" }] };
    await expect(runSandboxed(["true"], policy, { signal })).rejects.toMatchObject({
      code: "PATH_REFUSED",
      why: 'It leads to "/etc".',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
