/** What a model asks of `docker_manage`, held to the few things that may be asked for. */
import { z } from "zod";
import { OrgError } from "#core/errors.ts";

const ACTIONS = ["ps", "logs", "inspect", "stop", "rm", "exec", "pull", "run"] as const;
type ContainerAction = (typeof ACTIONS)[number];

/** What holds for a container unless the model asks for less or, up to the limit, for more. */
const RUN_DEFAULTS = {
  memory_mb: 256,
  cpus: 1,
  pids: 64,
  seconds: 600,
  network: "none",
} as const;
const EXEC_SECONDS = 30;
const LOG_LINES = 200;

/** Loose: what else a model writes is to be refused by its name, not left out in silence. */
export const requestSchema: z.ZodType<ContainerRequest> = z.looseObject({
  action: z.enum(ACTIONS),
  id: z.string().min(1).optional(),
  image: z.string().min(1).optional(),
  cmd: z.array(z.string()).max(100).optional(),
  memory_mb: z.int().min(16).max(4096).optional(),
  cpus: z.number().min(0.1).max(2).optional(),
  pids: z.int().min(4).max(512).optional(),
  seconds: z.int().min(1).max(3600).optional(),
  tail: z.int().min(1).max(2000).optional(),
  network: z.string().optional(),
});

export interface ContainerRequest {
  readonly action: ContainerAction;
  readonly id?: string | undefined;
  readonly image?: string | undefined;
  readonly cmd?: readonly string[] | undefined;
  readonly memory_mb?: number | undefined;
  readonly cpus?: number | undefined;
  readonly pids?: number | undefined;
  readonly seconds?: number | undefined;
  readonly tail?: number | undefined;
  readonly network?: string | undefined;
}

const USED: Readonly<Record<ContainerAction, readonly (keyof ContainerRequest)[]>> = {
  ps: [],
  logs: ["id", "tail"],
  inspect: ["id"],
  stop: ["id"],
  rm: ["id"],
  exec: ["id", "cmd", "seconds"],
  pull: ["image"],
  run: ["image", "cmd", "memory_mb", "cpus", "pids", "seconds", "network"],
};

/**
 * The arguments with everything that will hold, so that the user is asked about all of it: the engine's name of the network
 * is read, too.
 */
export function withDefaults(args: unknown): unknown {
  const parsed = requestSchema.safeParse(args);
  if (!parsed.success) return args;
  const { NetworkMode: mode, ...others } = { NetworkMode: undefined, ...parsed.data };
  const named = mode === undefined ? others : { network: mode, ...others };
  switch (parsed.data.action) {
    case "run":
      return { ...RUN_DEFAULTS, ...named };
    case "exec":
      return { seconds: EXEC_SECONDS, ...named };
    case "logs":
      return { tail: LOG_LINES, ...named };
    default:
      return named;
  }
}

/** By its digest: the same name may mean another image tomorrow. */
const IMAGE = /^[a-z\d][\w./:-]{0,200}@sha256:[\da-f]{64}$/;
/** Never a name, which another container may have tomorrow. */
const ID = /^[\da-f]{12,64}$/;

/**
 * @throws {OrgError} `CONTAINER_REFUSED` for everything that is not on the list: folders and devices of the host, rights,
 *   namespaces, other networks, an image without its digest, a name instead of an id.
 */
export function refuseStrange(request: ContainerRequest): void {
  const { action, id, image, cmd, network } = request;
  const used: readonly string[] = ["action", ...USED[action]];
  const strange = Object.keys(request).filter((name) => !used.includes(name));
  if (strange.length > 0) {
    const names = strange.map((name) => JSON.stringify(name.slice(0, 60))).join(", ");
    throw refused(`"${action}" takes no ${names}`, [
      used.length === 1 ? "leave it out" : `use only ${used.slice(1).join(", ")}`,
    ]);
  }
  if (used.includes("id") && !ID.test(id ?? "")) {
    throw refused("A container is named by its id, 12 to 64 hexadecimal digits", [
      "action ps lists them",
    ]);
  }
  if (used.includes("image") && !IMAGE.test(image ?? "")) {
    throw refused("An image is named by its digest", ["write it as NAME@sha256:… with 64 digits"]);
  }
  if (used.includes("cmd") && (cmd ?? []).length === 0) {
    throw refused("There is no command", ['write it as a list, such as ["ls", "-l"]']);
  }
  if (action === "run" && network !== "none" && network !== "org") {
    throw refused(`The network "${String(network).slice(0, 60)}" is not for containers of org`, [
      'use "none", or "org" where the user has made it',
    ]);
  }
}

/** What the model reads, and can do better. */
export function refused(message: string, remedies: readonly string[]): OrgError {
  return new OrgError(message, {
    code: "CONTAINER_REFUSED",
    why: "Containers get no folder, device, right, namespace or network of this machine, and only those of this home are touched.",
    remedies,
    unchanged: "Nothing was done.",
  });
}
