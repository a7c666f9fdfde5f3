/** What `docker_manage` asks of the engine for a single container or image. */
import { z } from "zod";
import { OrgError, reasonOf } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import {
  type ContainerEngine,
  type EngineCall,
  EngineRefused,
} from "#platform/net/container-engine.ts";
import { type EngineFrame, EngineFrames } from "#platform/net/engine-frames.ts";
import { LABEL } from "#platform/sandbox/container/container-host.ts";
import { isOurs } from "#platform/sandbox/container/containers.ts";
import { CONTAINER_USER } from "#platform/sandbox/container/create-body.ts";
import { printedBy } from "#platform/sandbox/container/started.ts";
import type { ToolContext, ToolOutput } from "../tool.ts";
import { refused } from "./container-request.ts";

/** Most bytes of what a container prints. */
const MOST_BYTES = 64 * 1024;
/** Read beyond that, so that no secret is cut before it is known. */
const MARGIN_BYTES = 8 * 1024;
/** An image may be large, and a registry slow; in milliseconds. */
const PULL_MS = 600_000;
/** How much later than the program the call gives up, in milliseconds. */
const GRACE_MS = 10_000;

const labelled = z.object({
  Id: z.string().regex(/^[\da-f]{64}$/),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});

interface Named {
  readonly id: string;
  readonly home: string;
}

function inspecting(id: string, signal: AbortSignal): EngineCall {
  return { method: "GET", path: `/containers/${id}/json`, doing: "describe a container", signal };
}

/**
 * The whole id of a container of the home.
 *
 * @throws {OrgError} `CONTAINER_REFUSED` for one that is not the home's, or whose name looks like that id, or that a call
 *   of the sandbox runs in.
 */
export async function ownContainer(
  engine: ContainerEngine,
  { id, home }: Named,
  signal: AbortSignal,
): Promise<string> {
  const found = await engine.ask(inspecting(id, signal), labelled).catch((error: unknown) => {
    if (error instanceof EngineRefused && error.status === 404) return undefined;
    throw error;
  });
  const labels = found?.Config.Labels ?? {};
  const isOwn = isOurs(labels, home) && labels[LABEL.kind] !== "call";
  // A name can look like an id, and the engine takes either.
  if (found !== undefined && isOwn && found.Id.startsWith(id)) return found.Id;
  throw refused(`This home has no container "${id}"`, ["action ps lists them"]);
}

const described = z.object({
  Id: z.string(),
  Created: z.string().optional(),
  State: z.looseObject({ Status: z.string().optional(), ExitCode: z.number().optional() }),
  Config: z.object({
    Image: z.string(),
    Cmd: z.array(z.string()).nullish(),
    User: z.string().optional(),
  }),
  HostConfig: z.object({
    Memory: z.number().optional(),
    NanoCpus: z.number().optional(),
    PidsLimit: z.number().nullish(),
    NetworkMode: z.string().optional(),
  }),
});

/** What may be known of a container: nothing of the host's folders. */
export async function describeContainer(
  engine: ContainerEngine,
  id: string,
  signal: AbortSignal,
): Promise<string> {
  const { Id, Created, State, Config, HostConfig } = await engine.ask(
    inspecting(id, signal),
    described,
  );
  const state = { status: State.Status, exit: State.ExitCode };
  return JSON.stringify(
    { id: Id, created: Created, state, ...Config, limits: HostConfig },
    null,
    1,
  );
}

interface Logs {
  readonly id: string;
  /** Lines, from the end. */
  readonly tail: number;
}

/** What a container printed; of one that another process started, what the engine kept. */
export async function readLogs(
  engine: ContainerEngine,
  { id, tail }: Logs,
  { signal, clean }: ToolContext,
): Promise<string> {
  const printed = printedBy(engine, id);
  if (printed !== undefined) return await cleanedAndCut(printed.lines(tail), clean);
  const path = `/containers/${id}/logs?stdout=true&stderr=true&tail=${tail}`;
  const stream = await engine.stream({
    method: "GET",
    path,
    doing: "read what a container printed",
    signal,
  });
  return await textOf(stream, clean);
}

interface Inside {
  readonly id: string;
  readonly cmd: readonly string[];
  readonly seconds: number;
}

const created = z.object({ Id: z.string().regex(/^[\da-f]{12,64}$/) });
const ended = z.object({ ExitCode: z.int().nullish() });

