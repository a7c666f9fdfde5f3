import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { labelsOf } from "#platform/sandbox/container/container-host.ts";
import { TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { EngineDouble, programFrames, refusal } from "#test/engine-double.ts";
import type { Tool, ToolOutput } from "../tool.ts";
import { dockerManageTool } from "./docker-manage.ts";

const RUN = { action: "run", image: TEST_IMAGE, cmd: ["sleep", "9"] };
let engine: EngineDouble;
let tool: Tool;
/** A container that a persona had started. */
let own: string;

beforeEach(async () => {
  engine = new EngineDouble();
  tool = dockerManageTool(engine.socket, TEST_HOME);
  own = engine.add(await labelsOf(TEST_HOME, "run"));
});

afterEach(async () => {
  await engine[Symbol.asyncDispose]();
});

async function manage(
  args: Readonly<Record<string, unknown>>,
  clean?: (text: string) => string,
): Promise<ToolOutput> {
  const { signal } = new AbortController();
  return await tool.run(args, { signal, persona: "agent", clean });
}

describe("a container", () => {
  test("of the home is listed, and no other", async () => {
    engine.add({ org: "true", "org.home": "another" });
    engine.add(await labelsOf(TEST_HOME, "call"));
    const { ok, output } = await manage({ action: "ps" });
    expect(ok).toBe(true);
    expect(output).toBe(`${own.slice(0, 12)}  running  Up`);
    engine.containers.clear();
    expect(await manage({ action: "ps" })).toMatchObject({ ok: true, isEmpty: true });
  });

  test("that a process left which was killed is removed before the first look", async () => {
    const labels = await labelsOf(TEST_HOME, "run");
    const killed = String(labels["org.process"]).replace(/\d+$/, "1");
    const orphan = engine.add({ ...labels, "org.process": killed });
    await manage({ action: "ps" });
    expect([...engine.containers.keys()]).toEqual([own]);
    expect(engine.asked(`DELETE /containers/${orphan}`)).toHaveLength(1);
  });

  test("of the home is read, described, stopped and removed, each by its whole id", async () => {
    engine.program = { stdout: "a line\n" };
    const id = own.slice(0, 12);
    expect((await manage({ action: "logs", id })).output).toBe("a line\n");
    expect((await manage({ action: "inspect", id })).output).toContain(own);
    expect((await manage({ action: "stop", id })).ok).toBe(true);
    expect((await manage({ action: "rm", id })).ok).toBe(true);
    expect(engine.containers.size).toBe(0);
    expect(engine.asked(`POST /containers/${own}/stop`)).toHaveLength(1);
    expect(engine.asked(`DELETE /containers/${own}`)).toHaveLength(1);
  });

  test("runs a program for so long, without rights, and says how it ended", async () => {
    engine.program = { stdout: "no\n", exit: 4 };
    const { ok, output, exit } = await manage({ action: "exec", id: own, cmd: ["ls"], seconds: 5 });
    expect({ ok, exit }).toEqual({ ok: false, exit: 4 });
    expect(output).toEndWith("no\n\n[exit 4]");
    const [asked] = engine.asked(`POST /containers/${own}/exec`);
    expect(asked?.body).toMatchObject({ Privileged: false, User: "65534:65534" });
    expect(asked?.body["Cmd"]).toEqual(expect.arrayContaining(["5", "ls"]));
  });

  test.each(["logs", "inspect", "stop", "rm", "exec"])(
    "that is not the home's is refused to %s, and nothing is done to it",
    async (action) => {
      const foreign = [
        engine.add({ org: "true", "org.home": "another" }),
        engine.add({ "org.home": TEST_HOME }),
        engine.add({}),
        engine.add(await labelsOf(TEST_HOME, "call")),
        "0".repeat(64),
      ];
      for (const id of foreign) {
        const cmd = action === "exec" ? { cmd: ["true"] } : {};
        const { ok, output } = await manage({ action, id, ...cmd });
        expect({ ok, id, refused: output.includes("[CONTAINER_REFUSED]") }).toEqual({
          ok: false,
          id,
          refused: true,
        });
      }
      expect(engine.requests.every(({ method }) => method === "GET")).toBe(true);
    },
  );

  test("whose name looks like the id of another is refused", async () => {
    const named = engine.add(await labelsOf(TEST_HOME, "run"), "abcdefabcdef");
    const { ok, output } = await manage({ action: "rm", id: "abcdefabcdef" });
    expect(ok).toBe(false);
    expect(output).toContain("[CONTAINER_REFUSED]");
    expect(engine.containers.has(named)).toBe(true);
  });

  test("is not named by its name", async () => {
    for (const id of ["other", "../images", "a".repeat(11), `${own}/../x`, ""]) {
      const { ok } = await manage({ action: "rm", id });
      expect({ id, ok }).toEqual({ id, ok: false });
    }
    expect(engine.requests).toEqual([]);
  });
});

describe("a container is started", () => {
  test("with nothing but what is on the list, and ends with what holds it", async () => {
    const { ok, output } = await manage({ ...RUN, memory_mb: 32, pids: 9, cpus: 0.5 });
    expect(ok).toBe(true);
    const [asked] = engine.asked("POST /containers/create");
    expect(asked?.body).toMatchObject({
      // The first process is not of the command's user: it cannot be looked into, nor written to.
      ...{ Image: TEST_IMAGE, Cmd: ["sleep", "9"], User: "65533:65533", NetworkDisabled: true },
      Labels: await labelsOf(TEST_HOME, "run"),
      HostConfig: {
        ...{ NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"], Privileged: false },
        ...{ Memory: 32 * 1024 ** 2, PidsLimit: 9, NanoCpus: 5e8, IpcMode: "private" },
        SecurityOpt: ["no-new-privileges", expect.stringContaining("seccomp={")],
      },
    });
    const [exec] = engine.asked("POST /containers/").filter(({ path }) => path.endsWith("/exec"));
    expect(exec?.body).toMatchObject({ User: "65534:65534", Privileged: false });
    expect(exec?.body["Cmd"]).toEqual(["/bin/sh", "-c", '"$@"', "sh", "sleep", "9"]);
    const [mount, ...others] = Object(asked?.body["HostConfig"]).Mounts;
    expect(others).toEqual([]);
    expect(existsSync(join(mount.Source, "life"))).toBe(true);
    const [, id] = /^Started (\w{12})/.exec(output) ?? [];
    await manage({ action: "rm", id });
    expect(existsSync(mount.Source)).toBe(false);
  });

  test.each<[string, unknown]>([
    ["Binds", ["/:/host"]],
    ["binds", ["/:/host"]],
    ["Mounts", [{ Type: "bind", Source: "/", Target: "/host" }]],
    ["volumes", ["/:/host"]],
    ["VolumesFrom", ["other"]],
    ["Privileged", true],
    ["privileged", false],
    ["CapAdd", ["ALL"]],
    ["Devices", []],
    ["DeviceRequests", []],
    ["PidMode", "host"],
    ["IpcMode", "host"],
    ["UTSMode", "host"],
    ["UsernsMode", "host"],
    ["CgroupnsMode", "host"],
    ["CgroupParent", "/"],
    ["SecurityOpt", ["seccomp=unconfined"]],
    ["Runtime", "runc"],
    ["User", "0"],
    ["Env", ["A=b"]],
    ["Labels", { org: "false" }],
    ["Sysctls", {}],
    ["HostConfig", { Privileged: true }],
    ["Entrypoint", ["/bin/sh"]],
    ["PortBindings", {}],
    ["ExtraHosts", []],
    ["name", "x"],
    ["NetworkMode", "host"],
    ["NetworkMode", "bridge"],
    ["NetworkMode", "container:abc"],
    ["network", "host"],
    ["network", "org"],
    ["__proto__x", 1],
    ["id", "a".repeat(64)],
  ])("never with %s", async (name, value) => {
    const { ok, output } = await manage({ ...RUN, [name]: value });
    expect(ok).toBe(false);
    expect(output).toContain("[CONTAINER_REFUSED]");
    expect(engine.asked("POST")).toEqual([]);
  });

  test.each([
    "debian",
    "debian:latest",
    `debian@sha256:${"0".repeat(63)}`,
    `debian@sha256:${"0".repeat(64)}/../x`,
    `--privileged@sha256:${"0".repeat(64)}`,
    `a?b@sha256:${"0".repeat(64)}`,
  ])("never from %s, which is not a digest", async (image) => {
    for (const args of [
      { ...RUN, image },
      { action: "pull", image },
    ]) {
      expect((await manage(args)).output).toContain("[CONTAINER_REFUSED]");
    }
    expect(engine.requests).toEqual([]);
  });

  test("on the network that the user has made for it, where that leads nowhere", async () => {
    const network = { Internal: true, Labels: { org: "true" } };
    engine.script = ({ path }) => (path === "/networks/org" ? Response.json(network) : undefined);
    expect((await manage({ ...RUN, NetworkMode: "org" })).ok).toBe(true);
    expect(engine.asked("POST /containers/create")[0]?.body).toMatchObject({
      HostConfig: { NetworkMode: "org" },
    });
    network.Internal = false;
    expect((await manage({ ...RUN, network: "org" })).output).toContain("[CONTAINER_REFUSED]");
  });

  test("until there are twenty", async () => {
    const labels = await labelsOf(TEST_HOME, "run");
    for (let count = 1; count < 20; count += 1) engine.add(labels);
    expect((await manage(RUN)).output).toContain("There are 20 containers, and 20 are the most");
    expect(engine.asked("POST")).toEqual([]);
  });

  test("until there are twenty, also by calls side by side", async () => {
    const labels = await labelsOf(TEST_HOME, "run");
    for (let count = 1; count < 18; count += 1) engine.add(labels);
    const all = await Promise.all(Array.from({ length: 5 }, () => manage(RUN)));
    expect(all.filter(({ ok }) => ok)).toHaveLength(2);
    expect(engine.containers.size).toBe(20);
    for (const id of engine.containers.keys()) await manage({ action: "rm", id });
  });

  test("and nothing is left where the engine fails to", async () => {
    engine.script = ({ path }) => (path.endsWith("/start") ? refusal(500, "no") : undefined);
    const { ok, output } = await manage(RUN);
    expect(ok).toBe(false);
    expect(output).toContain("refused to start a container");
    expect([...engine.containers.keys()]).toEqual([own]);
  });
});

test("what a user is asked about names every limit that will hold", () => {
  expect(tool.fit?.(RUN)).toEqual({
    ...RUN,
    ...{ memory_mb: 256, cpus: 1, pids: 64, seconds: 600, network: "none" },
  });
  expect(tool.fit?.({ ...RUN, NetworkMode: "none", seconds: 5 })).toMatchObject({
    network: "none",
    seconds: 5,
  });
  expect(tool.fit?.({ action: "fly" })).toEqual({ action: "fly" });
});

describe("an image", () => {
  test("is fetched by its digest, and looked at afterwards", async () => {
    engine.script = ({ path }) => {
      if (path.startsWith("/images/create"))
        return new Response('{"status":"Pulling"}\n{"status":"Done"}\n');
      return path.startsWith("/images/") ? Response.json({}) : undefined;
    };
    expect((await manage({ action: "pull", image: TEST_IMAGE })).output).toBe(
      `${TEST_IMAGE} is here.`,
    );
  });

  test("that the registry refuses is not a success, though the status was", async () => {
    engine.script = ({ path }) =>
      path.startsWith("/images/create")
        ? new Response('{"status":"…"}\n{"error":"denied"}\n')
        : undefined;
    const { ok, output } = await manage({ action: "pull", image: TEST_IMAGE });
    expect(ok).toBe(false);
    expect(output).toContain("denied");
  });
});

describe("what a container prints", () => {
  test("is cleaned before it is cut", async () => {
    engine.program = { stdout: `${"x".repeat(64 * 1024 - 3)}secret` };
    const clean = (text: string) => text.replaceAll("secret", "[redacted]");
    const { output } = await manage({ action: "logs", id: own }, clean);
    expect(output).not.toContain("sec");
    expect(output).toEndWith("… cut here");
  });

  test("and an engine that is not there are told", async () => {
    await engine.die();
    rmSync(engine.socket, { force: true });
    const { ok, output } = await manage({ action: "ps" });
    expect(ok).toBe(false);
    expect(output).toContain(`No engine answers at ${engine.socket} [SANDBOX_UNAVAILABLE]`);
  });

  test("is told as far as it came where the engine cuts a frame", async () => {
    const half = programFrames({ stdout: "ab" }).subarray(0, -1);
    engine.script = ({ path }) => (path.includes("/logs") ? new Response(half) : undefined);
    expect((await manage({ action: "logs", id: own })).output).toContain("a");
  });

  test.each([
    ["is not a frame", () => new Response("<html>502 Bad Gateway</html>")],
    ["breaks off", () => new Response(breakingOff())],
  ])("and what comes in its place and %s are not bugs of ours", async (_what, answer) => {
    engine.script = ({ path }) => (path.includes("/logs") ? answer() : undefined);
    const { ok, output } = await manage({ action: "logs", id: own });
    expect(ok).toBe(false);
    expect(output).toContain("[SANDBOX_UNAVAILABLE]");
  });

  test("is not waited for when the call is cancelled", async () => {
    const stop = new AbortController();
    engine.script = ({ path }) => {
      if (!path.includes("/logs")) return undefined;
      stop.abort();
      return new Response(new ReadableStream());
    };
    const context = { signal: stop.signal, persona: "agent" };
    const { ok, output } = await tool.run({ action: "logs", id: own }, context);
    expect({ ok, output }).toEqual({ ok: false, output: "[stopped: the user cancelled it]" });
  });
});

/** An answer that begins, and whose engine then dies. */
function breakingOff(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      controller.enqueue(programFrames({ stdout: "ab" }));
      await engine.die();
    },
  });
}
