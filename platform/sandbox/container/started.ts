/** Containers that a persona had started: they end with this process, and when their time is over. */
import { join } from "node:path";
import type { ContainerEngine } from "../../net/container-engine.ts";
import { temporaryFolder } from "../../temporary-folder.ts";
import { labelsOf } from "./container-host.ts";
import { createAndStart, removeContainer } from "./containers.ts";
import { CONTAINER_USER, type CreateBody, lockedBody } from "./create-body.ts";
import { Life, OWN_FOLDER, UNTIL_END } from "./life.ts";
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

/** By engine and id: what holds them. */
const started = new Map<string, AsyncDisposable>();

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
  const timer = setTimeout(() => life[Symbol.dispose](), plan.seconds * 1000);
  // The process does not wait for it, and what it has started ends with it.
  timer.unref();
  parts.defer(() => clearTimeout(timer));
  started.set(keyOf(engine, id), parts.move());
  return id;
}

/** Ends and removes a container, whoever started it. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export async function endContainer(engine: ContainerEngine, id: string): Promise<void> {
  const key = keyOf(engine, id);
  await removeContainer(engine, id);
  await started.get(key)?.[Symbol.asyncDispose]();
  started.delete(key);
}

function keyOf({ socket }: ContainerEngine, id: string): string {
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
  const limits = { memoryBytes, cpus, processes, openFiles: OPEN_FILES, seccomp };
  const { config, hostConfig } = lockedBody(limits);
  const isConnected = network !== "none";
  return {
    ...config,
    NetworkDisabled: !isConnected,
    User: CONTAINER_USER,
    Image: image,
    Entrypoint: ["/bin/sh", "-c", FIRST, "sh"],
    Cmd: command,
    Labels: labels,
    HostConfig: {
      ...hostConfig,
      NetworkMode: network,
      // What it printed can be read when it has ended.
      AutoRemove: false,
      LogConfig: { Type: isPodman ? "k8s-file" : "json-file", Config: { "max-size": "1m" } },
      Tmpfs: { "/tmp": SCRATCH, "/var/tmp": SCRATCH },
      Mounts: [{ Type: "bind", Source: own, Target: OWN_FOLDER, ReadOnly: true }],
    },
  };
}

const SCRATCH = `rw,nosuid,nodev,size=${64 * 1024 ** 2},mode=1777`;
/** The command, and beside it the wait for the end, which ends the command. */
const FIRST = `"$@" & command=$!; ( ${UNTIL_END}; kill -KILL -1 ) & wait $command; exit $?`;
