import { existsSync } from "node:fs";
import { embeddingsAlone } from "#app/embeddings.ts";
import { ownerPort } from "#app/owner-port.ts";
import { builtInTools } from "#app/rooms.ts";
import {
  proposalsText,
  storeReported,
  type ToolProposals,
  toolProposals,
  untold,
} from "#app/tool-proposals.ts";
import { RoomUses, retireTool, toolDetails, trustOfAll, whyGo } from "#app/tool-report.ts";
import { homePaths } from "#home/home-paths.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import { openHome } from "#server/socket/open-home.ts";
import { NoOwner } from "#server/socket/owner-client.ts";
import { openRegistry } from "#tools/registry/open-registry.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import type { CommandContext } from "../context.ts";
import { runTools, type ToolSource } from "../tools-command.ts";

const MOST_FOUND = 10;

/** `org tools`. @returns the exit code. */
export async function tools(context: CommandContext): Promise<number> {
  const { line, settings, cleaner, output } = context;
  const [action, ...more] = line.operands;
  if ((action === "pull" || action === "push") && more.length === 0) {
    return await (await import("./travel.ts")).travel(context, action);
  }
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
    details: async (name) => await toolDetails(name, registry, await trustIn(context)),
    switch: (name, on) => registry.switch(name, on),
    retirable: () => retirable(registry, context),
    retire: (name) =>
      retireTool(name, {
        ...{ home: settings.home, registry, uses: () => usesInRooms(context) },
        ...{ cleaner, signal: context.signal },
      }),
    proposals: () => proposals(registry, context),
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

async function retirable(
  registry: ToolRegistry,
  context: CommandContext,
): Promise<readonly { readonly name: string; readonly why: string }[]> {
  const trust = await trustIn(context);
  return (await registry.list()).flatMap((tool) => {
    const why = whyGo(tool, trust);
    return why === undefined ? [] : [{ name: tool.name, why }];
  });
}

async function proposals(registry: ToolRegistry, context: CommandContext): Promise<ToolProposals> {
  const { line, settings, signal } = context;
  const paths = homePaths(settings.home);
  const found = await withRooms(context, async (rooms) => {
    const trust = trustOfAll(await new RoomUses(rooms).all(signal), paths);
    return await toolProposals({ rooms, registry, trust, now: Date.now(), signal });
  });
  const all = found ?? { make: [], retire: await retirable(registry, context) };
  if (!line.options.has("tell")) return all;
  const text = proposalsText(untold(paths.proposals, all));
  if (text === undefined) return all;
  await tell(text, context);
  await storeReported(paths.proposals, all);
  return all;
}

/** Where no process that serves has the home, no room is open to be told. */
async function tell(text: string, { settings, signal }: CommandContext): Promise<void> {
  try {
    await ownerPort(settings.home).tell(text, signal);
  } catch (error) {
    if (!(error instanceof NoOwner)) throw error;
  }
}

async function trustIn(context: CommandContext): Promise<ReturnType<typeof trustOfAll>> {
  return trustOfAll(await usesInRooms(context), homePaths(context.settings.home));
}

async function usesInRooms(context: CommandContext): ReturnType<RoomUses["all"]> {
  const { signal } = context;
  return (
    (await withRooms(context, async (rooms) => await new RoomUses(rooms).all(signal))) ?? new Map()
  );
}

/** @returns `undefined` for a home without a room, which stays as it is. */
async function withRooms<T>(
  { app, settings, signal }: CommandContext,
  look: (rooms: HomeService) => Promise<T>,
): Promise<T | undefined> {
  const paths = homePaths(settings.home);
  if (app.settings.database === undefined && !existsSync(paths.journal)) return undefined;
  await using home = await openHome({
    ...{ paths, command: "org tools", signal, ...app.kept },
    openRoom: () => Promise.reject(new Error("org tools opens no room")),
  });
  return await look(home.service);
}
