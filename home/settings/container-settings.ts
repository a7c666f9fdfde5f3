/** The container engine that a person has named: for programs, where it was chosen, and for `docker_manage`. */
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { geteuid } from "node:process";
import { z } from "zod";
import { invalid } from "#core/invalid-setting.ts";
import { type ContainerHost, homeLabel } from "#platform/sandbox/container/container-host.ts";
import { homePaths } from "../home-paths.ts";

/** What programs are kept in; nothing but a person chooses another one than the first. */
export type SandboxTier = (typeof SANDBOX_TIERS)[number];
export const SANDBOX_TIERS = ["bubblewrap", "landlock", "container"] as const;

/** As it is written. */
export interface ContainerEntry {
  readonly socket?: string | undefined;
  readonly image?: string | undefined;
  readonly runtime?: string | undefined;
}

const IMAGE = /^[a-z\d][\w./:-]{0,200}@sha256:[\da-f]{64}$/;

export const containerSchema: z.ZodType<ContainerEntry> = z.strictObject({
  socket: z.string().startsWith("/").max(100).optional(),
  image: z.string().regex(IMAGE, "a digest is needed: NAME@sha256:…").optional(),
  runtime: z
    .string()
    .regex(/^[\w.-]{1,60}$/)
    .optional(),
});

export interface ContainerSettings {
  /** Absolute path of the engine's Unix socket. */
  readonly socket: string;
  /** What programs run in, by its digest; absent where they run in another sandbox. */
  readonly image?: string | undefined;
  readonly runtime?: string | undefined;
}

/**
 * @param path of the human's file.
 * @returns undefined where no engine is named and none is needed.
 * @throws {OrgError} `CONFIG_INVALID` when programs are to run in containers, and no image is named.
 */
export function containerSettings(
  entry: ContainerEntry | undefined,
  tier: SandboxTier,
  path: string,
): ContainerSettings | undefined {
  if (tier === "container" && entry?.image === undefined) {
    throw invalid(path, 'container.image: sandbox = "container" needs one, as NAME@sha256:…');
  }
  return entry === undefined ? undefined : { ...entry, socket: entry.socket ?? usualSocket() };
}

/** Podman's: of the system for root, of the user for a user. */
function usualSocket(): string {
  const id = geteuid?.() ?? 0;
  return id === 0 ? "/run/podman/podman.sock" : `/run/user/${id}/podman/podman.sock`;
}

interface HomeSettings {
  readonly home: string;
  readonly workspace?: string | undefined;
  readonly container?: ContainerSettings | undefined;
}

/**
 * Where programs of a home run that has chosen containers.
 *
 * @param checkout folder of org's own programs: what they need of its packages is shown, too.
 */
export function containerHostOf(settings: HomeSettings, checkout: string): ContainerHost {
  const { home, workspace = homePaths(home).workspace, container } = settings;
  if (container?.image === undefined) throw new Error("The settings require no image");
  const { socket, image, runtime } = container;
  const shows = [workspace, join(checkout, "node_modules")].map(realPath);
  return { socket, image, runtime, home: homeLabel(home), shows };
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
