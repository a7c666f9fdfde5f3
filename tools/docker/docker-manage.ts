import { ChannelLock } from "#core/channel-lock.ts";
import { explain, OrgError, unreachable } from "#core/errors.ts";
import { ContainerEngine } from "#platform/net/container-engine.ts";
import { LABEL } from "#platform/sandbox/container/container-host.ts";
import { listContainers, sweepOnce } from "#platform/sandbox/container/containers.ts";
import { endContainer, startContainer } from "#platform/sandbox/container/started.ts";
import { defineTool } from "../define-tool.ts";
import type { Tool, ToolContext, ToolOutput } from "../tool.ts";
import {
  type ContainerRequest,
  refused,
  refuseStrange,
  requestSchema,
  withDefaults,
} from "./container-request.ts";
import {
  describeContainer,
  ownContainer,
  pullImage,
  readLogs,
  requireNetwork,
  runInside,
} from "./engine-actions.ts";

/** Containers of one home at once, those that have ended included. */
const MOST_CONTAINERS = 20;
/** Of all rooms, one after the other: each start counts the containers that are there. */
const starts = new ChannelLock(1);

/**
 * Lets a persona see and use the containers of its home. `pull` and `run` need the user's approval, which the policy asks
 * for (`home/settings/permission-settings.ts`).
 *
 * @param socket of the engine.
 * @param home label of the home.
 */
export function dockerManageTool(socket: string, home: string): Tool {
  const engine = new ContainerEngine(socket);
  const tool = defineTool({
    name: "docker_manage",
    effect: "execute",
    capabilities: ["shell"],
    lasts: true,
    description:
      "Manages this home's containers. pull and run need approval and an image by digest (NAME@sha256:…): no network, host files or rights. logs, inspect, stop, rm, exec take an id of ps.",
    input: requestSchema,
    example: { action: "ps" },
    run: async (request, context) =>
      await orRefusal(act({ engine, home }, request, context), context.signal),
  });
  return { ...tool, fit: (args) => withDefaults(tool.fit?.(args) ?? args) };
}

/** A refusal is for the model; an engine that does not answer it cannot mend, but can tell of. */
async function orRefusal(output: Promise<ToolOutput>, signal: AbortSignal): Promise<ToolOutput> {
  try {
    return await output;
  } catch (error) {
    if (signal.aborted) return { ok: false, output: "[stopped: the user cancelled it]" };
    if (error instanceof OrgError) return { ok: false, output: explain(error) };
    throw error;
  }
}

interface EngineHome {
  readonly engine: ContainerEngine;
  readonly home: string;
}

async function act(
  engineHome: EngineHome,
  request: ContainerRequest,
  context: ToolContext,
): Promise<ToolOutput> {
  const fitted = requestSchema.parse(withDefaults(request));
  refuseStrange(fitted);
  const { engine } = engineHome;
  await sweepOnce(engine, engineHome.home);
  const { action, image = "", cmd = [] } = fitted;
  switch (action) {
    case "ps":
      return await list(engineHome, context.signal);
    case "pull":
      return done(await pullImage(engine, image, context.signal));
    case "run":
      return await run(engineHome, fitted, context.signal);
    default:
      break;
  }
  // Looked at right before it is touched, and then meant by its whole id.
  const id = await ownContainer(engine, { id: fitted.id ?? "", ...engineHome }, context.signal);
  switch (action) {
    case "logs":
      return done(await readLogs(engine, { id, tail: fitted.tail ?? 1 }, context));
    case "inspect":
      return done(await describeContainer(engine, id, context.signal));
    case "stop": {
      const path = `/containers/${id}/stop?t=2`;
      await engine.tell({ method: "POST", path, doing: "stop a container" });
      return done("It has stopped; rm removes it.");
    }
    case "rm":
      await endContainer(engine, id);
      return done("It is removed.");
    case "exec":
      return await runInside(engine, { id, cmd, seconds: fitted.seconds ?? 1 }, context);
    default:
      return unreachable(action);
  }
}

async function list({ engine, home }: EngineHome, signal: AbortSignal): Promise<ToolOutput> {
  const all = await listContainers(engine, home, signal);
  const own = all.filter(({ labels }) => labels[LABEL.kind] !== "call");
  if (own.length === 0) return { ok: true, output: "There are no containers.", isEmpty: true };
  const lines = own.map(({ id, state, image, status, command }) =>
    [id.slice(0, 12), state, image, status, command].filter((part) => part !== "").join("  "),
  );
  return done(lines.join("\n"));
}

async function run(
  { engine, home }: EngineHome,
  request: ContainerRequest,
  signal: AbortSignal,
): Promise<ToolOutput> {
  const { image = "", cmd = [] } = request;
  const { memory_mb: memory = 0, cpus = 0, pids = 0, seconds = 0 } = request;
  const network = request.network === "org" ? "org" : "none";
  if (network === "org") await requireNetwork(engine, signal);
  using _turn = await starts.waitForLock(Number.POSITIVE_INFINITY, { signal });
  const all = await listContainers(engine, home, signal);
  const own = all.filter(({ labels }) => labels[LABEL.kind] !== "call");
  if (own.length >= MOST_CONTAINERS) {
    throw refused(`There are ${own.length} containers, and ${MOST_CONTAINERS} are the most`, [
      "remove one first: action rm",
    ]);
  }
  const id = await startContainer(engine, home, {
    ...{ image, command: cmd, cpus, processes: pids, seconds, network },
    memoryBytes: memory * 1024 * 1024,
  });
  return done(
    `Started ${id.slice(0, 12)}; it lives ${seconds} s at most. Read what it prints with logs.`,
  );
}

function done(output: string): ToolOutput {
  return { ok: true, output };
}
