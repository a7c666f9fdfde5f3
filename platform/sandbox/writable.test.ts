import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geteuid } from "node:process";
import { removeFolder } from "../temporary-folder.ts";
import { DEFAULT_POLICY, type SandboxPolicy, type WritableBind } from "./policy.ts";
import { runSandboxed } from "./run.ts";
import { hasEntry } from "./writable.ts";

const signal = new AbortController().signal;
const MIB = 1024 ** 2;
const root = realpathSync(mkdtempSync(join(tmpdir(), "org-writable-")));
const copy = join(root, "copy");
const beside = join(root, "beside");
const dependency = join(root, "node_modules");

beforeEach(async () => {
  for (const folder of [copy, beside, dependency]) {
    // Too deep for a path at times, not for the program of the system.
    await Bun.spawn(["/usr/bin/rm", "-rf", folder]).exited;
    mkdirSync(folder, { mode: 0o700 });
  }
  writeFileSync(join(copy, "a.txt"), "first\n", { mode: 0o600 });
  writeFileSync(join(beside, "private"), "private\n");
  writeFileSync(join(dependency, "index.js"), "module\n");
});

afterAll(() => Bun.spawn(["/usr/bin/rm", "-rf", root]).exited);

function policyOf(more: Partial<WritableBind> = {}): SandboxPolicy {
  const bind = { from: copy, to: "/workspace", maxBytes: 64 * MIB, maxFiles: 5000, ...more };
  return { ...DEFAULT_POLICY, writable: [bind], folder: "/workspace" };
}

function bash(script: string, policy: SandboxPolicy = policyOf()) {
  return runSandboxed(["bash", "-c", script], policy, { signal });
}

/** With a dependency in the copy. */
function withModules(name = "node_modules"): SandboxPolicy {
  return { ...policyOf(), readOnly: [{ from: dependency, to: `/workspace/${name}` }] };
}

describe("a folder to write to", () => {
  test("is where the program starts, and keeps what it changes", async () => {
    const script =
      "pwd; cat a.txt; echo more >> a.txt; mkdir -p d/e; echo hi > /workspace/d/e/new; mv d/e/new d/moved; rmdir d/e; ln -s a.txt link";
    expect(await bash(script)).toMatchObject({ exit: 0, stdout: "/workspace\nfirst\n" });
    expect(readFileSync(join(copy, "a.txt"), "utf8")).toBe("first\nmore\n");
    expect(readFileSync(join(copy, "d", "moved"), "utf8")).toBe("hi\n");
    expect(readdirSync(join(copy, "d"))).toEqual(["moved"]);
    expect(await bash("rm -r a.txt d; ls")).toMatchObject({ exit: 0, stdout: "link\n" });
    expect(readdirSync(copy)).toEqual(["link"]);
  });

  test("gives what programs write to its own user", async () => {
    await bash("echo x > new; mkdir folder folder/inner; chmod 000 new folder");
    for (const name of ["new", "folder"]) {
      expect(lstatSync(join(copy, name)).uid).toBe(geteuid?.() ?? -1);
    }
    for (const name of ["folder", "new"]) await removeFolder(join(copy, name));
    expect(await bash("ls")).toMatchObject({ stdout: "a.txt\n" });
  });

  test("stays open to its user, whatever a program does to its mode", async () => {
    expect(await bash("chmod 000 .; cat a.txt; echo x > b")).toMatchObject({ stdout: "" });
    expect(lstatSync(copy).mode & 0o777).toBe(0o700);
    expect(await bash("cat a.txt")).toMatchObject({ stdout: "first\n" });
  });

  test("has room for dependencies that no program changes", async () => {
    const script =
      "cat node_modules/index.js; for f in index.js new; do echo x > node_modules/$f; done; rm -rf node_modules; mv node_modules gone; ln node_modules/index.js linked; mv node_modules/index.js moved; rm -f moved; ls";
    const { stdout } = await bash(script, withModules());
    expect(stdout).toBe("module\na.txt\nnode_modules\n");
    expect(readFileSync(join(dependency, "index.js"), "utf8")).toBe("module\n");
    expect(readdirSync(dependency)).toEqual(["index.js"]);
    // What the mount needs is left, and empty.
    expect(readdirSync(join(copy, "node_modules"))).toEqual([]);
    expect(await bash("cat node_modules/index.js", withModules())).toMatchObject({ exit: 0 });
  });
});

