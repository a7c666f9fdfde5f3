import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findHost } from "./host.ts";
import { layersFor, startFolder } from "./layer.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { NO_STAGE } from "./stage/stage.ts";
import { workingCopy } from "./working-copy.ts";

const signal = new AbortController().signal;
const MIB = 1024 ** 2;
const HIDE = [".env", ".org"];
let folder = "";

beforeAll(() => {
  // Names that would end an option of a mount, and mode 0700.
  folder = realpathSync(mkdtempSync(join(tmpdir(), "org,layer:a\\b ")));
  writeFileSync(join(folder, "data.csv"), "a,b\n", { mode: 0o600 });
  writeFileSync(join(folder, ".env"), "KEY=private\n");
  mkdirSync(join(folder, ".org"));
  writeFileSync(join(folder, ".org", "journal"), "private\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

function policyOf(more: Partial<SandboxPolicy> = {}): SandboxPolicy {
  const bind = { from: folder, to: "/workspace", hide: HIDE, layered: true };
  return { ...DEFAULT_POLICY, readOnly: [bind], folder: "/workspace", ...more };
}

function bash(script: string, more: Partial<SandboxPolicy> = {}, stop: AbortSignal = signal) {
  return runSandboxed(["bash", "-c", script], policyOf(more), { signal: stop });
}

describe("a folder with a layer", () => {
  test("is where the program starts, and can be written by both of its names", async () => {
    const script =
      "pwd; cat data.csv; echo c >> data.csv; cat /workspace/data.csv; mkdir -p d; echo x > /workspace/d/x; cat d/x; rm data.csv; ls";
    expect((await bash(script)).stdout).toBe("/workspace\na,b\na,b\nc\nx\nd\n");
  });

  test("is on the host as it was, and new for the next run", async () => {
    await bash(
      "echo changed > data.csv; chmod 777 data.csv; touch -d @0 data.csv; echo x > new; mv data.csv e",
    );
    expect(readdirSync(folder).sort()).toEqual([".env", ".org", "data.csv"]);
    expect(readFileSync(join(folder, "data.csv"), "utf8")).toBe("a,b\n");
    expect((await bash("ls; cat data.csv")).stdout).toBe("data.csv\na,b\n");
  });

  test("shows nothing of what is hidden, however it is moved, removed or written over", async () => {
    const tricks = [
      "cat .env .org/journal",
      "mv .env seen && cat seen",
      "mv .org shown && cat shown/journal",
      "rm -rf .env .org; cat .env .org/journal",
      "ln .env linked && cat linked",
      "cp -a /workspace /tmp/copy; cat /tmp/copy/.env /tmp/copy/.org/journal",
      "chmod 777 .org && cat .org/journal",
      "echo x > .env; cat .env",
    ];
    const { stdout } = await bash(`${tricks.join("\n")}\necho done`);
    expect(stdout).toEndWith("done\n");
    expect(stdout).not.toContain("private");
  });

  test("does not tell the program where it lies on the host", async () => {
    const { stdout } = await bash("grep overlay /proc/self/mountinfo");
    expect(stdout).toContain(" /workspace ");
    expect(stdout).not.toContain("layer:a");
  });

  test("takes no more than the scratch of the policy", async () => {
    const more = { scratchBytes: 2 * MIB };
    const { stdout, stderr } = await bash(
      "head -c 9M /dev/zero > a; head -c 9M /dev/zero > b; du -sk",
      more,
    );
    expect(stderr).toMatch(/No space left|File too large/);
    expect(Number.parseInt(stdout, 10)).toBeLessThanOrEqual(2 * 1024 + 8);
  });

  test("counts as memory of the program", async () => {
    const filling = "for i in 1 2 3 4 5 6; do head -c 10M /dev/zero > $i; done; sleep 60";
    expect(await bash(filling, { memoryBytes: 50 * MIB })).toMatchObject({ killed: "memory" });
  });

  test("counts as memory of the program where it holds nothing but names", async () => {
    const names = "i=0; while :; do : > $((i++)); done";
    expect(await bash(names, { memoryBytes: 16 * MIB })).toMatchObject({ killed: "memory" });
  });

  test("cannot be mounted over, and gives no rights", async () => {
    const script =
      "grep Cap /proc/self/status | sort -u -k2; mount -t tmpfs x /workspace; umount /workspace; unshare -Urm true; mknod n c 0 0";
    const { stdout, stderr } = await bash(script);
    expect(stdout.split("\n").filter((line) => /[1-9a-f]$/.test(line))).toEqual([]);
    expect(stderr.split("\n").filter(Boolean).length).toBeGreaterThanOrEqual(4);
    expect((await bash("unshare -Urm true")).exit).not.toBe(0);
  });

  test("leaves nothing behind when the run is ended", async () => {
    const stop = new AbortController();
    const running = runSandboxed(["bash", "-c", "echo x > x; echo up; sleep 60"], policyOf(), {
      signal: stop.signal,
      onOutput: () => stop.abort(),
    });
    expect(await running).toMatchObject({ killed: "aborted", stdout: "up\n" });
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain("upperdir=");
    expect(readdirSync(folder).sort()).toEqual([".env", ".org", "data.csv"]);
  });
});

describe("several folders with layers, in a copy that is written for good", () => {
  let top = "";
  beforeAll(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), "org-deps:a,b ")));
    for (const name of ["copy", "node_modules/left-pad", ".venv/lib", "packages/a/node_modules"])
      mkdirSync(join(top, name), { recursive: true });
    mkdirSync(join(top, "copy/packages/a"), { recursive: true });
    writeFileSync(join(top, "node_modules/left-pad/index.js"), "pad\n");
    writeFileSync(join(top, ".venv/lib/site.py"), "site\n");
    writeFileSync(join(top, "packages/a/node_modules/a.js"), "a\n");
  });
  afterAll(() => rmSync(top, { recursive: true }));

  const NAMES = ["node_modules", ".venv", "packages/a/node_modules"];
  const inCopy = (script: string, more: Partial<SandboxPolicy> = {}) =>
    runSandboxed(
      ["bash", "-c", script],
      {
        ...DEFAULT_POLICY,
        ...workingCopy(
          join(top, "copy"),
          NAMES.map((name) => ({ from: join(top, name), name })),
        ),
        ...more,
      },
      { signal },
    );
  const onHost = (...names: string[]) => readdirSync(join(top, ...names)).sort();

  test("take what a check writes into its dependencies, which is gone with the run; the copy keeps its own", async () => {
    const script = `mkdir -p node_modules/.cache/x && echo hit > node_modules/.cache/x/y
      echo changed > node_modules/left-pad/index.js; rm .venv/lib/site.py; touch .venv/lib/new.pyc
      echo b >> packages/a/node_modules/a.js; echo kept > kept.txt
      cat node_modules/.cache/x/y node_modules/left-pad/index.js packages/a/node_modules/a.js; ls .venv/lib`;
    expect((await inCopy(script)).stdout).toBe("hit\nchanged\na\nb\nnew.pyc\n");
    expect(onHost("node_modules")).toEqual(["left-pad"]);
    expect(readFileSync(join(top, "node_modules/left-pad/index.js"), "utf8")).toBe("pad\n");
    expect(readFileSync(join(top, "packages/a/node_modules/a.js"), "utf8")).toBe("a\n");
    expect(onHost(".venv/lib")).toEqual(["site.py"]);
    expect(readFileSync(join(top, "copy/kept.txt"), "utf8")).toBe("kept\n");
    expect(readdirSync(join(top, "copy/node_modules"))).toEqual([]);
    const again = await inCopy(
      "ls node_modules .venv/lib; cat kept.txt node_modules/left-pad/index.js",
    );
    expect(again.stdout).toBe(".venv/lib:\nsite.py\n\nnode_modules:\nleft-pad\nkept\npad\n");
  });

  test("share one memory, and count as memory once", async () => {
    const fill =
      "head -c 3M /dev/zero > node_modules/a; head -c 3M /dev/zero > .venv/b; wc -c < node_modules/a; wc -c < .venv/b";
    const { stdout, stderr } = await inCopy(fill, { scratchBytes: 4 * MIB });
    const [one = 0, other = 0] = stdout.trim().split("\n").map(Number);
    expect(stderr).toMatch(/No space left|File too large/);
    expect(one + other).toBeLessThanOrEqual(4 * MIB);
    const filling = "head -c 40M /dev/zero > node_modules/a; echo held; sleep 0.3; echo well";
    expect(await inCopy(filling, { memoryBytes: 70 * MIB })).toMatchObject({
      exit: 0,
      stdout: "held\nwell\n",
    });
    const more = "for i in 1 2 3 4 5 6; do head -c 10M /dev/zero > .venv/$i; done; sleep 60";
    expect(await inCopy(more, { memoryBytes: 50 * MIB })).toMatchObject({ killed: "memory" });
  });

  test("tell the program neither where they lie on the host nor in its environment", async () => {
    const { stdout } = await inCopy(
      "grep overlay /proc/self/mountinfo; tr '\\0' '\\n' < /proc/self/environ",
    );
    expect(stdout).toContain(" /workspace/packages/a/node_modules ");
    expect(stdout).not.toContain("org-deps");
    expect(stdout).not.toContain("ORG_BELOW");
  });

  test("are read-only where one of them cannot have a layer, but for the first", async () => {
    const { readOnly: own, ...place } = workingCopy(
      join(top, "copy"),
      [".venv", "node_modules"].map((name) => ({ from: join(top, name), name })),
    );
    const odd = { from: "/proc/sys/kernel", to: "/opt/kernel", layered: true };
    const script =
      "touch .venv/new && ls .venv; cat node_modules/left-pad/index.js; touch node_modules/new; touch /opt/kernel/new";
    const { stdout, stderr } = await inCopy(script, { ...place, readOnly: [...own, odd] });
    expect(stdout).toBe("lib\nnew\npad\n");
    expect(stderr).toContain("'node_modules/new': Read-only file system");
    expect(stderr).toContain("/opt/kernel/new");
    expect(onHost(".venv")).toEqual(["lib"]);
  });
});

