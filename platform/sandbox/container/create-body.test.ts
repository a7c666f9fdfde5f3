import { expect, test } from "bun:test";
import fc from "fast-check";
import { DEFAULT_POLICY } from "../policy.ts";
import { createBody } from "./create-body.ts";

const FIELDS = [
  ...["AttachStdin", "Cmd", "Entrypoint", "Healthcheck", "HostConfig", "Hostname", "Image"],
  ...["Labels", "NetworkDisabled", "OpenStdin", "StopTimeout", "Tty", "User", "WorkingDir"],
];
const HOST_FIELDS = [
  ...["AutoRemove", "CapDrop", "IpcMode", "LogConfig", "MaskedPaths", "Memory", "MemorySwap"],
  ...["Mounts", "NanoCpus", "NetworkMode", "PidsLimit", "Privileged", "ReadonlyRootfs", "Runtime"],
  ...["SecurityOpt", "ShmSize", "Sysctls", "Tmpfs", "Ulimits"],
];

const bind = fc.record({
  from: fc.constantFrom("/ws", "/ws/a", "/ws/b:rw", "/ws/,x"),
  to: fc.constantFrom("/shown", "/work/a", "/run/b:rw"),
  layered: fc.boolean(),
});
const policy = fc.record({
  readOnly: fc.array(bind, { maxLength: 4 }),
  memoryBytes: fc.integer({ min: 1, max: 2 ** 40 }),
  processes: fc.integer({ min: 1, max: 1000 }),
  openFiles: fc.integer({ min: 3, max: 4096 }),
  scratchBytes: fc.integer({ min: 1, max: 2 ** 40 }),
  network: fc.constantFrom(false as const, { hosts: ["page.example"] }),
  nested: fc.boolean(),
  environment: fc.dictionary(fc.string(), fc.string()),
});

test("whatever the policy, a body has the fields of the list alone, and gives no right, namespace or writable bind", () => {
  fc.assert(
    fc.property(policy, fc.boolean(), (chosen, isPodman) => {
      const body = createBody({
        policy: { ...DEFAULT_POLICY, ...chosen },
        host: { image: "a@sha256:0" },
        folders: [{ from: "/own/run", to: "/run" }],
        ...{ labels: {}, first: "wait", seccomp: "{}", isPodman },
        ...{ closed: "/own/closed", hosts: "/own/hosts" },
      });
      const hostConfig: Readonly<Record<string, unknown>> = Object(body["HostConfig"]);
      expect(FIELDS).toEqual(expect.arrayContaining(Object.keys(body)));
      expect(HOST_FIELDS).toEqual(expect.arrayContaining(Object.keys(hostConfig)));
      expect({ ...body, ...hostConfig }).toMatchObject({
        ...{ User: "65533:65533", NetworkDisabled: true, NetworkMode: "none", IpcMode: "private" },
        ...{ CapDrop: ["ALL"], Privileged: false, ReadonlyRootfs: true, AutoRemove: true },
      });
      const sources = ["/own/run", "/own/hosts", "/own/closed"];
      for (const mount of Object(hostConfig["Mounts"])) {
        expect(mount).toMatchObject({ Type: "bind", ReadOnly: true });
        const isShown = chosen.readOnly.some(({ from }) => from === mount.Source);
        expect(isShown || sources.includes(mount.Source)).toBe(true);
      }
    }),
  );
});
