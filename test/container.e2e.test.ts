/** The sandbox in containers of a real engine, where one can be had: what it holds, what it leaves, what it costs. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkContainers, containerEngineCheck } from "#platform/sandbox/container/check.ts";
import { type ContainerHost, homeLabel } from "#platform/sandbox/container/container-host.ts";
import { hostOfContainers } from "#platform/sandbox/host.ts";
import { DEFAULT_POLICY, type SandboxPolicy } from "#platform/sandbox/policy.ts";
import type { SandboxResult } from "#platform/sandbox/result.ts";
import { runSandboxed, type SandboxOptions } from "#platform/sandbox/run.ts";
import { dockerManageTool } from "#tools/docker/docker-manage.ts";
import { NOT_PROMISED_BY_CONTAINERS } from "./attacks/not-promised.ts";
import { attackOurs, SANDBOX_PROBES } from "./attacks/sandbox-runs.ts";
import { PRINTED } from "./attacks/terminal.ts";
import { testHome } from "./org-process.ts";
import { NO_PODMAN, type Podman, startPodman, tellWithoutPodman } from "./podman.ts";
import { type Bench, openBench, SECRET } from "./sandbox-roles.ts";
import { until } from "./until.ts";

tellWithoutPodman("test/container.e2e.test.ts");

describe('org with sandbox = "container"', () => {
  const image = `localhost/none@sha256:${"0".repeat(64)}`;

  test("refuses to run anything where no engine answers, and says what starts one", async () => {
    await using home = await testHome();
    const socket = join(home.path, "no.sock");
    const container = `[container]\nsocket = "${socket}"\nimage = "${image}"\n`;
    writeFileSync(join(home.path, "org.config"), `sandbox = "container"\n${container}`);
    const { stdout, stderr, exitCode } = await home.run(["sandbox", "run", "--", "echo", "ran"]);
    expect([stdout, exitCode]).toEqual(["", 77]);
    expect(stderr).toContain(`No engine answers at ${socket}`);
    expect(stderr).toContain("→ systemctl --user start podman.socket");
    const doctor = await home.run(["doctor", "--json"]);
    expect(doctor.stdout).toContain(`No engine answers at ${socket}`);
  });

  test("needs an image by its digest, from the file or with the flag", async () => {
    await using home = await testHome();
    const flag = ["sandbox", "run", "--sandbox=container", "--", "echo", "ran"];
    const { stdout, stderr, exitCode } = await home.run(flag);
    expect([stdout, exitCode]).toEqual(["", 78]);
    expect(stderr).toContain("NAME@sha256:…");
  });
});

describe.skipIf(NO_PODMAN !== undefined)("in containers of Podman", () => {
  const MIB = 1024 * 1024;
  const home = homeLabel("/home/of/the/container/suite");
  const { signal } = new AbortController();
  let podman: Podman;
  let bench: Bench;
  let container: ContainerHost;

  beforeAll(async () => {
    podman = await startPodman();
    bench = await openBench();
    container = { socket: podman.socket, image: podman.image, home, shows: [bench.folder] };
  });

  afterAll(async () => {
    bench.remove();
    await podman[Symbol.asyncDispose]();
  });

  async function sh(
    script: string,
    policy: Partial<SandboxPolicy> = {},
    options: Partial<SandboxOptions> = {},
  ): Promise<SandboxResult> {
    const limits = { ...DEFAULT_POLICY, ...policy };
    const host = hostOfContainers(container);
    return await runSandboxed(["sh", "-c", script], limits, {
      signal,
      host,
      room: "suite",
      ...options,
    });
  }

  /** Every container of the engine, ours or not. */
  async function left(): Promise<string> {
    return (await podman.podman("ps", "--all", "--quiet")).trim();
  }

  test("a program gets its input, its files and its environment, and nothing else of one", async () => {
    const files = [
      { path: "/run/given/name", content: "a file" },
      { path: "/work/changed", content: "to be changed" },
    ];
    const script =
      "cat; cat /run/given/name; echo more >>changed; echo '' $(cat changed) end; env; exit 3";
    const environment = { GIVEN: "it's so" };
    const stdin = new Blob(["its input, "]).stream();
    const { stdout, exit } = await sh(script, { environment }, { stdin, files });
    expect(exit).toBe(3);
    const [said, ...variables] = stdout.trim().split("\n");
    expect(said).toBe("its input, a file to be changedmore end");
    const names = variables.map((line) => line.split("=")[0]).sort();
    expect(names).toEqual(["GIVEN", "HOME", "LANG", "PATH", "PWD", "SHLVL", "TMPDIR"]);
    expect(variables).toContain("GIVEN=it's so");
  });

  test("the next call of a room finds nothing of the one before", async () => {
    const leave =
      "mkdir -p /tmp/a/b; chmod 0 /tmp/a; echo x >/work/.x; echo x >/dev/shm/x; (sleep 99 &) ; echo left";
    expect((await sh(leave)).stdout).toBe("left\n");
    const found = await sh(
      "ls -A /tmp /var/tmp /work /dev/shm; ps -o pid,args | grep -c '[s]leep 99'",
    );
    expect(found.stdout).toBe("/dev/shm:\n\n/tmp:\n\n/var/tmp:\n\n/work:\n0\n");
  });

  test("every limit ends a program, or keeps it from more", async () => {
    expect(await sh("sleep 99", { wallMs: 200 })).toMatchObject({ exit: null, killed: "wall" });
    const flood = { outputBytes: { stdout: 1000, stderr: 1000 } };
    const flooded = await sh("yes", flood);
    expect(flooded).toMatchObject({ killed: "output", truncated: { stdout: true, stderr: false } });
    expect(flooded.stdout).toHaveLength(1000);
    const memory = await sh("dd if=/dev/zero of=/dev/null bs=200M count=1", {
      memoryBytes: 32 * MIB,
    });
    expect(memory.killed).toBe("memory");
    const forks = await sh("for i in $(seq 99); do sleep 5 & done; echo all", { processes: 20 });
    expect(forks.stdout).not.toContain("all");
    const big = await sh("dd if=/dev/zero of=/tmp/x bs=1M count=9", { scratchBytes: 2 * MIB });
    expect(big.exit).not.toBe(0);
    const busy = await sh("while :; do :; done", { cpuMs: 300, wallMs: 60_000 });
    expect(busy.killed).toBe("cpu");
  });

  test("nothing of the image can be written, and no folder beside the four", async () => {
    const walk = "import os; print(*[at for at, _, _ in os.walk('/') if os.access(at, os.W_OK)])";
    const { stdout } = await sh(`python3 -I -c "${walk}"`);
    const own = ["/work", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue"];
    // Of processes: each may write to its own entries, which are not folders for files.
    const folders = stdout
      .trim()
      .split(" ")
      .filter((at) => !at.startsWith("/proc/"));
    expect(folders.sort()).toEqual(own.sort());
    expect((await sh("touch /dev/mqueue/x && echo made")).stdout).toBe("");
  });

  test("what the usual sandbox holds off, containers hold off, but for what they do not promise", async () => {
    const outcomes = await attackOurs(bench, [], container);
    const bites = outcomes.filter((outcome) => outcome.bites);
    for (const { id, seen } of bites) process.stderr.write(`NOT PROMISED ${id}: ${seen}\n`);
    expect(outcomes).toHaveLength(SANDBOX_PROBES.length + PRINTED.length);
    expect(outcomes.filter(({ broken }) => broken)).toEqual([]);
    expect(bites.filter(({ id }) => !Object.hasOwn(NOT_PROMISED_BY_CONTAINERS, id))).toEqual([]);
    expect(JSON.stringify(outcomes)).not.toContain(SECRET);
  });

  test("a program reaches the hosts of its policy through the proxy, and no others", async () => {
    const ask = (name: string) =>
      `printf 'CONNECT ${name}:443 HTTP/1.1\\r\\n\\r\\n' | nc 127.0.0.1 3128 | head -n 1`;
    const script = `echo $HTTPS_PROXY; ${ask("other.example")}; ip addr | grep -c inet`;
    const { stdout } = await sh(
      script,
      { network: { hosts: ["page.example"] } },
      { room: "proxy" },
    );
    expect(stdout).toStartWith("http://127.0.0.1:3128\nHTTP/1.1 403");
  });

  test("kill -9 of org ends its programs at once, and the next start removes what is left", async () => {
    const policy = { ...DEFAULT_POLICY, wallMs: 60_000 };
    const request = { command: ["sh", "-c", "echo up; sleep 77.7"], policy, files: [], container };
    const org = bench.start([], request);
    await org.stderr.getReader().read();
    expect(await sleepers()).toBe(1);
    org.kill("SIGKILL");
    await until("the program has ended", async () => (await sleepers()) === 0);
    const [answer] = await Promise.all([bench.ask([], { ...request, command: ["true"] })]);
    expect(answer).toMatchObject({ result: { exit: 0 } });
  });

  test("kill -9 of the engine ends no safety: the program ends, the call says so, and nothing is left", async () => {
    const onOutput = () => void podman.kill();
    const refused = sh("echo up; sleep 77.7", { wallMs: 60_000 }, { onOutput, room: "engine" });
    await expect(refused).rejects.toMatchObject({ code: "SANDBOX_UNAVAILABLE" });
    await until("the program has ended", async () => (await sleepers()) === 0);
    await podman.restart();
    const request = { command: ["true"], policy: DEFAULT_POLICY, files: [], container };
    expect(await bench.ask([], request)).toMatchObject({ result: { exit: 0 } });
  });

  test("a persona's container runs, is looked into, and is gone when it is removed", async () => {
    const tool = dockerManageTool(podman.socket, home);
    const manage = async (args: Readonly<Record<string, unknown>>) =>
      await tool.run(args, { signal, persona: "agent" });
    const started = await manage({
      action: "run",
      image: podman.image,
      cmd: ["sh", "-c", "echo up; sleep 99"],
    });
    const [, id] = /^Started (\w{12})/.exec(started.output) ?? [];
    expect(started.output).toStartWith("Started ");
    expect((await manage({ action: "ps" })).output).toStartWith(`${id}  running  `);
    await until(
      "it has printed",
      async () => (await manage({ action: "logs", id })).output === "up\n",
    );
    const inside = await manage({ action: "exec", id, cmd: ["id", "-u"] });
    expect(inside).toMatchObject({ ok: true, output: "65534" });
    const timed = await manage({ action: "exec", id, cmd: ["sleep", "99"], seconds: 1 });
    expect(timed.exit).toBe(137);
    expect((await manage({ action: "inspect", id })).output).toContain('"NetworkMode": "none"');
    expect((await manage({ action: "stop", id })).ok).toBe(true);
    expect((await manage({ action: "rm", id })).ok).toBe(true);
    expect((await manage({ action: "ps" })).isEmpty).toBe(true);
  });

  test("a persona's command ends with its time, whatever it does to the others of its container", async () => {
    const tool = dockerManageTool(podman.socket, home);
    const manage = async (args: Readonly<Record<string, unknown>>) =>
      await tool.run(args, { signal, persona: "agent" });
    const hostile = "kill -STOP -1; kill -KILL -1; kill -KILL 1; echo 0 >/proc/1/mem; sleep 77.7";
    const run = { action: "run", image: podman.image, cmd: ["sh", "-c", hostile], seconds: 5 };
    const [, id] = /^Started (\w{12})/.exec((await manage(run)).output) ?? [];
    await until("it runs", async () => (await sleepers()) === 1);
    await until("its time is over", async () => (await sleepers()) === 0);
    // The engine writes it down after the program is gone.
    const state = async (): Promise<string> => (await manage({ action: "inspect", id })).output;
    await until("its end is known", async () => !(await state()).includes('"status": "running"'));
    expect(await state()).toContain('"exit": 137');
    await manage({ action: "rm", id });
    const short = await manage({ ...run, cmd: ["sh", "-c", "echo out; exit 3"] });
    const [, other] = /^Started (\w{12})/.exec(short.output) ?? [];
    await until("it has ended", async () =>
      (await manage({ action: "inspect", id: other })).output.includes('"exit": 3'),
    );
    expect((await manage({ action: "logs", id: other })).output).toBe("out\n");
    await manage({ action: "rm", id: other });
  });

  test("org runs a command there, with the workspace to read and its hidden files closed", async () => {
    await using own = await testHome();
    const workspace = join(bench.folder, "workspace");
    mkdirSync(workspace);
    writeFileSync(join(workspace, "notes"), "to read");
    const { socket, image } = podman;
    writeFileSync(
      join(own.path, "org.config"),
      `sandbox = "container"\nworkspace = "${workspace}"\n[container]\nsocket = "${socket}"\nimage = "${image}"\n`,
    );
    const shown = `--ro=${workspace}=/shown`;
    const script = "id -u; cat /shown/notes; touch /shown/x || exit 9";
    const ran = await own.run(["sandbox", "run", shown, "--", "sh", "-c", script]);
    expect([ran.stdout, ran.exitCode]).toEqual(["65534\nto read", 9]);
    const refused = await own.run(["sandbox", "run", "--ro=/etc/hostname=/shown", "--", "true"]);
    expect(refused.exitCode).toBe(77);
    expect(refused.stderr).toContain('A container may not read "/etc/hostname" [PATH_REFUSED]');
  });

  test("doctor says who runs the engine, and that the attacks were held off", async () => {
    const finding = await checkContainers(container, signal);
    expect(finding.detail).toContain("8 of 8 attacks held off");
    // The image of this suite has neither.
    expect(finding.detail).toEndWith("the image has no bash, no bun");
    const engine = await containerEngineCheck(podman.socket).run(signal);
    expect(engine).toMatchObject({ detail: expect.stringContaining("run by root") });
  });

  test("nothing is left but what waits for the next call, and that ends with its process", async () => {
    const file = join(bench.folder, "shown.txt");
    writeFileSync(file, "shown");
    const request = {
      command: ["cat", "/run/shown"],
      policy: { ...DEFAULT_POLICY, readOnly: [{ from: file, to: "/run/shown" }] },
      files: [],
      container,
    };
    expect(await bench.ask([], request)).toMatchObject({ result: { stdout: "shown" } });
    const ids = (await left()).split("\n").filter((id) => id !== "");
    for (const id of ids) {
      const labels = await podman.podman("inspect", "--format", "{{json .Config.Labels}}", id);
      expect(JSON.parse(labels)).toMatchObject({
        org: "true",
        "org.home": home,
        "org.kind": "call",
      });
    }
  });

  async function sleepers(): Promise<number> {
    const text = await Bun.$`ps -eo args`.text();
    return text.split("\n").filter((line) => line === "sleep 77.7").length;
  }
});
