import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerGroup } from "./container-group.ts";

const ID = "ab".repeat(32);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "org-group-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A `/proc` and a group in it. @param line of the first process's `cgroup`. */
function group(line: string, kind: string, files: Readonly<Record<string, string>>): string {
  const path = line.split(":").at(-1) ?? "";
  for (const at of ["proc/77", "proc/self", `groups${path}`])
    mkdirSync(join(folder, at), { recursive: true });
  writeFileSync(join(folder, "proc/77/cgroup"), `9:name=systemd:/\n${line}\n`);
  const mount = `30 24 0:26 / ${folder}/groups rw shared:4 - ${kind}\n`;
  writeFileSync(join(folder, "proc/self/mountinfo"), `24 1 8:1 / / rw - ext4 /dev/x rw\n${mount}`);
  const place = path.replace(/\/container$/, "");
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, "groups", place, name), text);
  return join(folder, "proc");
}

const VERSION_1 = {
  "memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
  "memory.usage_in_bytes": "1000\n",
  "memory.max_usage_in_bytes": "3000\n",
};

test("its memory is read in version 1", () => {
  const line = `4:memory:/libpod_parent/libpod-${ID}`;
  const proc = group(line, "cgroup cgroup rw,memory", VERSION_1);
  expect(ContainerGroup.of(77, ID, proc)?.memory()).toEqual({
    ...{ kills: 2, bytes: 1000, peakBytes: 3000 },
  });
});

test("its memory is read in version 2, of the group with the limits, and not of the one below", () => {
  const line = `0::/user.slice/libpod-${ID}.scope/container`;
  const proc = group(line, "cgroup2 cgroup2 rw", {
    "memory.events": "low 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n",
    "memory.current": "1000\n",
  });
  // Before Linux 5.19 there is no peak.
  expect(ContainerGroup.of(77, ID, proc)?.memory()).toEqual({
    ...{ kills: 1, bytes: 1000, peakBytes: 1000 },
  });
});

test("a process with that number that is not the container's is not looked at", () => {
  const proc = group("4:memory:/user/other", "cgroup cgroup rw,memory", VERSION_1);
  expect(ContainerGroup.of(77, ID, proc)).toBeUndefined();
  expect(ContainerGroup.of(0, ID, proc)).toBeUndefined();
  expect(ContainerGroup.of(78, ID, proc)).toBeUndefined();
});

test("what has ended has no memory", () => {
  const line = `4:memory:/docker/${ID}`;
  const proc = group(line, "cgroup cgroup rw,memory", VERSION_1);
  const found = ContainerGroup.of(77, ID, proc);
  rmSync(join(folder, "groups"), { recursive: true });
  expect(found?.memory()).toBeUndefined();
});
