/** A container that a persona had started, of an engine that the test scripts. */
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { closeSync, constants, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { TEST_HOME, TEST_IMAGE } from "#test/container-calls.ts";
import { EngineDouble, programFrames } from "#test/engine-double.ts";
import { until } from "#test/until.ts";
import { ContainerEngine } from "../../net/container-engine.ts";
import { type ContainerPlan, endContainer, printedBy, startContainer } from "./started.ts";

const PLAN: ContainerPlan = {
  ...{ image: TEST_IMAGE, command: ["sleep", "9"], memoryBytes: 1024 ** 2, cpus: 1 },
  ...{ processes: 9, seconds: 600, network: "none" },
};

let double: EngineDouble;
let engine: ContainerEngine;
beforeEach(() => {
  double = new EngineDouble();
  engine = new ContainerEngine(double.socket);
});
afterEach(() => double[Symbol.asyncDispose]());

/** What the first process is told, which waits for it. */
async function told(): Promise<string> {
  const [asked] = double.asked("POST /containers/create");
  const [mount] = Object(asked?.body["HostConfig"]).Mounts;
  const pipe = openSync(join(mount.Source, "life"), constants.O_RDONLY | constants.O_NONBLOCK);
  const bytes = new Uint8Array(8);
  const length = await until("the first process is told", async () => lengthIn(pipe, bytes));
  closeSync(pipe);
  return new TextDecoder().decode(bytes.subarray(0, length));
}

/** @returns `undefined` where nothing lies in the pipe. */
function lengthIn(pipe: number, into: Uint8Array): number | undefined {
  try {
    return readSync(pipe, into);
  } catch {
    return undefined;
  }
}

test("its first process is of another user than the command, which runs beside it", async () => {
  const id = await startContainer(engine, TEST_HOME, PLAN);
  const [asked] = double.asked("POST /containers/create");
  expect(asked?.body).toMatchObject({ User: "65533:65533", Cmd: ["sleep", "9"] });
  const exec = double.asked(`POST /containers/${id}/exec`)[0];
  expect(exec?.body).toMatchObject({ User: "65534:65534", Privileged: false, Tty: false });
  expect(exec?.body["Cmd"]).toEqual(["/bin/sh", "-c", '"$@"', "sh", "sleep", "9"]);
  await endContainer(engine, id);
});

describe("ends", () => {
  test("with its command, whose exit code it has, and whose output stays", async () => {
    double.program = { stdout: "one\ntwo\n", exit: 3 };
    const id = await startContainer(engine, TEST_HOME, PLAN);
    expect(await told()).toBe("3\n");
    expect(printedBy(engine, id)?.lines(1)).toBe("two\n");
    await endContainer(engine, id);
    expect(printedBy(engine, id)).toBeUndefined();
  });

  test("when its time is over", async () => {
    double.program = { goesOn: true };
    const id = await startContainer(engine, TEST_HOME, { ...PLAN, seconds: 0.01 });
    expect(await told()).toBe("137\n");
    await endContainer(engine, id);
  });

  test("when the engine breaks off, for no process can follow it", async () => {
    const half = Buffer.concat([programFrames({ stdout: "half" }), Buffer.from("<html>502")]);
    double.script = ({ path }) =>
      path.startsWith("/exec/") && path.endsWith("/start") ? new Response(half) : undefined;
    const id = await startContainer(engine, TEST_HOME, PLAN);
    expect(await told()).toBe("137\n");
    await endContainer(engine, id);
  });
});

test("where its command cannot be started, nothing is left", async () => {
  double.script = ({ path }) =>
    path.startsWith("/exec/") ? Response.json({ message: "no" }, { status: 500 }) : undefined;
  await expect(startContainer(engine, TEST_HOME, PLAN)).rejects.toMatchObject({
    code: "SANDBOX_UNAVAILABLE",
  });
  expect(double.containers.size).toBe(0);
});
