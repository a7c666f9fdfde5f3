/** What counts or holds for a whole process: opened once, however many of its parts need it. */

import { RateLimits } from "#core/policy/rate-limit.ts";
import type { ResolveProgram } from "#core/policy/shell-allowlist.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { LeaseStore } from "#home/lease-store.ts";
import type { Settings } from "#home/settings/settings.ts";
import type { HttpRules } from "#platform/net/http-client.ts";
import { resolveProgram } from "#platform/program-path.ts";
import { openWorkspace, type Workspace } from "#platform/workspace.ts";
import { openRegistry, type ToolsPlace } from "#tools/registry/open-registry.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { Tool } from "#tools/tool.ts";

export interface HomeWorld {
  readonly settings: Settings;
  readonly paths: HomePaths;
  /** Which generated tools there are. @default those of the home */
  readonly place?: ToolsPlace | undefined;
  readonly builtIn: readonly Tool[];
  /** How tools reach the network. @default public addresses on the usual ports */
  readonly rules?: HttpRules | undefined;
  /** Milliseconds of a clock that never goes back. @default that of the machine */
  readonly now?: (() => number) | undefined;
}

/** As rooms take it: `Permissions` of room/permissions.ts. */
export interface HomePermissions extends Pick<Settings, "policy" | "approvalMs"> {
  readonly resolveProgram: ResolveProgram;
  readonly rates: RateLimits;
  readonly leases: LeaseStore;
}

/**
 * Rates, leases, workspace and tools of one process. Rooms, jobs and HTTP requests are given the same one:
 * a limit of 10 calls a minute lets 10 through in all, not 10 for each of them.
 */
export class HomeParts {
  readonly #world: HomeWorld;
  readonly #parts: AsyncDisposableStack;
  readonly #rates: RateLimits;
  #leases: LeaseStore | undefined;
  #workspace: Promise<Workspace> | undefined;
  #registry: Promise<ToolRegistry> | undefined;

  /** @param parts disposes of what is opened. */
  constructor(world: HomeWorld, parts: AsyncDisposableStack) {
    this.#world = world;
    this.#parts = parts;
    this.#rates = new RateLimits(world.settings.rates, world.now);
  }

  /** What stands between every call and its tool. @throws {OrgError} `FILE_FAILED` */
  get permissions(): HomePermissions {
    this.#leases ??= this.#parts.use(new LeaseStore(this.#world.paths));
    const { policy, approvalMs } = this.#world.settings;
    return { policy, approvalMs, resolveProgram, rates: this.#rates, leases: this.#leases };
  }

  /** The folder that tools write into; made when it is missing. */
  async workspace(): Promise<Workspace> {
    const { settings, paths } = this.#world;
    this.#workspace ??= openWorkspace(settings.workspace ?? paths.workspace);
    return await this.#workspace;
  }

  async registry(): Promise<ToolRegistry> {
    this.#registry ??= this.#openRegistry();
    return await this.#registry;
  }

  async #openRegistry(): Promise<ToolRegistry> {
    const { paths, place, builtIn, rules } = this.#world;
    const filesRoot = (await this.workspace()).root;
    return this.#parts.use(openRegistry({ paths, place, builtIn, filesRoot, rules }));
  }
}
