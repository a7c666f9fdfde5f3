/** What is known of the tools of a home beyond their registry: how their calls went, and which might go. */
import { existsSync } from "node:fs";
import type { Entry } from "#core/journal.ts";
import type { TextCleaner } from "#core/text/text-cleaner.ts";
import type { ToolListing } from "#core/tool-listing.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { UseStore } from "#home/use-store.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { whyRetire } from "#tools/registry/retirement.ts";
import { type Trust, trustOf, type Use } from "#tools/registry/trust.ts";
import { usesOf } from "#tools/registry/uses.ts";
import { proposeRetirement } from "./retire.ts";

type Rooms = Pick<HomeService, "rooms" | "entries">;
type Uses = ReadonlyMap<string, readonly Use[]>;

/** Calls of tools in the rooms of a home; a room that has not grown since it was last asked is not read again. */
export class RoomUses {
  readonly #rooms: Rooms;
  readonly #read = new Map<string, { readonly head: number; readonly uses: Uses }>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** By the names of the tools. @param signal ends the reading. */
  async all(signal: AbortSignal): Promise<Uses> {
    const all = new Map<string, Use[]>();
    for (const { room, head } of await this.#rooms.rooms(signal)) {
      const cached = this.#read.get(room);
      const uses = cached?.head === head ? cached.uses : await usesOf(this.#entries(room, signal));
      this.#read.set(room, { head, uses });
      for (const [tool, found] of uses) all.set(tool, [...(all.get(tool) ?? []), ...found]);
    }
    return all;
  }

  #entries(room: string, signal: AbortSignal): AsyncIterable<Entry> {
    return this.#rooms.entries({ kind: "named", id: room }, signal);
  }
}

/** What became of the calls of each tool, by its name: in all rooms, over HTTP and by jobs. */
export function allUses(
  inRooms: Uses,
  { toolUses }: Pick<HomePaths, "toolUses">,
): (name: string) => readonly Use[] {
  const usesByTool = Map.groupBy(usesOutsideRooms(toolUses), ({ tool }) => tool);
  return (name) => [...(inRooms.get(name) ?? []), ...(usesByTool.get(name) ?? [])];
}

/** How far each tool is trusted, by its name. */
export function trustOfAll(
  inRooms: Uses,
  paths: Pick<HomePaths, "toolUses">,
): (name: string) => Trust {
  const uses = allUses(inRooms, paths);
  const now = Date.now();
  return (name) => trustOf(uses(name), now);
}

/** A home that was never called from outside of rooms stays as it is. */
function usesOutsideRooms(path: string): ReturnType<UseStore["all"]> {
  if (!existsSync(path)) return [];
  using store = new UseStore(path);
  return store.all();
}

/** All that is known of a tool, as plain data. @throws {OrgError} `TOOL_UNKNOWN` */
export async function toolDetails(
  name: string,
  registry: ToolRegistry,
  trustOfTool: (name: string) => Trust,
): Promise<ToolListing & Readonly<Record<string, unknown>>> {
  const { verified, figures: _figures, ...listing } = await registry.get(name);
  const trust = trustOfTool(name);
  if (verified === undefined) return { ...listing, trust };
  const { spec, contentHash, tests, dependencies, provenance } = verified.metadata;
  const { language, input, output, failures, deterministic, capabilities, asks } = spec;
  return {
    ...listing,
    ...{ language, capabilities, input, output, failures, deterministic, asks },
    ...{ tests, dependencies, provenance, contentHash, trust },
  };
}

/** @returns why a tool might go; nothing of one that is of use, or that main does not have. */
export function whyGo(
  { name, verified }: Pick<RegisteredTool, "name" | "verified">,
  trust: (name: string) => Trust,
): string | undefined {
  if (verified === undefined) return undefined;
  const promotedAt = Date.parse(verified.metadata.provenance.createdAt);
  return whyRetire({ trust: trust(name), promotedAt }, Date.now());
}

interface Retiring {
  /** ORG_HOME. */
  readonly home: string;
  readonly registry: Pick<ToolRegistry, "list">;
  readonly uses: () => Promise<Uses>;
  readonly cleaner: TextCleaner;
  readonly signal: AbortSignal;
}

/**
 * Makes a candidate without a tool, which waits for a human.
 *
 * @throws {OrgError} as {@link proposeRetirement}.
 */
export async function retireTool(
  name: string,
  { home, registry, uses, cleaner, signal }: Retiring,
): Promise<{ readonly branch: string; readonly verdict: string; readonly reason: string }> {
  const why = async (): Promise<string> => {
    const tool = (await registry.list()).find((one) => one.name === name);
    const trust = trustOfAll(await uses(), homePaths(home));
    return (tool && whyGo(tool, trust)) ?? "a person asked for it";
  };
  const { branch, record } = await proposeRetirement({ home, name, why, cleaner, signal });
  return { branch, verdict: record.verdict, reason: record.reason };
}
