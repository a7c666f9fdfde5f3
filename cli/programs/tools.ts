import { existsSync } from "node:fs";
import { embeddingsAlone } from "#app/embeddings.ts";
import { proposeRetirement } from "#app/retire.ts";
import { builtInTools } from "#app/rooms.ts";
import type { Entry } from "#core/journal.ts";
import { type HomePaths, homePaths } from "#home/home-paths.ts";
import { type StoredUse, UseStore } from "#home/use-store.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { openHome } from "#server/socket/open-home.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { whyRetire } from "#tools/registry/retirement.ts";
import { type Trust, trustOf } from "#tools/registry/trust.ts";
import { usesOf } from "#tools/registry/uses.ts";
import type { CommandContext } from "../context.ts";
import { runTools, type ToolSource } from "../tools-command.ts";

const MOST_FOUND = 10;

/** `org tools`. @returns the exit code. */
export async function tools(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output } = context;
  const paths = homePaths(settings.home);
  const filesRoot = settings.workspace ?? paths.workspace;
  const builtIn = builtInTools(settings);
  await using parts = new AsyncDisposableStack();
  // Only a search asks the model; its budget need not be opened for the rest.
  const searches = line.operands[0] === "search";
  const session = { settings, flags: line.options, cleaner, paths };
  const embeddings = searches ? await embeddingsAlone(session, parts) : undefined;
  using registry = openRegistry({ paths, builtIn, filesRoot, embeddings });
  const source: ToolSource = {
    list: () => registry.list(),
    search: (query) => search(query, registry, context),
    details: (name) => detailsOf(name, registry, context),
    switch: (name, on) => registry.switch(name, on),
    retirable: () => retirable(registry, context),
    retire: (name) => retire(name, registry, context),
  };
  const json = line.options.has("json");
  return await runTools(line.operands, { tools: source, json, cleaner, output });
}

async function search(query: string, registry: ToolRegistry, context: CommandContext) {
  const found = await registry.search(query, MOST_FOUND, context.signal);
  const notice = registry.takeNotice();
  if (notice !== undefined) context.output.say(`! ${context.cleaner.clean(notice)}\n`);
  return found;
}

async function detailsOf(name: string, registry: ToolRegistry, context: CommandContext) {
  const { judged, figures: _figures, ...listing } = await registry.get(name);
  const trust = (await trustOfAll(context))(name);
  if (judged === undefined) return { ...listing, trust };
  const { spec, contentHash, tests, dependencies, provenance } = judged.metadata;
  const { language, input, output, failures, deterministic, capabilities, asks } = spec;
  return {
    ...listing,
    ...{ language, capabilities, input, output, failures, deterministic, asks },
    ...{ tests, dependencies, provenance, contentHash, trust },
  };
}

async function retirable(
  registry: ToolRegistry,
  context: CommandContext,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const whyOf = whyBy(await trustOfAll(context));
  return (await registry.list()).flatMap((tool) => {
    const why = whyOf(tool);
    return why === undefined ? [] : [{ name: tool.name, why }];
  });
}

async function retire(
  name: string,
  registry: ToolRegistry,
  context: CommandContext,
): Promise<{ readonly branch: string; readonly verdict: string; readonly reason: string }> {
  const { settings, cleaner, signal } = context;
  const why = async (): Promise<string> => {
    const tool = (await registry.list()).find((one) => one.name === name);
    return (tool && whyBy(await trustOfAll(context))(tool)) ?? "a person asked for it";
  };
  const about = { home: settings.home, name, why, cleaner, signal };
  const { branch, record } = await proposeRetirement(about);
  return { branch, verdict: record.verdict, reason: record.reason };
}

/** @returns what says of a tool why it might go; nothing of one that is of use, or that main does not have. */
function whyBy(trust: (name: string) => Trust): (tool: RegisteredTool) => string | undefined {
  const now = Date.now();
  return ({ name, judged }) => {
    if (judged === undefined) return undefined;
    const promotedAt = Date.parse(judged.metadata.provenance.createdAt);
    return whyRetire({ trust: trust(name), promotedAt }, now);
  };
}

/** What became of the calls of each tool: in all rooms, over HTTP and by jobs. */
async function trustOfAll(context: CommandContext): Promise<(name: string) => Trust> {
  const paths = homePaths(context.settings.home);
  const inRooms = await usesInRooms(paths, context);
  const outside = Map.groupBy(usesOutside(paths), ({ tool }) => tool);
  const now = Date.now();
  return (name) => trustOf([...(inRooms.get(name) ?? []), ...(outside.get(name) ?? [])], now);
}

async function usesInRooms(
  paths: HomePaths,
  { app, signal }: CommandContext,
): Promise<Awaited<ReturnType<typeof usesOf>>> {
  // A home without a room stays as it is.
  if (app.settings.database === undefined && !existsSync(paths.journal)) return new Map();
  await using home = await openHome({
    ...{ paths, command: "org tools", signal, ...app.kept },
    openRoom: () => Promise.reject(new Error("Looking at tools opens no room")),
  });
  return await usesOf(allEntries(home.service, signal));
}

function usesOutside({ toolUses }: HomePaths): readonly StoredUse[] {
  if (!existsSync(toolUses)) return [];
  using store = new UseStore(toolUses);
  return store.all();
}

async function* allEntries(home: HomeService, signal: AbortSignal): AsyncGenerator<Entry, void> {
  for (const { room } of await home.rooms(signal)) {
    yield* home.entries({ kind: "named", id: room }, signal);
  }
}
