/** Containers that a persona had started: they end with this process, and when their time is over. */
import { join } from "node:path";
import { z } from "zod";
import type { ContainerEngine } from "../../net/container-engine.ts";
import { EngineFrames } from "../../net/engine-frames.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { labelsOf } from "./container-host.ts";
import { createAndStart, removeContainer } from "./containers.ts";
import { CONTAINER_USER, type CreateBody, FIRST_USER, lockedBody } from "./create-body.ts";
import { Life, OWN_FOLDER, UNTIL_CODE } from "./life.ts";
import { Printed } from "./printed.ts";
import { profileFor } from "./seccomp-profile.ts";

/** What a container is, and nothing else of it can be chosen. */
export interface ContainerPlan {
  /** `NAME@sha256:…` */
  readonly image: string;
  readonly command: readonly string[];
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly processes: number;
  /** How long it lives at most. */
  readonly seconds: number;
  /** `org` is a network of the engine that a person has made. */
  readonly network: "none" | "org";
}

const OPEN_FILES = 1024;
/** 128 + SIGKILL. */
const KILLED = 137;

/** A container that this process started. */
interface Started {
  readonly printed: Printed;
  /** What holds it. */
  readonly parts: AsyncDisposableStack;
}

/** By engine and id. */
const started = new Map<string, Started>();

/**
 * Starts a container for a home.
 *
 * @returns its id.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`; nothing is left then.
 */
export async function startContainer(
  engine: ContainerEngine,
  home: string,
  plan: ContainerPlan,
): Promise<string> {
  await using parts = new AsyncDisposableStack();
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const folder = parts.use(await temporaryFolder("container"));
  const own = join(folder.path, "own");
  // biome-ignore lint/nursery/useDisposables: the stack disposes of it
  const life = parts.use(new Life(own));
  const name = `org-${crypto.randomUUID()}`;
  parts.defer(async () => {
    life[Symbol.dispose]();
    await removeContainer(engine, name).catch(() => undefined);
  });
  const isPodman = await engine.isPodman();
  const body = bodyOf(plan, {
    ...{ own, isPodman, seccomp: profileFor(isPodman, folder.path) },
    labels: await labelsOf(home, "run"),
  });
  const id = await createAndStart(engine, name, body);
  const printed = new Printed();
  const stop = new AbortController();
  parts.defer(() => stop.abort());
  const exec = await prepare(engine, id, plan.command);
  const output = await begin(engine, exec, stop.signal);
  void follow(engine, { exec, output, printed, life });
  const timer = setTimeout(() => life.endWith(KILLED), plan.seconds * 1000);
  // The process does not wait for it, and what it has started ends with it.
  timer.unref();
  parts.defer(() => clearTimeout(timer));
  started.set(keyOf(engine, id), { printed, parts: parts.move() });
  return id;
}

const created = z.object({ Id: z.string().regex(/^[\da-f]{12,64}$/) });
const ended = z.object({ ExitCode: z.int().min(0).max(255).nullish() });

/** @returns the id of the command, which has not begun. */
async function prepare(
  engine: ContainerEngine,
  id: string,
  command: readonly string[],
): Promise<string> {
  const body = {
    ...{ AttachStdout: true, AttachStderr: true, Tty: false, Privileged: false },
    ...{ User: CONTAINER_USER, Cmd: [...COMMAND, ...command] },
  };
  const path = `/containers/${id}/exec`;
  const call = { method: "POST", path, doing: "prepare a program", body } as const;
  return (await engine.ask(call, created)).Id;
}

async function begin(
  engine: ContainerEngine,
  exec: string,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const body = { Detach: false, Tty: false };
  const path = `/exec/${exec}/start`;
  return await engine.stream({ method: "POST", path, doing: "start a program", body, signal });
}

interface Command {
  readonly exec: string;
  readonly output: ReadableStream<Uint8Array>;
  readonly printed: Printed;
  readonly life: Life;
}

/** Takes what a command prints, and ends its container with it. */
async function follow(
  engine: ContainerEngine,
  { exec, output, printed, life }: Command,
): Promise<void> {
  // What no process can follow does not go on.
  let code = KILLED;
  try {
    const frames = new EngineFrames();
    for await (const chunk of output) {
      for (const { bytes } of frames.push(chunk)) printed.add(bytes.slice());
    }
    const path = `/exec/${exec}/json`;
    const call = { method: "GET", path, doing: "tell how a program ended" } as const;
    code = (await engine.ask(call, ended)).ExitCode ?? KILLED;
  } catch {
    // The engine broke off, or it was removed.
  }
  life.endWith(code);
}

/** The end of what a container prints; `undefined` for one that another process started. */
export function printedBy({ socket }: ContainerEngine, id: string): Printed | undefined {
  return started.get(keyOf({ socket }, id))?.printed;
}

/** Ends and removes a container, of this or another process. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export async function endContainer(engine: ContainerEngine, id: string): Promise<void> {
  const key = keyOf(engine, id);
  await removeContainer(engine, id);
  await started.get(key)?.parts.disposeAsync();
  started.delete(key);
}

function keyOf({ socket }: Pick<ContainerEngine, "socket">, id: string): string {
  return `${socket}\0${id}`;
}

interface BodyParts {
  /** Folder on the host with the life. */
  readonly own: string;
  readonly isPodman: boolean;
  readonly seccomp: string;
  readonly labels: Readonly<Record<string, string>>;
}

function bodyOf(plan: ContainerPlan, { own, isPodman, seccomp, labels }: BodyParts): CreateBody {
  const { image, command, network, memoryBytes, cpus, processes } = plan;
  const limits = { memoryBytes, cpus, processes, openFiles: OPEN_FILES, seccomp, isPodman };
  const { config, hostConfig } = lockedBody(limits);
  const isConnected = network !== "none";
  return {
    ...config,
    NetworkDisabled: !isConnected,
    User: FIRST_USER,
    Image: image,
    // What waits is a process that the command can neither end nor look into, though it is of the same user.
    Entrypoint: ["/bin/sh", "-c", UNTIL_CODE, "sh"],
    // To be shown: it is run beside the first process.
    Cmd: command,
    Labels: labels,
    HostConfig: {
      ...hostConfig,
      NetworkMode: network,
      // How it ended can be read afterwards.
      AutoRemove: false,
      LogConfig: { Type: isPodman ? "k8s-file" : "json-file", Config: { "max-size": "1m" } },
      Tmpfs: { "/tmp": SCRATCH, "/var/tmp": SCRATCH },
      Mounts: [{ Type: "bind", Source: own, Target: OWN_FOLDER, ReadOnly: true }],
    },
  };
}

const SCRATCH = `rw,nosuid,nodev,size=${64 * 1024 ** 2},mode=1777`;
/** A shell, so that a program that is not there is told of as an output. */
const COMMAND: readonly string[] = ["/bin/sh", "-c", '"$@"', "sh"];