/** Runs a program in a container that runs, for so many seconds at most. */
export async function runInside(
  engine: ContainerEngine,
  { id, cmd, seconds }: Inside,
  { signal, clean }: ToolContext,
): Promise<ToolOutput> {
  const timed = ["/bin/sh", "-c", 'exec timeout -s KILL "$@"', "sh", String(seconds), ...cmd];
  const { Id: exec } = await engine.ask(
    {
      ...{ method: "POST", path: `/containers/${id}/exec`, doing: "prepare a program", signal },
      body: {
        ...{ AttachStdout: true, AttachStderr: true, Tty: false, Privileged: false },
        ...{ User: CONTAINER_USER, Cmd: timed },
      },
    },
    created,
  );
  const late = AbortSignal.timeout(seconds * 1000 + GRACE_MS);
  const text = await outputOf(engine, exec, { late, signal, clean });
  if (text === undefined) {
    const output = `[stopped: the engine did not end it after ${seconds} s]`;
    return { ok: false, output, killed: "wall" };
  }
  const call = {
    method: "GET",
    path: `/exec/${exec}/json`,
    doing: "tell how a program ended",
    signal,
  } as const;
  const exit = (await engine.ask(call, ended)).ExitCode ?? undefined;
  const output = exit === 0 ? text : `${text}\n[exit ${exit ?? "unknown"}]`;
  return { ok: exit === 0, output: output.trim() || "It printed nothing.", exit };
}

interface Waiting extends Pick<ToolContext, "signal" | "clean"> {
  /** Aborts when the program should long have ended. */
  readonly late: AbortSignal;
}

/** @returns `undefined` where the program goes on for too long. */
async function outputOf(
  engine: ContainerEngine,
  exec: string,
  { late, signal, clean }: Waiting,
): Promise<string | undefined> {
  try {
    const stream = await engine.stream({
      ...{ method: "POST", path: `/exec/${exec}/start`, doing: "start a program" },
      ...{ body: { Detach: false, Tty: false }, signal: AbortSignal.any([signal, late]) },
    });
    return await textOf(stream, clean);
  } catch (error) {
    if (late.aborted && !signal.aborted) return undefined;
    throw error;
  }
}

/** @throws {OrgError} `CONTAINER_REFUSED` for a network that leads anywhere, or that the user did not make for this. */
export async function requireNetwork(engine: ContainerEngine, signal: AbortSignal): Promise<void> {
  const network = z.object({
    Internal: z.boolean().default(false),
    Labels: z.record(z.string(), z.string()).nullish(),
  });
  const call = {
    method: "GET",
    path: "/networks/org",
    doing: "describe a network",
    signal,
  } as const;
  const found = await engine.ask(call, network).catch((error: unknown) => {
    if (error instanceof EngineRefused && error.status === 404) return undefined;
    throw error;
  });
  if (found?.Internal === true && found.Labels?.[LABEL.ours] === "true") return;
  throw refused('There is no internal network "org" with the label org=true', [
    'use network "none"',
    "the user can make it: docker network create --internal --label org=true org",
  ]);
}

/** @returns what has become of it. @throws {OrgError} `SANDBOX_UNAVAILABLE` with what the registry says. */
export async function pullImage(
  engine: ContainerEngine,
  image: string,
  signal: AbortSignal,
): Promise<string> {
  const doing = "fetch an image";
  const path = `/images/create?fromImage=${encodeURIComponent(image)}`;
  const text = await engine.text({ method: "POST", path, doing, signal, timeoutMs: PULL_MS });
  // The status is sent before the registry is asked: what went wrong stands among the lines.
  const failed = text
    .split("\n")
    .map((line) => z.object({ error: z.string() }).safeParse(parseJson(line)).data?.error)
    .find((error) => error !== undefined);
  if (failed !== undefined) throw new EngineRefused(doing, 500, failed);
  const name = encodeURIComponent(image);
  await engine.tell({
    method: "GET",
    path: `/images/${name}/json`,
    doing: "describe an image",
    signal,
  });
  return `${image} is here.`;
}

/** Both streams as they came, cleaned, and cut after {@link MOST_BYTES}. */
async function textOf(
  stream: ReadableStream<Uint8Array>,
  clean: ToolContext["clean"],
): Promise<string> {
  const frames = new EngineFrames();
  const parts: Uint8Array[] = [];
  let bytes = 0;
  const add = ({ bytes: some }: EngineFrame): void => {
    bytes += some.length;
    parts.push(some);
  };
  try {
    for await (const chunk of stream) {
      for (const frame of frames.push(chunk)) add(frame);
      if (bytes > MOST_BYTES + MARGIN_BYTES) break;
    }
  } catch (cause) {
    throw new OrgError("The container engine broke off while it sent what was printed", {
      code: "SANDBOX_UNAVAILABLE",
      why: reasonOf(cause),
      cause,
      remedies: ["ask again", "org doctor"],
    });
  }
  return await cleanedAndCut(new TextDecoder().decode(Buffer.concat(parts)), clean);
}

async function cleanedAndCut(text: string, clean: ToolContext["clean"]): Promise<string> {
  // Before it is cut: half a secret would not be known.
  const cleaned = clean === undefined ? text : await clean(text);
  return cleaned.length > MOST_BYTES ? `${cleaned.slice(0, MOST_BYTES)}\n… cut here` : cleaned;
}
