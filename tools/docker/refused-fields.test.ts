/** Of everything that the Docker Engine API can be asked for, a model gets what is on the list, and nothing by another name. */
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { EngineDouble } from "#test/engine-double.ts";
import { dockerManageTool } from "./docker-manage.ts";

/** Of the body of `POST /containers/create`, version 1.51: of the container, and of its `HostConfig`. */
const BODY_FIELDS = [
  ...["Hostname", "Domainname", "User", "AttachStdin", "AttachStdout", "AttachStderr"],
  ...["ExposedPorts", "Tty", "OpenStdin", "StdinOnce", "Env", "Cmd", "Healthcheck", "ArgsEscaped"],
  ...["Image", "Volumes", "WorkingDir", "Entrypoint", "NetworkDisabled", "MacAddress", "OnBuild"],
  ...["Labels", "StopSignal", "StopTimeout", "Shell", "HostConfig", "NetworkingConfig"],
];
const HOST_FIELDS = [
  ...["CpuShares", "Memory", "CgroupParent", "BlkioWeight", "BlkioWeightDevice"],
  ...["BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps"],
  ...["CpuPeriod", "CpuQuota", "CpuRealtimePeriod", "CpuRealtimeRuntime", "CpusetCpus"],
  ...["CpusetMems", "Devices", "DeviceCgroupRules", "DeviceRequests", "KernelMemory"],
  ...["KernelMemoryTCP", "MemoryReservation", "MemorySwap", "MemorySwappiness", "NanoCpus"],
  ...["OomKillDisable", "Init", "PidsLimit", "Ulimits", "CpuCount", "CpuPercent"],
  ...["IOMaximumIOps", "IOMaximumBandwidth", "Binds", "ContainerIDFile", "LogConfig"],
  ...["PortBindings", "RestartPolicy", "AutoRemove", "VolumeDriver", "VolumesFrom", "Mounts"],
  ...["ConsoleSize", "Annotations", "CapAdd", "CapDrop", "CgroupnsMode", "Dns", "DnsOptions"],
  ...["DnsSearch", "ExtraHosts", "GroupAdd", "IpcMode", "Cgroup", "Links", "OomScoreAdj"],
  ...["PidMode", "Privileged", "PublishAllPorts", "ReadonlyRootfs", "SecurityOpt", "StorageOpt"],
  ...["Tmpfs", "UTSMode", "UsernsMode", "ShmSize", "Sysctls", "Runtime", "Isolation"],
  ...["MaskedPaths", "ReadonlyPaths"],
];
/** As command lines and Compose files call them. */
const OTHER_NAMES = [
  "privileged",
  "volumes",
  "volume",
  "cap_add",
  "pid",
  "ipc",
  "userns",
  "devices",
];
const ON_THE_LIST = ["image", "cmd", "memory_mb", "cpus", "pids", "seconds", "network"];

const RUN = { action: "run", image: TEST_IMAGE, cmd: ["true"] };
const engine = new EngineDouble();
const tool = dockerManageTool(engine.socket, TEST_HOME);
afterAll(async () => await engine[Symbol.asyncDispose]());

/** @returns what the model reads, where the engine heard of nothing. */
async function refused(args: Readonly<Record<string, unknown>>): Promise<string> {
  engine.requests.length = 0;
  const { signal } = new AbortController();
  const { ok, output } = await tool.run(args, { signal, persona: "agent" });
  expect({ ok, asked: engine.requests, args }).toEqual({ ok: false, asked: [], args });
  return output;
}

describe("run", () => {
  test.each([...BODY_FIELDS, ...HOST_FIELDS, ...OTHER_NAMES])(
    "with the field %s is refused by its name",
    async (field) => {
      const output = await refused({ ...RUN, [field]: "/:/host" });
      expect(output).toContain("[CONTAINER_REFUSED]");
      expect(output).toContain(JSON.stringify(field));
    },
  );

  test("with any field that is not on the list is refused, whatever its value", async () => {
    const name = fc
      .oneof(fc.string(), fc.constantFrom("constructor", "toString", "Image", "imagE"))
      .filter((field) => ![...ON_THE_LIST, "action", "__proto__"].includes(field));
    await fc.assert(
      fc.asyncProperty(name, fc.jsonValue(), async (field, value) => {
        await refused({ ...RUN, [field]: value });
      }),
    );
  });

  test("takes nothing of a prototype: it is in neither the question nor the call", () => {
    const text = `{"__proto__":{"Binds":["/:/host"],"Privileged":true},${JSON.stringify(RUN).slice(1)}`;
    const fitted = Object(tool.fit?.(JSON.parse(text)));
    expect(Object.keys(fitted).sort()).toEqual(["action", ...ON_THE_LIST].sort());
    expect([fitted.Binds, fitted.Privileged]).toEqual([undefined, undefined]);
  });

  test("with any network but the two is refused: no namespace is shared", async () => {
    const shared = [
      "host",
      "bridge",
      "default",
      "container:abc",
      "ns:/proc/1/ns/net",
      "ORG",
      " none",
    ];
    const network = fc
      .oneof(fc.constantFrom(...shared), fc.string())
      .filter((mode) => mode !== "none" && mode !== "org");
    await fc.assert(
      fc.asyncProperty(network, async (mode) => {
        expect(await refused({ ...RUN, network: mode })).toContain("[CONTAINER_REFUSED]");
      }),
    );
  });
});
