import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { delegatedGroup, RunGroup } from "./cgroup.ts";
import { DEFAULT_POLICY } from "./policy.ts";

// The kernel's side is proven by test/sandbox-group.e2e.test.ts; here, how its files are read.
function inFolder(act: (parent: string) => void): void {
  const parent = mkdtempSync(join(tmpdir(), "org-group-"));
  try {
    act(parent);
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function only(parent: string): string {
  const [name = ""] = readdirSync(parent);
  return join(parent, name);
}

test("a run has a group while it lasts", () => {
  inFolder((parent) => {
    {
      using _group = new RunGroup(parent, DEFAULT_POLICY);
      expect(only(parent)).toContain(`org-${process.pid}-`);
    }
    expect(readdirSync(parent)).toEqual([]);
  });
});

test("reads CPU time and the end of memory", () => {
  inFolder((parent) => {
    using group = new RunGroup(parent, DEFAULT_POLICY);
    expect({ cpuMs: group.cpuMs, out: group.ranOutOfMemory }).toEqual({ cpuMs: 0, out: false });
    const folder = only(parent);
    writeFileSync(join(folder, "cpu.stat"), "usage_usec 1234567\nuser_usec 1\n");
    writeFileSync(join(folder, "memory.events"), "low 0\noom 3\noom_kill 1\n");
    expect({ cpuMs: group.cpuMs, out: group.ranOutOfMemory }).toEqual({
      cpuMs: 1234.567,
      out: true,
    });
  });
});

test("moves a process in, and leaves a group alone that is still in use", () => {
  inFolder((parent) => {
    {
      using group = new RunGroup(parent, DEFAULT_POLICY);
      group.add(4711);
    }
    expect(existsSync(only(parent))).toBe(true);
    expect(readFileSync(join(only(parent), "cgroup.procs"), "utf8")).toBe("4711");
  });
});

test("a group that is ours alone is divided: we move into a leaf and hand controllers down", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "cgroup.procs"), `${process.pid}\n`);
    writeFileSync(join(folder, "cgroup.controllers"), "cpuset cpu io memory pids\n");
    expect(delegatedGroup(folder)).toBe(folder);
    const leaf = join(folder, `org-${process.pid}`, "cgroup.procs");
    expect(readFileSync(leaf, "utf8")).toBe(String(process.pid));
    expect(readFileSync(join(folder, "cgroup.subtree_control"), "utf8")).toBe("+memory +pids");
  });
});

test("a group that others live in is not taken over", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "cgroup.procs"), `1\n${process.pid}\n`);
    expect(delegatedGroup(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual(["cgroup.procs"]);
  });
});

test("a group that cannot be divided is left as it is", () => {
  inFolder((folder) => {
    writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
    // In the way of the leaf.
    writeFileSync(join(folder, `org-${process.pid}`), "");
    expect(delegatedGroup(folder)).toBeUndefined();
  });
});
