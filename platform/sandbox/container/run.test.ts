import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerCalls, TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { labelsOf } from "./container-host.ts";

let calls: ContainerCalls;

beforeEach(() => {
  calls = new ContainerCalls();
});

afterEach(async () => {
  await calls[Symbol.asyncDispose]();
});

test("a program's output and exit code come back, and its container goes", async () => {
  calls.engine.program = { stdout: "out\n", stderr: "err\n", exit: 3 };
  const heard: string[] = [];
  const onOutput = (stream: string, text: string) => void heard.push(`${stream}: ${text}`);
  expect(await calls.run({}, { onOutput })).toMatchObject({
    ...{ exit: 3, signal: null, killed: null, stdout: "out\n", stderr: "err\n", cpuMs: 5 },
    truncated: { stdout: false, stderr: false },
  });
  expect(heard.sort()).toEqual(["stderr: err\n", "stdout: out\n"]);
  expect(calls.engine.containers.size).toBe(0);
});

describe("a container is made", () => {
  test("with no right, no network, and nothing of the host", async () => {
    await calls.run();
    expect(calls.body).toMatchObject({
      ...{ Image: TEST_IMAGE, NetworkDisabled: true, Hostname: "sandbox", Tty: false, Cmd: [] },
      Labels: await labelsOf(TEST_HOME, "call"),
    });
    expect(calls.body["User"]).toBe("65533:65533");
    expect(calls.hostConfig).toMatchObject({
      ...{ NetworkMode: "none", IpcMode: "private", ReadonlyRootfs: true, AutoRemove: true },
      ...{ CapDrop: ["ALL"], Privileged: false },
      SecurityOpt: ["no-new-privileges", expect.stringMatching(/^seccomp=\{"defaultAction"/)],
    });
    expect(calls.hostConfig["MaskedPaths"]).toContain("/proc/cmdline");
    const never = ["Binds", "CapAdd", "Devices", "PidMode", "UTSMode", "UsernsMode", "VolumesFrom"];
    for (const name of never) expect(calls.hostConfig).not.toHaveProperty(name);
    expect(calls.body).not.toHaveProperty("Env");
    const [exec] = calls.engine
      .asked("POST /containers/")
      .filter(({ path }) => path.endsWith("/exec"));
    expect(exec?.body).toMatchObject({ User: "65534:65534", Privileged: false });
  });

  test("with every limit of the policy", async () => {
    const MIB = 1024 * 1024;
    await calls.run({ memoryBytes: 64 * MIB, processes: 20, openFiles: 99, scratchBytes: 3 * MIB });
    expect(calls.hostConfig).toMatchObject({
      ...{ Memory: 64 * MIB, MemorySwap: 64 * MIB, PidsLimit: 22, ShmSize: MIB },
      Ulimits: expect.arrayContaining([
        { Name: "nofile", Soft: 99, Hard: 99 },
        { Name: "core", Soft: 0, Hard: 0 },
      ]),
      Tmpfs: expect.objectContaining({
        "/work": expect.stringContaining(`size=${3 * MIB},`),
        "/tmp": expect.stringContaining(`size=${3 * MIB},`),
      }),
    });
    expect(Number(calls.hostConfig["NanoCpus"])).toBeGreaterThanOrEqual(1e9);
  });

  test("with what is shown read-only, and the hidden in it closed", async () => {
    writeFileSync(join(calls.workspace, ".env"), "SECRET=1");
    const readOnly = [{ from: calls.workspace, to: "/workspace", hide: [".env", "missing"] }];
    await calls.run({ readOnly, folder: "/workspace" });
    expect(calls.hostConfig["Mounts"]).toEqual([
      expect.objectContaining({ Target: "/run", ReadOnly: true }),
      expect.objectContaining({ Source: calls.workspace, Target: "/workspace", ReadOnly: true }),
      expect.objectContaining({ Target: "/etc/hosts", ReadOnly: true }),
      expect.objectContaining({ Target: "/workspace/.env", ReadOnly: true }),
    ]);
  });

  test("of Podman with a profile in a file, and of Docker with the profile itself", async () => {
    calls.engine.script = ({ path }) =>
      path === "/_ping"
        ? new Response("OK", { headers: { "libpod-api-version": "4.3.1" } })
        : undefined;
    const profiles: unknown[] = [];
    const onOutput = (): void => {
      const [, option] = Object(calls.hostConfig["SecurityOpt"]);
      const path = String(option).replace("seccomp=", "");
      profiles.push(JSON.parse(readFileSync(path, "utf8")));
    };
    calls.engine.program = { stdout: "up" };
    await calls.run({}, { onOutput });
    expect(profiles).toEqual([expect.objectContaining({ defaultAction: "SCMP_ACT_ERRNO" })]);
    expect(calls.hostConfig["Tmpfs"]).toHaveProperty("/sys");
  });

  test("in the runtime that the user named", async () => {
    await calls.run({}, { runtime: "runsc" });
    expect(calls.hostConfig["Runtime"]).toBe("runsc");
  });
});

describe("refused before anything is asked", () => {
  test("is a folder that programs change for good", async () => {
    const writable = [{ from: calls.workspace, to: "/changed", maxBytes: 1, maxFiles: 1 }];
    expect(await calls.refused({ writable })).toMatchObject({
      code: "SANDBOX_UNAVAILABLE",
      message: `A container cannot change "${calls.workspace}"`,
    });
    expect(calls.engine.requests).toEqual([]);
  });

  test("is a folder outside of the workspace", async () => {
    const readOnly = [{ from: "/etc", to: "/shown" }];
    expect(await calls.refused({ readOnly })).toMatchObject({ code: "PATH_REFUSED" });
    expect(calls.engine.requests).toEqual([]);
  });

  test("is a neighbour of the workspace whose name begins alike", async () => {
    const readOnly = [{ from: `${calls.workspace}-2`, to: "/shown" }];
    expect(await calls.refused({ readOnly })).toMatchObject({ code: "PATH_REFUSED" });
  });

  test("is a variable that no shell can set", async () => {
    expect(await calls.refused({ environment: { "A=$(id)": "x" } })).toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  test("is a file in a folder of the image", async () => {
    const files = [{ path: "/etc/passwd", content: "" }];
    await expect(calls.run({}, { files })).rejects.toMatchObject({ code: "PATH_REFUSED" });
  });
});

describe("calls of a room", () => {
  test("share a container, one after the other", async () => {
    for (let call = 0; call < 3; call += 1) await calls.run({}, { room: "shares" });
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(1);
  });

  test("have two when they run side by side", async () => {
    await Promise.all([calls.run({}, { room: "sides" }), calls.run({}, { room: "sides" })]);
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(2);
    expect(calls.engine.containers.size).toBe(1);
  });

  test("share none with another room, nor under other limits", async () => {
    await calls.run({}, { room: "one" });
    await calls.run({}, { room: "another" });
    await calls.run({ openFiles: 64 }, { room: "one" });
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(3);
  });

  test("get a new one after a hundred", async () => {
    for (let call = 0; call < 101; call += 1) await calls.run({}, { room: "hundred" });
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(2);
  });

  test("get a new one where the engine counts a process that was left", async () => {
    calls.engine.processes = 2;
    await calls.run({}, { room: "left" });
    expect(calls.engine.containers.size).toBe(0);
  });

  test("get a new one where theirs was removed", async () => {
    await calls.run({}, { room: "gone" });
    calls.engine.containers.clear();
    expect(await calls.run({}, { room: "gone" })).toMatchObject({ exit: 0, killed: null });
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(2);
  });
});

test("what processes that were killed have left is removed before the first call, and nothing else", async () => {
  const own = await labelsOf(TEST_HOME, "call");
  const orphan = calls.engine.add({
    ...own,
    "org.process": String(own["org.process"]).replace(/\d+$/, "1"),
  });
  const living = calls.engine.add(own);
  const foreign = calls.engine.add({ ...own, "org.home": "another", "org.process": "x-1-1" });
  const unlabelled = calls.engine.add({ "org.home": TEST_HOME });
  await calls.run();
  expect(calls.engine.containers.has(orphan)).toBe(false);
  expect([...calls.engine.containers.keys()].sort()).toEqual([living, foreign, unlabelled].sort());
});
