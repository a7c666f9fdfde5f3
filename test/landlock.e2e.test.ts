/** Landlock's tier, which only a person chooses: what it does, and that it is refused where it is unavailable. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kernel } from "#platform/sandbox/landlock/kernel.ts";
import { LEAST_VERSION } from "#platform/sandbox/landlock/rules.ts";
import { assemble, fail, load, OFFSET, verdict, when } from "#platform/sandbox/seccomp/bpf.ts";
import { type OrgRan, type TestHome, testHome } from "./org-process.ts";
import { type Bench, openBench, pythonRequest, ROLES } from "./sandbox-roles.ts";
import { sleeper } from "./sandboxed.ts";
import { until } from "./until.ts";

const ENOSYS = 38;
const ALLOW = 0x7fff_0000;
const CREATE_RULESET = 444;
const MAIN = join(import.meta.dir, "../main.ts");

let home: TestHome;
let bench: Bench;
/** For the folders of the runs of this suite alone. */
let temporary: string;
beforeAll(async () => {
  home = await testHome();
  bench = await openBench();
  temporary = mkdtempSync(join(tmpdir(), "org-landlock-"));
  // As the system's own: an ordinary user makes folders in it, too.
  chmodSync(temporary, 0o1777);
});
afterAll(async () => {
  bench.remove();
  rmSync(temporary, { recursive: true });
  await home[Symbol.asyncDispose]();
});

function landlocked(...command: string[]): Promise<OrgRan> {
  const environment = { TMPDIR: temporary };
  return home.run(["sandbox", "run", "--sandbox=landlock", ...command], { environment });
}

/** Folders of runs that are still there. */
function scratchFolders(): readonly string[] {
  return readdirSync(temporary).filter((name) => name.startsWith("org-scratch-"));
}

describe.skipIf(new Kernel().landlockVersion < LEAST_VERSION)("where the kernel has it", () => {
  test("a command runs, its exit code comes out, and its folder goes", async () => {
    const script = "pwd; echo text > file; cat file; mkdir -m 0300 shut; echo x > shut/x; exit 3";
    const { stdout, exitCode } = await landlocked("--", "sh", "-c", script);
    const [place = "", ...rest] = stdout.split("\n");
    expect(place).toStartWith(`${temporary}/org-scratch-`);
    expect(rest).toEqual(["text", ""]);
    expect(exitCode).toBe(3);
    expect(scratchFolders()).toEqual([]);
  });

  test.each([
    ["wall", ["--wall", "0.3"], "sleep 60", 124],
    ["cpu", ["--cpu", "0.4"], "while :; do :; done", 124],
    ["memory", ["--memory", "30000000"], "exec tail /dev/zero", 137],
    ["output", [], "exec yes", 137],
  ])("the limit of %s holds", async (...[killed, limits, script, exitCode]) => {
    const ran = await landlocked(...limits, "--json", "--", "sh", "-c", script);
    expect([JSON.parse(ran.stdout).killed, ran.exitCode]).toEqual([killed, exitCode]);
  });

  test("what is shown can be read, and not changed", async () => {
    writeFileSync(`${home.path}/data.txt`, "content\n");
    const script = "cat data.txt; echo x > data.txt; chmod 777 data.txt";
    const { stdout, stderr } = await landlocked(
      ...["--ro", "data.txt=/work/data.txt", "--", "sh", "-c", script],
    );
    // Root's programs run as another user, who may not pass through a private home.
    expect([stdout, stderr]).toEqual([
      expect.stringMatching(/^(?:content\n)?$/),
      expect.stringMatching(/(?:Permission denied|not permitted)/),
    ]);
  });

  test("org sandbox run --net is refused, and nothing runs", async () => {
    const { stdout, stderr, exitCode } = await landlocked(
      "--net",
      "a.example",
      "--",
      "echo",
      "ran",
    );
    expect([stdout, exitCode]).toEqual(["", 77]);
    expect(stderr).toContain("has no way to a network");
  });

  test("the configuration chooses it, too, and org doctor names it", async () => {
    writeFileSync(`${home.path}/org.config`, 'sandbox = "landlock"\n');
    const { stdout } = await home.run(["doctor", "--json"]);
    expect(stdout).toContain("limits by landlock");
    expect(stdout).toContain("not promised: ");
    writeFileSync(`${home.path}/org.config`, "");
    expect((await home.run(["doctor", "--json"])).stdout).not.toContain("landlock");
  });

  describe.each(ROLES)("started by %s", (_name, words) => {
    test("a daemon that has left its session is gone when its program ends", async () => {
      const { cmd, gone } = sleeper();
      const script = `setsid bash -c '(${cmd}) & disown' & sleep 0.3; echo done`;
      const request = { ...pythonRequest(""), command: ["bash", "-c", script] };
      const reply = await bench.ask(words, { ...request, tier: "landlock" });
      expect(reply).toMatchObject({ result: { exit: 0, stdout: "done\n" } });
      await gone();
    });

    test("nothing is left when org is killed", async () => {
      const { cmd, started, gone } = sleeper();
      const request = { ...pythonRequest(""), command: ["bash", "-c", `(${cmd}) & ${cmd}`] };
      const inOurs = [...words, "env", `TMPDIR=${temporary}`];
      const org = bench.start(inOurs, { ...request, tier: "landlock" });
      await started();
      expect(scratchFolders()).toHaveLength(1);
      org.kill("SIGKILL");
      await org.exited;
      await gone();
      await until("its folder to be gone", async () => scratchFolders().length === 0);
    });
  });
});

test("a kernel without it refuses: nothing runs, exit code 77, and a remedy", async () => {
  const without = assemble([
    load(OFFSET.number),
    ...when("jumpIfEqual", CREATE_RULESET, [verdict(fail(ENOSYS))]),
    verdict(ALLOW),
  ]);
  const filter = join(home.path, "filter");
  writeFileSync(filter, without);
  const bwrap = ["bwrap", "--dev-bind", "/", "/", "--seccomp", "9"];
  const org = [process.execPath, MAIN, "sandbox", "run", "--sandbox=landlock", "--", "echo", "ran"];
  await using child = Bun.spawn(["sh", "-c", 'exec "$@" 9< "$0"', filter, ...bwrap, "--", ...org], {
    cwd: home.path,
    env: { PATH: "/usr/bin:/bin", HOME: home.path, ORG_HOME: home.path },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  expect([stdout, exitCode]).toEqual(["", 77]);
  expect(stderr).toContain("The kernel has no Landlock, or it is switched off.");
  expect(stderr).toContain("leave --sandbox=landlock out");
});
