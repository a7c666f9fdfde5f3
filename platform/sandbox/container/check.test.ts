import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import type { Finding } from "#core/check.ts";
import { ContainerCalls, TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { checkSandbox } from "../check.ts";
import { hostOfContainers } from "../host.ts";
import { containerEngineCheck } from "./check.ts";

const { signal } = new AbortController();
let calls: ContainerCalls;

beforeEach(() => {
  calls = new ContainerCalls();
});

afterEach(async () => {
  await calls[Symbol.asyncDispose]();
});

describe("of an engine, doctor says", () => {
  async function finding(options: readonly string[], mode = 0o660) {
    chmodSync(calls.engine.socket, mode);
    calls.engine.script = ({ path }) =>
      path === "/info"
        ? Response.json({ ServerVersion: "1.2", SecurityOptions: options })
        : undefined;
    return await containerEngineCheck(calls.engine.socket).run(signal);
  }

  test("that one without root is fine", async () => {
    const found = await finding(["name=seccomp,profile=default", "name=rootless"]);
    expect(found).toEqual({
      state: "ok",
      detail: `engine 1.2 at ${calls.engine.socket}, rootless`,
      remedies: [],
    });
  });

  test.each<[unknown, Finding["state"]]>([
    [{ host: { security: { rootless: true } } }, "ok"],
    [{ host: { security: { rootless: false } } }, "warning"],
    [{ host: {} }, "warning"],
  ])("whose Podman is, which says %j in its own language alone", async (said, state) => {
    calls.engine.script = ({ path }) => {
      if (path === "/_ping") return new Response("OK", { headers: { "Libpod-API-Version": "4" } });
      if (path === "/libpod/info") return Response.json(said);
      const ofDocker = { ServerVersion: "4.3.1", SecurityOptions: ["name=seccomp"] };
      return path === "/info" ? Response.json(ofDocker) : undefined;
    };
    chmodSync(calls.engine.socket, 0o600);
    const found = await containerEngineCheck(calls.engine.socket).run(signal);
    expect(found.state).toBe(state);
    expect(found.detail).toContain(state === "ok" ? "rootless" : "run by root");
  });

  test("that who may open the socket of one that root runs is root", async () => {
    const { state, detail, remedies } = await finding(["name=seccomp"]);
    expect(state).toBe("warning");
    expect(detail).toContain('as the group "docker" does, is root on this machine');
    expect(remedies[0]).toContain("systemctl --user enable --now podman.socket");
  });

  test("that a socket which every user may open is a fault, and so is an engine without seccomp", async () => {
    expect(await finding(["name=seccomp", "name=rootless"], 0o666)).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("every user may open the socket"),
    });
    expect(await finding(["name=rootless"])).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("without filters of system calls"),
    });
  });

  test("that there is none, and what starts one", async () => {
    const found = await containerEngineCheck("/no/such/socket").run(signal);
    expect(found.state).toBe("fault");
    expect(found.detail).toStartWith("No engine answers at /no/such/socket");
    expect(found.remedies).toContain("systemctl --user start podman.socket");
  });
});

describe("of containers, doctor says", () => {
  /** @param said by attack, "" where it is held off, and last what the image lacks. */
  async function finding(said: readonly string[]) {
    const marks = said.map((text, index) => `org-attack ${index}\n${text}`);
    calls.engine.program = { stdout: marks.join("\n") };
    const { socket } = calls.engine;
    const container = { socket, image: TEST_IMAGE, home: TEST_HOME, shows: [] };
    return await checkSandbox({ signal, host: hostOfContainers(container) });
  }
  const HELD = Array.from({ length: 8 }, () => "");

  test("how many attacks were held off", async () => {
    const { state, detail } = await finding([...HELD, ""]);
    expect(state).toBe("ok");
    expect(detail).toContain("programs run as user 65534, 8 of 8 attacks held off");
  });

  test("which got through", async () => {
    const { state, detail } = await finding([...HELD.with(5, "/etc"), ""]);
    expect(state).toBe("fault");
    expect(detail).toEndWith("7 of 8 attacks held off; through: write to the image (/etc)");
  });

  test("what the image lacks", async () => {
    const { state, detail } = await finding([...HELD, "python3\nbun"]);
    expect(state).toBe("warning");
    expect(detail).toEndWith("the image has no python3, no bun");
  });

  test("that an image cannot be looked at", async () => {
    expect(await finding(["", ""])).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("did not run the attacks to their end: exit 0"),
    });
  });
});