describe("where the kernel refuses a layer", () => {
  test("the program sees the folder, and cannot write there", async () => {
    // The kernel lays nothing over its own files.
    const readOnly = [{ from: "/proc/sys/kernel", to: "/workspace", layered: true }];
    const { stdout, stderr } = await bash("cat ostype; pwd; echo x > ostype", { readOnly });
    expect(stdout).toBe("Linux\n/workspace\n");
    expect(stderr).toContain("Read-only file system");
  });

  test("there is none", async () => {
    const bind = { from: "/proc/sys/kernel", to: "/workspace", layered: true };
    const host = findHost();
    expect(
      await layersFor({ ...DEFAULT_POLICY, readOnly: [bind] }, host, NO_STAGE),
    ).toBeUndefined();
    const gone = { ...bind, from: "/nonexistent" };
    expect(
      await layersFor({ ...DEFAULT_POLICY, readOnly: [gone] }, host, NO_STAGE),
    ).toBeUndefined();
  });
});

describe("a program of root that no stage shows the folder to", () => {
  test("starts in scratch, where the folder is closed to others", () => {
    expect(startFolder(policyOf(), undefined, false)).toBeUndefined();
    expect(startFolder(policyOf(), undefined, true)).toBe("/workspace");
    expect(startFolder(DEFAULT_POLICY, undefined, false)).toBeUndefined();
  });
});

test("programs see which system it is", async () => {
  const { stdout } = await bash("cat /etc/os-release");
  expect(stdout).toBe(readFileSync("/etc/os-release", "utf8"));
});