describe("out of a folder to write to, no program", () => {
  test("writes or reads through a link that it has planted", async () => {
    const host = [`${beside}/private`, "/etc/hostname", "../beside/private", `${root}/new`];
    const links = host.map((path, index) => `ln -s '${path}' l${index}`).join("; ");
    const tries = host.map((_, index) => `echo x > l${index}; cat l${index}`).join("; ");
    const { stdout } = await bash(`${links}; ${tries}; ls -d ${root}; echo done`);
    expect(stdout).not.toContain("private");
    expect(stdout).toEndWith("done\n");
    expect(readFileSync(join(beside, "private"), "utf8")).toBe("private\n");
    expect(readdirSync(root).sort()).toEqual(["beside", "copy", "node_modules"]);
    // The next program meets the same links, and gets no further.
    expect((await bash("cat l0 l2; echo done")).stdout).toBe("done\n");
  });

  test("gets further by a descriptor, its folder's parent or the root of another process", async () => {
    const script = [
      "ls /proc/self/fd/ | tr '\\n' ' '",
      "for f in 0 1 2; do ls /proc/self/fd/$f/..; done",
      "ls /proc/1/root /proc/1/cwd",
      "cat ../beside/private /proc/self/cwd/../beside/private",
      "echo x > ../escaped; mkdir ../folder",
    ].join("; ");
    const { stdout } = await bash(script);
    expect(stdout).not.toContain("private");
    expect(readdirSync(root).sort()).toEqual(["beside", "copy", "node_modules"]);
  });

  test("moves, removes or mounts over the folder itself", async () => {
    const script =
      "cd /; mv /workspace /work/away; rm -rf --no-preserve-root /workspace; mount -t tmpfs x /workspace; mount --bind /usr /workspace; umount /workspace; echo still > /workspace/b";
    await bash(script);
    expect(readFileSync(join(copy, "b"), "utf8")).toBe("still\n");
    expect(readdirSync(root).sort()).toEqual(["beside", "copy", "node_modules"]);
  });

  test("makes a device, a socket or a program with another's rights", async () => {
    const script = [
      "mknod device c 1 3; mknod disk b 8 0",
      "cp /usr/bin/id suid; chmod 4755 suid; chmod u+s suid; chmod 2755 suid; chmod g+s suid",
      "mkdir group; chmod 2777 group",
      "install -m 6755 /usr/bin/id installed",
      `python3 - <<'P'
import os, socket
for make in (
  lambda: os.close(os.open("opened", os.O_CREAT | os.O_WRONLY, 0o4755)),
  lambda: os.mknod("node", 0o106755),
  lambda: os.fchmod(os.open("suid", os.O_RDONLY), 0o4755),
  lambda: os.chmod("suid", 0o6755, dir_fd=os.open(".", os.O_RDONLY)),
  lambda: socket.socket(socket.AF_UNIX).bind("socket"),
  lambda: os.setxattr("suid", "security.capability", bytes.fromhex("0100000200000000" + "ff" * 4 + "00" * 8)),
  lambda: os.chown("suid", 0, 0),
):
  try: make()
  except OSError: pass
P`,
    ].join("\n");
    await bash(script);
    expect(existsSync(join(copy, "suid"))).toBe(true);
    for (const name of readdirSync(copy)) {
      const entry = lstatSync(join(copy, name));
      expect([name, entry.mode & 0o6000, entry.uid]).toEqual([name, 0, geteuid?.() ?? -1]);
      expect([name, entry.isFile() || entry.isDirectory()]).toEqual([name, true]);
    }
  });

  test("writes once its run is over", async () => {
    const script =
      "(setsid bash -c 'while :; do date +%N > late; done' >/dev/null 2>&1 &); until [ -s late ]; do :; done";
    expect(await bash(script)).toMatchObject({ exit: 0 });
    const late = join(copy, "late");
    const { mtimeNs } = statSync(late, { bigint: true });
    await bash("true");
    expect(statSync(late, { bigint: true }).mtimeNs).toBe(mtimeNs);
  });
});

