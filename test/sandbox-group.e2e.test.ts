/** The sandbox inside a control group that was given to its user, as `systemd-run -p Delegate=yes` does. */
import { afterAll, describe, expect, test } from "bun:test";
import { chownSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { ORDINARY_ID, ORDINARY_USER, openBench, pythonRequest } from "./sandbox-roles.ts";

const group = makeGroup();
const bench = await openBench();

afterAll(() => {
  bench.remove();
  if (group !== undefined) removeGroup(group);
});

/** Only root may make one, and not in every container: without it there is nothing to test. */
function makeGroup(): string | undefined {
  const mount = /^\S+ \S+ \S+ \S+ (\S+).* - cgroup2 /m.exec(
    readFileSync("/proc/self/mountinfo", "utf8"),
  );
  if (mount?.[1] === undefined) return undefined;
  const folder = join(mount[1], `org-test-${process.pid}`);
  try {
    mkdirSync(folder);
    for (const path of [
      folder,
      join(folder, "cgroup.procs"),
      join(folder, "cgroup.subtree_control"),
    ]) {
      chownSync(path, ORDINARY_ID, ORDINARY_ID);
    }
    return folder;
  } catch {
    return undefined;
  }
}

function removeGroup(folder: string): void {
  for (const name of groupsIn(folder)) rmdirSync(join(folder, name));
  rmdirSync(folder);
}

function groupsIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith("org-"));
}

describe.if(group !== undefined && ORDINARY_USER.length > 0)("in a group of its own", () => {
  const folder = group ?? "";
  const words = ["sh", "-c", `echo $$ > ${folder}/cgroup.procs; exec "$@"`, "sh", ...ORDINARY_USER];

  test("counts the CPU time of everything, and takes the run's group away", async () => {
    const code = `
import signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in range(20):
    if os.fork() == 0: busy(.01); os._exit(0)
try:
    while True: os.wait()
except ChildProcessError: print(open('/proc/self/cgroup').read())
`;
    const { exit, stdout, cpuMs } = await bench.attack(words)(code);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^0::.*\/org-\d+-1$/m);
    expect(cpuMs).toBeGreaterThanOrEqual(200);
    // What is left is the leaf that org itself ran in.
    expect(groupsIn(folder).length).toBe(1);
  });

  test("kill -9 of org ends everything there, too", async () => {
    const code = "import time\nprint('up'); time.sleep(600)";
    const child = bench.start(words, pythonRequest(code, { wallMs: 600_000 }));
    const { value } = await child.stderr.getReader().read();
    expect(new TextDecoder().decode(value)).toStartWith("up");
    child.kill("SIGKILL");
    await child.exited;
    // The kernel's own word: no process is left in the group or below.
    const populated = () =>
      /^populated 1$/m.test(readFileSync(join(folder, "cgroup.events"), "utf8"));
    while (populated()) await new Promise(setImmediate);
    expect(populated()).toBe(false);
  });
});
