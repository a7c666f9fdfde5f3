/** The containers of a home, found by their labels alone. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";
import { type ContainerEngine, EngineRefused } from "../../net/container-engine.ts";
import { isOrphan, LABEL } from "./container-host.ts";
import { requireLimits } from "./held-limits.ts";

const listed = z.array(
  z.object({
    Id: z.string().regex(/^[0-9a-f]{64}$/),
    Image: z.string().default(""),
    State: z.string().default(""),
    Status: z.string().default(""),
    Command: z.string().default(""),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

export interface ListedContainer {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly image: string;
  /** As "running" or "exited". */
  readonly state: string;
  /** For a person, as "Up 3 minutes". */
  readonly status: string;
  readonly command: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Those with both labels of the home, whatever their state. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export async function listContainers(
  engine: ContainerEngine,
  home: string,
  signal?: AbortSignal,
): Promise<readonly ListedContainer[]> {
  const filters = JSON.stringify({ label: [`${LABEL.ours}=true`, `${LABEL.home}=${home}`] });
  const found = await engine.ask(
    {
      ...{ method: "GET", doing: "list the containers of this home", signal },
      path: `/containers/json?all=true&filters=${encodeURIComponent(filters)}`,
    },
    listed,
  );
  return found.flatMap(({ Id: id, Image: image, State: state, Status: status, Command, Labels }) =>
    // Not every engine reads a filter in the same way, and what is not ours is never touched.
    isOurs(Labels ?? {}, home)
      ? [{ id, image, state, status, command: Command, labels: Labels ?? {} }]
      : [],
  );
}

/** Whether labels are those of an object of the home. */
export function isOurs(labels: Readonly<Record<string, string>>, home: string): boolean {
  return labels[LABEL.ours] === "true" && labels[LABEL.home] === home;
}

const created = z.object({ Id: z.string().regex(/^[0-9a-f]{64}$/) });
const mounted = z.looseObject({
  Mounts: z.array(z.object({ Type: z.string(), Destination: z.string() })).catch([]),
});

/**
 * @param name of its own, known before: what is made by a request whose answer is lost can be removed all the same.
 * @returns its id.
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`, also for an image that brings folders to write to: they have no size and lie
 *   on the disk. Nor does one start that the engine made without its limits. The caller removes it then.
 */
export async function createAndStart(
  engine: ContainerEngine,
  name: string,
  body: Readonly<Record<string, unknown>>,
): Promise<string> {
  const path = `/containers/create?name=${name}`;
  const making = { method: "POST", path, doing: "make a container", body } as const;
  const { Id: id } = await engine.ask(making, created);
  const looking = { method: "GET", path: `/containers/${id}/json`, doing: "describe it" } as const;
  const description = await engine.ask(looking, mounted);
  const volume = description.Mounts.find(({ Type: type }) => type === "volume");
  if (volume !== undefined) {
    throw new OrgError(`The image brings a folder to write to: "${volume.Destination}"`, {
      code: "SANDBOX_UNAVAILABLE",
      why: "It declares a volume, which has no limit and would be shared by programs.",
      remedies: ["use an image without VOLUME"],
      unchanged: "Nothing was run.",
    });
  }
  requireLimits(body, description);
  const start = {
    method: "POST",
    path: `/containers/${id}/start`,
    doing: "start a container",
  } as const;
  await engine.tell(start);
  return id;
}

/** Removes a container with everything that runs in it; fine when it is gone. @throws {OrgError} `SANDBOX_UNAVAILABLE` */
export async function removeContainer(engine: ContainerEngine, id: string): Promise<void> {
  const call = { method: "DELETE", doing: "remove a container" } as const;
  await engine
    .tell({ ...call, path: `/containers/${id}?force=true&v=true`, timeoutMs: REMOVE_MS })
    .catch(unlessGone);
}

/** Longest wait for the removal, in milliseconds. */
const REMOVE_MS = 20_000;
/** There is none; and, in most engines, another caller is at it already. */
const GONE: readonly number[] = [404, 409];

function unlessGone(error: unknown): void {
  if (!(error instanceof EngineRefused && GONE.includes(error.status))) throw error;
}

/** By engine and home. */
const swept = new Map<string, Promise<void>>();

/**
 * Removes, once a process, the home's containers whose process has ended: what a process that was killed has left, and
 * what an engine that was killed has kept. To be awaited before the first container is made or looked at.
 *
 * @throws {OrgError} `SANDBOX_UNAVAILABLE`
 */
export async function sweepOnce(engine: ContainerEngine, home: string): Promise<void> {
  const key = `${engine.socket}\0${home}`;
  const sweep = swept.get(key) ?? sweepContainers(engine, home);
  swept.set(key, sweep);
  try {
    await sweep;
  } catch (error) {
    // The engine may be started meanwhile.
    swept.delete(key);
    throw error;
  }
}

async function sweepContainers(engine: ContainerEngine, home: string): Promise<void> {
  for (const { id, labels } of await listContainers(engine, home)) {
    if (await isOrphan(labels)) await removeContainer(engine, id);
  }
}