describe("a place for a dependency", () => {
  test.each(["/etc", "../beside", "/oldroot/etc", "missing"])(
    "that is a link to %s is refused, and nothing is made behind it",
    async (target) => {
      symlinkSync(target, join(copy, "node_modules"));
      await expect(bash("true", withModules())).rejects.toMatchObject({ code: "PATH_REFUSED" });
      expect(readdirSync(beside)).toEqual(["private"]);
      expect(readdirSync(copy).sort()).toEqual(["a.txt", "node_modules"]);
    },
  );

  test("that lies behind a link is refused", async () => {
    symlinkSync(beside, join(copy, "packages"));
    const run = bash("true", withModules("packages/node_modules"));
    await expect(run).rejects.toMatchObject({ code: "PATH_REFUSED" });
    expect(readdirSync(beside)).toEqual(["private"]);
  });

  test("is a folder or nothing, all the way", () => {
    mkdirSync(join(copy, "packages"));
    expect(hasEntry(copy, "packages/new/node_modules")).toBe(true);
    expect(hasEntry(copy, "a.txt")).toBe(false);
    expect(hasEntry(copy, "a.txt/node_modules")).toBe(false);
    for (const name of ["", ".", "..", "../beside", "packages/../../beside", "/etc"]) {
      expect([name, hasEntry(copy, name)]).toEqual([name, false]);
    }
  });
});

describe("a program is given no folder to write to", () => {
  test("that is a link, a file or missing", async () => {
    symlinkSync(beside, join(root, "link"));
    try {
      for (const name of ["link", "copy/a.txt", "missing"]) {
        const run = bash("echo x > new", policyOf({ from: join(root, name) }));
        await expect(run).rejects.toMatchObject({
          code: "PATH_REFUSED",
          unchanged: "Nothing was run.",
        });
      }
      expect(readdirSync(beside)).toEqual(["private"]);
    } finally {
      rmSync(join(root, "link"));
    }
  });

  test("that belongs to another user", async () => {
    // The root of the system is root's, and ours if we are root: then one of another user is made.
    const other = geteuid?.() === 0 ? copy : "/usr/share";
    if (other === copy) await Bun.$`chown 1234:1234 ${copy}`;
    await expect(bash("true", policyOf({ from: other }))).rejects.toMatchObject({
      code: "PATH_REFUSED",
      why: "It belongs to another user.",
    });
  });
});

describe("a program that adds too much is stopped", () => {
  test("by bytes, in many files", async () => {
    const script = "for i in $(seq 40); do head -c 4M /dev/zero > f$i; done; sleep 60";
    const { killed, wallMs } = await bash(script, policyOf({ maxBytes: 32 * MIB }));
    expect(killed).toBe("disk");
    // While it slept.
    expect(wallMs).toBeLessThan(60_000);
    expect(existsSync(join(copy, "f1"))).toBe(true);
  });

  test("by bytes that lie beyond the end of a file", async () => {
    const script =
      "for i in $(seq 8); do : > f$i; fallocate --keep-size --length 4M f$i; done; sleep 60";
    expect(await bash(script, policyOf({ maxBytes: 16 * MIB }))).toMatchObject({ killed: "disk" });
  });

  test("by the number of files", async () => {
    const script = "i=0; while :; do : > $((i++)); done";
    expect(await bash(script, policyOf({ maxFiles: 2000 }))).toMatchObject({ killed: "disk" });
  });

  test("by folders in folders, deeper than a path is long", async () => {
    const script = `exec python3 -c '
import os
for level in range(300):
  os.mkdir("x" * 200); os.chdir("x" * 200)
  if level > 100:
    with open("f", "wb") as file: file.write(bytes(1 << 19))
import time; time.sleep(60)'`;
    expect(await bash(script, policyOf({ maxBytes: 32 * MIB }))).toMatchObject({ killed: "disk" });
  });

  test("even when it ends at once", async () => {
    const script = "head -c 40M /dev/zero > f1";
    expect(await bash(script, policyOf({ maxBytes: 8 * MIB }))).toMatchObject({
      killed: "disk",
      exit: null,
    });
  });

  test("by one file no larger than its largest file", async () => {
    const policy = { ...policyOf(), scratchBytes: 2 * MIB };
    expect(await bash("head -c 9M /dev/zero > f", policy)).toMatchObject({ signal: "SIGXFSZ" });
    expect(statSync(join(copy, "f")).size).toBe(2 * MIB);
  });

  test("and not for what was there before, was changed, or was removed again", async () => {
    for (let index = 0; index < 10; index += 1) {
      writeFileSync(join(copy, `old${index}`), Buffer.alloc(MIB));
    }
    // Other programs write to the disk, too: then what was changed is counted, and is less than what may be added.
    const script =
      "for i in $(seq 30); do head -c 2M /dev/zero > t; rm t; done; chmod -R u+w .; ls | wc -l";
    expect(await bash(script, policyOf({ maxBytes: 16 * MIB }))).toMatchObject({
      killed: null,
      stdout: "11\n",
    });
  });
});
