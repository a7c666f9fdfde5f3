import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ContainerCalls } from "#test/container-calls.ts";
import { engineFrame, programFrames, refusal } from "#test/engine-double.ts";

let calls: ContainerCalls;

beforeEach(() => {
  calls = new ContainerCalls();
});

afterEach(async () => {
  await calls[Symbol.asyncDispose]();
});

describe("an engine that fails", () => {
  test("and is not there is named, with what starts it", async () => {
    await calls.engine.die();
    rmSync(calls.engine.socket, { force: true });
    const error = await calls.refused();
    expect(error.message).toBe(`No engine answers at ${calls.engine.socket}`);
    expect(error.remedies).toContain("systemctl --user start podman.socket");
    expect(error.code).toBe("SANDBOX_UNAVAILABLE");
  });

  test.each(["POST /containers/create", "POST /containers/", "POST /exec/"])(
    "with 500 at %s leaves nothing",
    async (beginning) => {
      calls.engine.script = ({ method, path }) =>
        `${method} ${path}`.startsWith(beginning) && !path.includes("kill")
          ? refusal(500, "out of luck")
          : undefined;
      const error = await calls.refused();
      expect(error.code).toBe("SANDBOX_UNAVAILABLE");
      expect(error.why).toContain("out of luck");
      expect(calls.engine.containers.size).toBe(0);
    },
  );

  test("after it has made a container, whose answer is lost, has it removed by its name", async () => {
    calls.engine.script = ({ path }) => {
      if (!path.startsWith("/containers/create")) return undefined;
      calls.engine.add({}, new URLSearchParams(path.split("?")[1]).get("name") ?? "");
      return refusal(500, "the answer is lost");
    };
    await calls.refused();
    expect(calls.engine.containers.size).toBe(0);
  });

  test("is not asked to start an image that brings a folder to write to", async () => {
    calls.engine.script = ({ method, path }) =>
      method === "GET" && path.startsWith("/containers/") && path.endsWith("/json")
        ? described(path)
        : undefined;
    const described = (path: string) =>
      path.startsWith("/containers/json")
        ? Response.json([])
        : Response.json({ Mounts: [{ Type: "volume", Destination: "/data" }] });
    const error = await calls.refused();
    expect(error.message).toBe('The image brings a folder to write to: "/data"');
    expect(
      calls.engine.asked("POST /containers/").some(({ path }) => path.endsWith("/start")),
    ).toBe(false);
    expect(calls.engine.containers.size).toBe(0);
  });

  test("in the middle of a frame is not a result", async () => {
    const half = programFrames({ stdout: "half of it" }).subarray(0, -4);
    calls.engine.script = ({ path }) =>
      path.endsWith("/start") && path.startsWith("/exec") ? new Response(half) : undefined;
    const error = await calls.refused();
    expect(error.message).toBe("The container engine broke off while a program ran");
    expect(error.unchanged).toStartWith("The program may have run in part.");
    expect(calls.engine.containers.size).toBe(0);
  });

  test("with a text that is not a frame is not a result", async () => {
    const text = Buffer.concat([programFrames(), Buffer.from("<html>502</html>")]);
    calls.engine.script = ({ path }) =>
      path.startsWith("/exec/") ? new Response(text) : undefined;
    expect((await calls.refused()).message).toBe(
      "The container engine broke off while a program ran",
    );
  });

  test("and dies while a program runs ends the program, which needs no engine for that", async () => {
    let life = "";
    calls.engine.program = { stdout: "up", goesOn: true };
    const onOutput = (): void => {
      const [mount] = Object(calls.hostConfig["Mounts"]);
      life = join(mount.Source, ".org/life");
      expect(existsSync(life)).toBe(true);
      void calls.engine.die();
    };
    const error = await calls.refused({}, { onOutput });
    expect(error.unchanged).toContain("Its container has ended");
    // Its folder goes with the pipe that kept it alive.
    expect(existsSync(life)).toBe(false);
  });

  test("and never ends the output meets the clock", async () => {
    calls.engine.script = ({ path }) =>
      path.startsWith("/exec/")
        ? new Response(endless(programFrames({ stdout: "so far" })))
        : undefined;
    const result = await calls.run({ wallMs: 50 });
    expect(result).toMatchObject({ exit: null, killed: "wall", stdout: "so far" });
    expect(calls.engine.containers.size).toBe(0);
  });

  test("to run the shell of the image says what the image lacks", async () => {
    const says = engineFrame(2, "exec: /bin/sh: not found");
    calls.engine.script = ({ path }) =>
      path.endsWith("/start") && path.startsWith("/exec") ? new Response(says) : undefined;
    expect(await calls.refused()).toMatchObject({
      code: "SANDBOX_UNAVAILABLE",
      why: "exec: /bin/sh: not found",
      unchanged: "Nothing was run.",
    });
  });
});

describe("a program is ended", () => {
  test("when it is called off, and before it begins is not begun", async () => {
    const stop = new AbortController();
    calls.engine.program = { stdout: "up", goesOn: true };
    const onOutput = () => stop.abort();
    expect(await calls.run({}, { signal: stop.signal, onOutput })).toMatchObject({
      exit: null,
      killed: "aborted",
    });
    const before = calls.engine.asked("POST /containers/create").length;
    expect(await calls.run({}, { signal: stop.signal })).toMatchObject({ killed: "aborted" });
    expect(calls.engine.asked("POST /containers/create")).toHaveLength(before);
    expect(calls.engine.containers.size).toBe(0);
  });

  test("when it prints too much", async () => {
    calls.engine.program = { stdout: "x".repeat(100) };
    const result = await calls.run({ outputBytes: { stdout: 10, stderr: 10 } });
    expect(result).toMatchObject({ killed: "output", stdout: "x".repeat(10) });
    expect(result.truncated).toEqual({ stdout: true, stderr: false });
  });

  test("when it has used its processor time", async () => {
    calls.engine.program = { goesOn: true };
    expect(await calls.run({ cpuMs: 2 })).toMatchObject({ killed: "cpu", cpuMs: 5 });
  });

  test("by the kernel, was so for its memory where nothing else is known", async () => {
    calls.engine.program = { exit: 137 };
    expect(await calls.run()).toMatchObject({ exit: null, signal: "SIGKILL", killed: "memory" });
  });

  test("by its own signal was not, where the engine has counted its memory", async () => {
    calls.engine.program = { exit: 137 };
    calls.engine.script = ({ path }) =>
      path.includes("/stats")
        ? Response.json({ pids_stats: { current: 1 }, memory_stats: { max_usage: 1000 } })
        : undefined;
    expect(await calls.run()).toMatchObject({
      exit: 137,
      signal: "SIGKILL",
      killed: null,
      peakBytes: 1000,
    });
  });
});

/** A stream that begins, and does not end. */
function endless(beginning: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(beginning) });
}
