/** The tools of a home for the dashboard: contract, figures, and how their calls went. */
import { parseJson } from "#core/json.ts";
import type { HomePaths } from "#home/home-paths.ts";
import { startPromotion } from "#ops/processes/generations.ts";
import type { HomeService } from "#server/socket/home-service.ts";
import type { ToolDetails, ToolRow, ToolsSource } from "#server/ui/home-view.ts";
import { casesSchema } from "#tools/contract/cases.ts";
import type { RegisteredTool } from "#tools/registry/registered-tool.ts";
import type { ToolRegistry } from "#tools/registry/registry.ts";
import { type Trust, trustOf } from "#tools/registry/trust.ts";
import { useWindows } from "#tools/registry/use-windows.ts";
import type { AppContext } from "./context.ts";
import { allUses, RoomUses, toolDetails, whyGo } from "./tool-report.ts";

const MOST_FOUND = 20;
/** So many hundreds of calls are drawn. */
const MOST_WINDOWS = 16;

export interface ToolsParts {
  readonly context: Pick<AppContext, "cleaner">;
  readonly paths: Pick<HomePaths, "root" | "toolUses">;
  readonly registry: () => Promise<ToolRegistry>;
  readonly rooms: Pick<HomeService, "rooms" | "entries">;
  /** Starts `org` with these words in a process of its own. @default by the program that runs */
  readonly start?: ((args: readonly string[]) => void) | undefined;
}

export function toolsSource(parts: ToolsParts): ToolsSource {
  const { context, paths, registry, start } = parts;
  const { cleaner } = context;
  const uses = new RoomUses(parts.rooms);
  const reports = async (signal: AbortSignal) => {
    const of = allUses(await uses.all(signal), paths);
    const now = Date.now();
    return { of, trust: (name: string) => trustOf(of(name), now) };
  };
  return {
    list: async (signal) => {
      const [tools, { of, trust }] = await Promise.all([
        (await registry()).list(),
        reports(signal),
      ]);
      const generated = tools.filter(({ origin }) => origin === "generated");
      const windows = useWindows(
        generated.flatMap(({ name }) => of(name)),
        MOST_WINDOWS,
      );
      return cleaner.cleanData({ tools: tools.map((tool) => rowOf(tool, trust)), windows });
    },
    search: async (query, signal) => {
      const found = await (await registry()).search(query, MOST_FOUND, signal);
      return found.map(({ name }) => name);
    },
    details: async (name, signal) => {
      const { of, trust } = await reports(signal);
      const all = await registry();
      const registered = await all.get(name);
      const [tool, cases] = [rowOf(registered, trust), casesOf(registered)];
      const windows = useWindows(of(name), MOST_WINDOWS);
      const details = contractOf(await toolDetails(name, all, trust));
      return cleaner.cleanData({ ...tool, contract: details, cases, windows });
    },
    switch: async (name, on) => void (await (await registry()).switch(name, on)),
    retire: async (name) => {
      await (await registry()).get(name);
      const args = ["tools", "retire", name];
      if (start !== undefined) start(args);
      else startPromotion(paths.root, Bun.main, args);
    },
  };
}

function rowOf(tool: RegisteredTool, trust: (name: string) => Trust): ToolRow {
  const { verified: _verified, ...listing } = tool;
  return { ...listing, trust: trust(tool.name), whyGo: whyGo(tool, trust) };
}

/** Those that the gate has judged. */
function casesOf({ verified }: RegisteredTool): ToolDetails["cases"] {
  const file = verified?.folder.files.get("cases.json") ?? "";
  const { data } = casesSchema.safeParse(parseJson(file));
  return (data?.cases ?? []).map((one) => ({
    input: JSON.stringify(one.input),
    ...("error" in one
      ? { gives: one.error, isFailure: true }
      : { gives: JSON.stringify(one.output), isFailure: false }),
  }));
}

/** What stands in fields of its own is left out. */
function contractOf(details: Awaited<ReturnType<typeof toolDetails>>): ToolDetails["contract"] {
  const omitted = new Set(["name", "description", "origin", "state", "why", "trust"]);
  return Object.fromEntries(Object.entries(details).filter(([name]) => !omitted.has(name)));
}
